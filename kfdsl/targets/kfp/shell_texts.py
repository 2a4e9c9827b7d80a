"""Functions of a shell that programs around scripts use, by name; POSIX, so that each shell has them."""

from __future__ import annotations

from typing import Final

LAST: Final = 256 * 1024
"""Bytes of what a step prints that become an output."""

_ASK = """\
ask() {  # what the engine tells of an input: a field of each artifact, a line each
  if command -v python3 > /dev/null; then
    python3 -c 'import json, sys
def plain(value):  # a list is kept as {"list": …}, an object as {"struct": …}
  wrapped = isinstance(value, dict) and list(value) in (["list"], ["struct"])
  return next(iter(value.values())) if wrapped else value
field, name = sys.argv[1:]
for one in json.load(sys.stdin)["inputs"].get("artifacts", {}).get(name, {}).get("artifacts", []):
  told = one.get(field, {} if field == "metadata" else "")
  if field == "metadata": told = {key: plain(value) for key, value in told.items()}
  print(told if isinstance(told, str) else json.dumps(told, separators=(",", ":"), ensure_ascii=False))' "$@"
  elif command -v jq > /dev/null; then
    jq -r --arg field "$1" --arg name "$2" '
      def plain: if type == "object" and (keys == ["list"] or keys == ["struct"]) then .[] else . end;
      .inputs.artifacts[$name].artifacts // [] | .[]
      | if $field == "metadata" then .metadata // {} | map_values(plain) | tojson else .[$field] // "" end'
  else
    echo "python3 or jq is needed to read what Kubeflow tells of artifacts" >&2
    return 1
  fi
}"""

_FOLDER = """\
folder() {  # a folder with one entry for each artifact of a list
  number=0
  printf %s "$1" | ask uri "$2" > "$3.uris" || return
  while IFS= read -r uri; do
    case "$uri" in
      gs://*) uri=/gcs/${uri#gs://} ;;
      oci://*) uri=/oci/$(printf %s "${uri#oci://}" | tr / _)/models ;;
      *://*) uri=/${uri%%://*}/${uri#*://} ;;
    esac
    ln -s "$uri" "$3/$(printf %06d "$number")" || return
    number=$((number + 1))
  done < "$3.uris"
}"""

_TRIM = """\
trim() {  # one newline at the end of a text is not part of it
  kept=$(cat "$1"; echo .)
  kept=${kept%.}
  newline='
'
  printf %s "${kept%"$newline"}" > "$1"
}"""

_LAST = f"""\
last() {{  # the last 256 KiB, which begin with a whole character
  [ "$(wc -c < "$1")" -gt {LAST} ] || return 0
  size={LAST}
  while byte=$(tail -c "$size" "$1" | od -An -N1 -tu1) && [ $byte -ge 128 ] && [ $byte -lt 192 ]; do
    size=$((size - 1))
  done
  tail -c "$size" "$1" > "$1.last" && mv "$1.last" "$1"
}}"""

FUNCTIONS: Final = {
    "missing": 'missing() { echo "output $1 was not written" >&2; exit 1; }',
    "trim": _TRIM,
    "last": _LAST,
    "json": 'json() { if [ -s "$1" ]; then cat "$1"; else echo "{}"; fi; }',
    "ask": _ASK,
    "folder": _FOLDER,
}
