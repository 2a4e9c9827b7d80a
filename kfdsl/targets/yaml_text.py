"""Writes JSON-like values as YAML: on one line (`scalar`, `flow`) or over many, as people do (`block`).

Every reader gets the same value from the text: those of YAML 1.1 (PyYAML), of 1.2 (ruamel.yaml) and
those between (sigs.k8s.io/yaml, which Kubernetes and Argo use). That is why more is quoted than a single
standard asks for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from typing import Final, TypeAlias

Value: TypeAlias = "bool | int | float | str | Sequence[Value] | Mapping[str, Value] | None"

WIDTH: Final = 100
"""Columns that a list written on one line may reach."""

ENTRIES: Final = 6
"""Entries that a list written on one line may have."""

KEY_LENGTH: Final = 1000
"""Characters of a key that need no `? `; readers stop at 1024 (YAML 1.2.2, section 7.4.2)."""

_INNER: Final = r"""[^\x00- "#',:?\[\\\]`{}\x7f]"""
_PLAIN: Final = re.compile(
    rf"""(?!(?i:y|n|yes|no|on|off|true|false|null|\.inf|\.nan)\Z)  # words that some reader takes for a value
    (?:-{{0,2}}[^\x00-@\[-`{{-\x7f] | [_/$] | \.[A-Za-z] | \.{{1,2}}/)  # `-_`, `._`: ints to ruamel.yaml
    {_INNER}*(?:(?:[ ]|:+){_INNER}+)*
    | \d+(?:\.\d+)*[ACDF-NP-WYZacdf-np-wyz][\w.-]*  # 500m, 2Gi, but no 0x1, 0o7, 0b1, 1e5""",
    re.VERBOSE | re.ASCII,
)
_INDICATED: Final = re.compile(r"\n*[ \t]")
_UNSEEN_ASCII: Final = re.compile(r"[^ -~]")
# Fixed ranges, not `str.isprintable`: its answers change with Python's version, and the output with them.
# Left out: all that cannot be seen or changes the direction of text, private use, and what is no character.
_SEEN: Final = (
    " -~\u00a1-\u00ac\u00ae-\u061b\u061d-\u167f\u1681-\u180d\u180f-\u1fff\u200c-\u200d\u2010-\u2027"
    "\u2030-\u205e\u2070-\u2fff\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufefe\uff01-\uffef\ufffc-\ufffd"
    "\U00010000-\U0001fffd\U00020000-\U0002fffd\U00030000-\U0003fffd"
)
_ESCAPES: Final = {"\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r"}


def scalar(value: object) -> str:
    """Return a scalar on one line, in a form that may stand in a flow collection, and as a key.

    Raises:
        ValueError: a string has a surrogate, which no YAML text can hold.
        TypeError: the value is no scalar.
    """
    if isinstance(value, str):
        return _string(value)
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return int.__repr__(value)
    if isinstance(value, float):
        return _float(value)
    message = f"no YAML for {type(value).__name__}"
    raise TypeError(message)


def flow(value: Value) -> str:
    """Return any value on one line: `[a, {b: 1}]`."""
    if isinstance(value, (list, tuple)):
        return f"[{', '.join([flow(entry) for entry in value])}]"
    if isinstance(value, (dict, Mapping)):
        return f"{{{', '.join([f'{_flow_key(key)}: {flow(entry)}' for key, entry in value.items()])}}}"
    return scalar(value)


def block(value: Value, indent: int) -> str:
    """Return any value as it is written after a key that stands at column `indent` (from 0).

    The text of a mapping or list that is not on one line begins with a line end; a line end must follow
    the text, and no empty line: a string that ends in several line ends would take it for its own.
    """
    return _after(value, indent, indent)


def escaped(text: str) -> str:
    """Return `text` with escapes for what cannot be seen or must not stand in YAML."""
    return _unseen(text).sub(_escape, text)


def _after(value: Value, indent: int, column: int) -> str:
    if isinstance(value, str):
        return _literal(value, indent) if "\n" in value else _string(value)
    if isinstance(value, (list, tuple)):
        return _short(value, column) or "\n" + " " * indent + _sequence(value, indent)
    if isinstance(value, (dict, Mapping)):  # `dict` is told sooner than `Mapping`
        return "\n" + " " * (indent + 2) + _mapping(value, indent + 2) if value else "{}"
    return scalar(value)


def _mapping(value: Mapping[str, Value], indent: int) -> str:
    """Write the entries with keys at `indent`; the first line is not indented."""
    margin = "\n" + " " * indent
    entries = []
    for key, entry in value.items():
        name = scalar(key)
        text = _after(entry, indent, indent + len(name) + 2)
        if len(name) > KEY_LENGTH:
            name = f"? {name}{margin}"
        entries.append(f"{name}:{text}" if text[0] == "\n" else f"{name}: {text}")
    return margin.join(entries)


def _sequence(value: Iterable[Value], indent: int) -> str:
    """Write the entries with dashes at `indent`; the first line is not indented."""
    return ("\n" + " " * indent).join([f"- {_entry(entry, indent)}" for entry in value])


def _entry(value: Value, indent: int) -> str:
    if isinstance(value, (list, tuple)):
        return _short(value, indent + 2) or _sequence(value, indent + 2)
    if isinstance(value, (dict, Mapping)) and value:
        return _mapping(value, indent + 2)
    return _after(value, indent, indent + 2)


def _short(value: Sequence[Value], column: int) -> str:
    """Write a list on one line; empty where it has to be written over many."""
    if not value:
        return "[]"
    if len(value) > ENTRIES or any(_is_long(entry) for entry in value):
        return ""
    text = flow(value)
    return text if column + len(text) <= WIDTH else ""


def _is_long(value: Value) -> bool:
    return "\n" in value if isinstance(value, str) else isinstance(value, (Mapping, list, tuple))


def _literal(text: str, indent: int) -> str:
    """Write a text of several lines; quoted where a reader would change it, as blank last lines."""
    last = text.rstrip("\n").rpartition("\n")[2]
    if not last.strip() or _unseen(text).search(text.replace("\n", "").replace("\t", "")):
        return _string(text)
    indicator = "2" if _INDICATED.match(text) else ""
    chomping = "-" if text[-1] != "\n" else "+" if text[-2] == "\n" else ""
    margin = " " * (indent + 2)
    lines = [margin + line if line else "" for line in text.removesuffix("\n").split("\n")]
    return f"|{indicator}{chomping}\n" + "\n".join(lines)


def _flow_key(key: str) -> str:
    name = scalar(key)
    return name if len(name) <= KEY_LENGTH else f"? {name} "


@lru_cache(4096)
def _string(text: str) -> str:
    if not _unseen(text).search(text):
        if _PLAIN.fullmatch(text):
            return text
        if '"' not in text and "\\" not in text:
            return f'"{text}"'
        if "'" not in text:
            return f"'{text}'"
    return '"' + escaped(text.replace("\\", "\\\\").replace('"', '\\"')) + '"'


def _unseen(text: str) -> re.Pattern[str]:
    """Return what matches the characters of `text` that have to be escaped."""
    return _UNSEEN_ASCII if text.isascii() else _unseen_anywhere()


@cache
def _unseen_anywhere() -> re.Pattern[str]:
    return re.compile(f"[^{_SEEN}]")  # takes milliseconds, and most pipelines are ASCII


def _escape(match: re.Match[str]) -> str:
    character = match[0]
    if character in _ESCAPES:
        return _ESCAPES[character]
    if "\ud800" <= character <= "\udfff":
        message = f"{character!r} is half of a character"
        raise ValueError(message)
    return f"\\u{ord(character):04x}" if character < "\U00010000" else f"\\U{ord(character):08x}"


def _float(value: float) -> str:
    text = float.__repr__(value)
    if text[-1] in "fn":
        return {"inf": ".inf", "-inf": "-.inf", "nan": ".nan"}[text]
    # YAML 1.1 takes `1e-07` for a string.
    return text if "." in text else text.replace("e", ".0e")
