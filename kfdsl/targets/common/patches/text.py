"""The text of a patch: YAML as Kubernetes reads it, and where in the source each part of it stands.

Plain words mean what they mean to `sigs.k8s.io/yaml`, through which every manifest goes: YAML 1.1 without
times and numbers of base 60. PyYAML is used for the structure only, since it reads other words otherwise.
"""

from __future__ import annotations

import re
from typing import Final

import yaml

from kfdsl import ir
from kfdsl.codes import report
from kfdsl.diagnostics import Diagnostic
from kfdsl.source import Span
from kfdsl.targets.common.schema import Path

_WORDS: Final[dict[str, bool | None]] = (
    {word: True for base in ("y", "yes", "true", "on") for word in (base, base.title(), base.upper())}
    | {word: False for base in ("n", "no", "false", "off") for word in (base, base.title(), base.upper())}
    | dict.fromkeys(("", "~", "null", "Null", "NULL"))
)
_INTEGER: Final = re.compile(r"([-+]?)(?:0[bB]([01]+)|0[xX]([0-9a-fA-F]+)|0[oO]?([0-7]+)|(0|[1-9][0-9]*))")
_FLOAT: Final = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_BASES: Final = (2, 16, 8, 10)
_TAG: Final = "tag:yaml.org,2002:"


class Text:
    """What a patch says: `value`, None where it cannot be read, and why not: `problems`.

    `keys` and `values` are where in the source the key and the value of a path stand.
    """

    __slots__ = ("_lines", "_open", "_patch", "keys", "problems", "value", "values")

    def __init__(self, patch: ir.Patch) -> None:
        """Read the text."""
        self._patch = patch
        self._lines = _offsets(patch)
        self._open: list[yaml.Node] = []
        self.keys: dict[Path, Span] = {}
        self.values: dict[Path, Span] = {}
        self.problems: list[Diagnostic] = []
        self.value: dict[str, object] | None = None
        try:
            node = yaml.compose(patch.text, yaml.SafeLoader)
        except yaml.YAMLError as error:
            self._malformed(error)
            return
        value = self._read(node, ()) if node is not None else None
        if not isinstance(value, dict) and not self.problems:
            self._report(patch.span.head, "a patch is a map, as `metadata: …`")
        if isinstance(value, dict) and not self.problems:
            self.value = value

    def span(self, path: Path) -> Span:
        """Return where a path stands: its key, or its value for an item of a list."""
        while path:
            found = self.keys.get(path) or self.values.get(path)
            if found is not None:
                return found
            path = path[:-1]
        return self._patch.span.head

    def _report(self, span: Span, message: str, *helps: str, label: str = "") -> None:
        self.problems.append(report("invalid-patch", span, message, helps=helps, label=label))

    def _malformed(self, error: yaml.YAMLError) -> None:
        mark = getattr(error, "problem_mark", None)
        problem = str(getattr(error, "problem", None) or error)
        span = self._patch.span.head if mark is None else self._place(mark, mark)
        if mark is not None and self._patch.text[mark.index : mark.index + 1] == "\t":
            self._report(span, "a tab cannot indent YAML", "use spaces", label="a tab")
        elif "expected a single document" in str(error):
            self._report(span, "a patch is one YAML document", "leave out `---`")
        elif "%s" in problem or "{{" in self._line(mark):
            self._report(
                span, f"the patch is not YAML: {problem}", "a text with `{{…}}` stands in quotes in YAML"
            )
        else:
            self._report(span, f"the patch is not YAML: {problem}")

    def _line(self, mark: yaml.Mark | None) -> str:
        return "" if mark is None else (self._patch.text.split("\n")[mark.line :] or [""])[0]

    def _read(self, node: yaml.Node, path: Path) -> object:
        self.values[path] = self._place(node.start_mark, node.end_mark)
        if node in self._open:
            self._report(self.values[path], "an alias cannot stand inside what it refers to")
            return None
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node, path)
        self._open.append(node)
        try:
            if isinstance(node, yaml.SequenceNode):
                return [self._read(item, (*path, index)) for index, item in enumerate(node.value)]
            return self._map(node, path)
        finally:
            self._open.pop()

    def _map(self, node: yaml.Node, path: Path) -> dict[str, object]:
        made: dict[str, object] = {}
        merged: dict[str, object] = {}
        for key, value in node.value:
            span = self._place(key.start_mark, key.end_mark)
            if not isinstance(key, yaml.ScalarNode):
                self._report(
                    self.values[path],
                    "a map or list cannot be a key",
                    'a text with `{{…}}` stands in quotes in YAML: `"{{workflow.name}}"`',
                )
                continue
            if key.value == "<<" and key.style is None:
                merged |= self._merged(value, path)
                continue
            name = self._key(key, span)
            if name in made:
                self.problems.append(
                    report("invalid-patch", span, f"the key `{name}` stands here twice", label="again")
                )
                continue
            self.keys[(*path, name)] = span
            made[name] = self._read(value, (*path, name))
        return merged | made

    def _merged(self, node: yaml.Node, path: Path) -> dict[str, object]:
        """Return what `<<: *name` takes over; of several maps the first that has a key."""
        found: dict[str, object] = {}
        for one in reversed(node.value if isinstance(node, yaml.SequenceNode) else [node]):
            value = self._read(one, path)
            if not isinstance(value, dict):
                self._report(self._place(node.start_mark, node.end_mark), "`<<` takes a map")
                return {}
            found |= value
        return found

    def _key(self, key: yaml.ScalarNode, span: Span) -> str:
        value = self._resolved(key)
        if isinstance(value, bool) or value is None:
            self._report(span, f"YAML reads the key `{key.value}` as no text", f'write `"{key.value}"`')
        return str(key.value)

    def _scalar(self, node: yaml.ScalarNode, path: Path) -> object:
        if node.tag.startswith(_TAG) or node.tag == "!":
            return self._resolved(node)
        self._report(self.values[path], f"Kubernetes does not know the YAML tag `{node.tag}`")
        return None

    def _resolved(self, node: yaml.ScalarNode) -> object:
        text = str(node.value)
        if node.style is not None or node.tag == "!":
            return text
        if node.tag == f"{_TAG}str" and self._patch.text.startswith("!!str", node.start_mark.index):
            return text
        return plain(text)

    def _place(self, start: yaml.Mark, end: yaml.Mark) -> Span:
        """Return the part of the source between two marks; of several lines, the first."""
        if not self._lines:
            return self._patch.span
        source = self._patch.span.source
        line = min(start.line, len(self._lines) - 1)
        first = self._lines[line] + start.column
        if end.line == start.line:
            return Span(source, first, max(first + 1, self._lines[line] + end.column))
        lines = self._patch.text.split("\n")
        return Span(source, first, max(first + 1, self._lines[line] + len(lines[line].rstrip())))


