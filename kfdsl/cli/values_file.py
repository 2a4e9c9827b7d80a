"""A file of `--params` in, its values and where each stands out.

YAML is read as YAML 1.2 has it, and each value keeps its place, so that what is wrong with it is reported there.
"""

from __future__ import annotations

import json
import re
from typing import Any, NoReturn

import yaml

from kfdsl.cli.problem import Problem, trouble
from kfdsl.given import Given, Path
from kfdsl.source import Source, Span

TAG = "tag:yaml.org,2002:"

SCALARS = (
    ("null", r"null|~|", ("n", "~", "")),
    ("bool", r"true|false", ("t", "f")),
    ("int", r"-?(?:0|[1-9][0-9]*)", tuple("-0123456789")),
    ("float", r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?", tuple("-0123456789")),
)
"""The words that are no strings: JSON's and `~` (YAML 1.2.2, section 10.2); `yes`, `1:30`, dates are text."""

MOST_BYTES = 2**20
"""The largest file that is read: a workflow with more would not fit into Kubernetes' store."""

MOST_VALUES = 2**17
"""Values of one file, those behind aliases counted at each of them: a few lines of YAML can stand for billions."""

UTF16 = (b"\xff\xfe", b"\xfe\xff")
"""Byte order marks of what Windows writes where nobody says UTF-8."""


class _Loader(yaml.SafeLoader):
    yaml_implicit_resolvers = {}  # noqa: RUF012  # PyYAML's name; without YAML 1.1's words


for _name, _pattern, _first in SCALARS:
    _Loader.add_implicit_resolver(f"{TAG}{_name}", re.compile(rf"^(?:{_pattern})\Z"), _first)


def load(path: str) -> Given:
    """Return the values of a YAML or JSON file.

    Raises:
        Problem: it cannot be read, or is no mapping of names to values.

    """
    source = Source(path, _text(path))
    text = source.text
    if path.endswith(".json"):
        _check_json(source)
        text = text.replace("\t", " ")  # JSON allows tabs where YAML does not, and no raw ones in strings
    try:
        node = _Loader(text).get_single_node()
        return _Reader(source).read(node)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        _fail(source, mark.index if mark else 0, error.problem or str(error.context))
    except yaml.reader.ReaderError as error:
        _fail(source, error.position, f"the character U+{ord(text[error.position]):04X} is not allowed here")
    except RecursionError:
        _fail(source, 0, "it is nested too deeply")


def _fail(source: Source, offset: int, message: str) -> NoReturn:
    line, column = source.position(min(offset, len(source.text)))
    text = f"cannot read {source.name}:{line}:{column}: {message}"
    raise Problem(text)


def _text(path: str) -> str:
    try:
        with open(path, "rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise Problem(trouble("read", path, error)) from error
    if len(data) > MOST_BYTES:
        message = (
            f"cannot read {path}: it has more than {MOST_BYTES // 2**20} MiB, and no workflow could hold that"
        )
        raise Problem(message)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        what = "it is UTF-16; save it as UTF-8" if data.startswith(UTF16) else "it is not UTF-8"
        line = data[: error.start].count(b"\n") + 1
        message = f"cannot read {path}:{line}: {what}"
        raise Problem(message) from error


def _check_json(source: Source) -> None:
    try:
        json.loads(source.text)
    except json.JSONDecodeError as error:
        _fail(source, error.pos, f"this is no JSON: {error.msg[0].lower()}{error.msg[1:]}")
    except (ValueError, RecursionError) as error:  # a number of thousands of digits, brackets without end
        _fail(source, 0, str(error))


class _Reader:
    """Nodes of YAML to values."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.places: dict[Path, Span] = {}
        self.count = 0
        self.around: list[yaml.Node] = []

    def read(self, node: yaml.Node | None) -> Given:
        if node is None or (node.tag, node.value) == (f"{TAG}null", ""):
            # Nothing but comments: a template whose params all have defaults.
            return Given({})
        if not isinstance(node, yaml.MappingNode):
            self._fail(node, "it must map names of parameters to values, as `epochs: 20`")
        return Given(self._mapping(node, ()), self.places)

    def _fail(self, node: yaml.Node, message: str) -> NoReturn:
        _fail(self.source, node.start_mark.index, message)

    def _value(self, node: yaml.Node, path: Path) -> Any:  # noqa: ANN401  # any constant
        self.count += 1
        if self.count > MOST_VALUES:
            self._fail(node, "its aliases stand for too many values")
        if any(node is one for one in self.around):
            self._fail(node, "an alias stands inside of what it stands for")
        self.places[path] = self._span(node)
        self.around.append(node)
        if isinstance(node, yaml.MappingNode):
            value: Any = self._mapping(node, path)
        elif isinstance(node, yaml.SequenceNode):
            self._check_tag(node, "seq")
            value = [self._value(item, (*path, i)) for i, item in enumerate(node.value)]
        else:
            value = self._scalar(str(node.value), node)
        self.around.pop()
        return value

    def _span(self, node: yaml.Node) -> Span:
        """Return where a node stands: all of a scalar, the first line of what has several."""
        start, end = node.start_mark.index, node.end_mark.index
        text = self.source.text[start:end]
        line = text.partition("\n")[0].rstrip()
        return Span(self.source, start, start + max(len(line), 1 if text else 0))

    def _mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, Any]:
        self._check_tag(node, "map")
        found: dict[str, Any] = {}
        first: dict[str, yaml.Node] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                self._fail(key, "a name is a text, not a list or mapping")
            name = self._whole(key, key.value)
            if name in first:
                line = first[name].start_mark.line + 1
                self._fail(key, f"`{name}` is given twice, first on line {line}")
            first[name] = key
            found[name] = self._value(value, (*path, name))
            if value.start_mark.index == value.end_mark.index:  # nothing is written after the name
                self.places[*path, name] = self._span(key)
        return found

    def _scalar(self, text: str, node: yaml.Node) -> Any:  # noqa: ANN401  # any constant
        name = node.tag.removeprefix(TAG)
        patterns = {kind: pattern for kind, pattern, _ in SCALARS}
        if name in patterns and re.fullmatch(patterns[name], text) is None:
            self._fail(node, f"`{text}` is no {name}")
        match name:
            case "null":
                return None
            case "bool":
                return text == "true"
            case "int" if len(text) <= 4000:  # Python reads no more digits at once
                return int(text)
            case "int" | "float":
                return float(text)
            case _:
                self._check_tag(node, "str")
                return self._whole(node, text)

    def _whole(self, node: yaml.Node, text: str) -> str:
        """Return a text with JSON's pairs of surrogates as the characters that they stand for."""
        try:
            return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le")
        except UnicodeDecodeError:
            self._fail(node, "half of a surrogate pair is no character")

    def _check_tag(self, node: yaml.Node, name: str) -> None:
        if node.tag != TAG + name:
            self._fail(node, f"the tag `{node.tag.replace(TAG, '!!')}` is not read here")