def plain(text: str) -> str | int | float | bool | None:
    """Return what a word without quotes means."""
    if text in _WORDS:
        return _WORDS[text]
    bare = text.replace("_", "") if text[:1] in "+-0123456789." and text[:1] else text
    found = _INTEGER.fullmatch(bare)
    if found is not None:
        digits = found.groups()[1:]
        number = next(int(d, base) for d, base in zip(digits, _BASES, strict=True) if d is not None)
        return -number if found[1] == "-" else number
    return float(bare) if _FLOAT.fullmatch(bare) else text


def _offsets(patch: ir.Patch) -> list[int]:
    """Return where in the source the lines of the text begin; nothing where escapes stand between."""
    span, written = patch.span, patch.span.text
    if written.startswith("'"):
        return [span.start + 1]
    opened = len(written) - len(written.lstrip('"'))
    if opened < 3:  # three quotes open a block
        return [span.start + 1] if patch.text == written[1:-1] else []
    lines = patch.text.split("\n")
    inside = written[opened:].split("\n")
    offsets, at = [], span.start + opened
    if len(inside) > 1 and not inside[0].strip():
        at += len(inside.pop(0)) + 1
    for own, line in zip(lines, inside, strict=False):
        offsets.append(at + max(line.find(own.rstrip("\r")), 0))
        at += len(line) + 1
    return offsets
