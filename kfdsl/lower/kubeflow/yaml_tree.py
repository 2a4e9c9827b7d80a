"""YAML text to a tree of what stands in it: scalars as written, with their places."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from kfdsl.diagnostics import Label
from kfdsl.lower.context import Context
from kfdsl.source import Source, Span

if TYPE_CHECKING:
    from yaml.error import Mark
    from yaml.nodes import Node as YamlNode


class Scalar:
    """A scalar; `plain` tells that it has no quotes, so that readers may take it for a number."""

    __slots__ = ("plain", "span", "text")

    def __init__(self, text: str, span: Span, *, plain: bool) -> None:
        """Keep the text."""
        self.text = text
        self.span = span
        self.plain = plain

    @property
    def is_null(self) -> bool:
        """Tell whether nothing stands here."""
        return self.plain and self.text in ("", "~", "null", "Null", "NULL")


class Sequence:
    """A list."""

    __slots__ = ("items", "span")

    def __init__(self, span: Span) -> None:
        """Begin without items."""
        self.items: list[Value] = []
        self.span = span


class Mapping:
    """A map; `keys` are the places of its keys."""

    __slots__ = ("entries", "keys", "span")

    def __init__(self, span: Span) -> None:
        """Begin without entries."""
        self.entries: dict[str, Value] = {}
        self.keys: dict[str, Span] = {}
        self.span = span


Value: TypeAlias = "Scalar | Sequence | Mapping"

_TAGS = "tag:yaml.org,2002:"
_MOST_NODES = 100_000
"""The most values that aliases may make of a few, counted at each of their places; written out, there may be more."""


def read(context: Context, source: Source) -> list[Value] | None:
    """Return the documents of a text; None where it is no YAML, which is reported."""
    import yaml  # noqa: PLC0415  # few programs import YAML

    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)  # all scalars are texts to it
    try:
        nodes = list(yaml.compose_all(source.text, loader))
    except yaml.reader.ReaderError as error:
        at = source.text.find(chr(error.character)) if isinstance(error.character, int) else -1
        at = max(at, 0)
        message = "YAML does not take this character"
        context.report("invalid-component", Span(source, at, at + 1), message, label="in the file")
        return None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        what = (error.problem or "it ends too early").strip()
        context.report("invalid-component", _place(source, mark), f"this is no YAML: {what}", label="here")
        return None
    return _Converter(context, source).documents(nodes)


def _place(source: Source, mark: Mark | None) -> Span:
    if mark is None:
        return Span(source, 0, 0)
    at = min(max(mark.index, 0), len(source.text))
    return Span(source, at, min(at + 1, len(source.text)))


class _Converter:
    """Turns the nodes of PyYAML into values, each once, however many aliases it has."""

    def __init__(self, context: Context, source: Source) -> None:
        self.context = context
        self.source = source
        self.made: dict[int, Value] = {}
        self.sizes: dict[int, int] = {}
        self.open: set[int] = set()
        self.failed = False

    def documents(self, nodes: list[YamlNode]) -> list[Value] | None:
        found = [self.value(node) for node in nodes]
        return None if self.failed else [one for one in found if not isinstance(one, Scalar) or one.text]

    def value(self, node: YamlNode) -> Value:
        if id(node) in self.open:
            self.report(self.span(node), "this holds itself", "an anchor inside what it names")
            return Scalar("", self.span(node), plain=True)
        if id(node) not in self.made:
            self.open.add(id(node))
            self.made[id(node)] = made = self.convert(node)
            self.open.discard(id(node))
            self.measure(made)
        return self.made[id(node)]

    def measure(self, made: Value) -> None:
        """Report aliases of aliases that stand for more than a program could hold."""
        inside = (
            ()
            if isinstance(made, Scalar)
            else made.items
            if isinstance(made, Sequence)
            else made.entries.values()
        )
        size = 1 + sum(self.sizes.get(id(one), 1) for one in inside)
        self.sizes[id(made)] = size
        if size > max(_MOST_NODES, 10 * len(self.made)) and not self.failed:
            self.report(made.span.head, f"this holds more than {_MOST_NODES:,} values", "aliases counted out")

    def convert(self, node: YamlNode) -> Value:
        span = self.span(node)
        if not node.tag.startswith(_TAGS):
            self.report(span, f"the tag `{node.tag}` has no meaning here", "leave it out")
        if isinstance(node.value, str):
            return Scalar(node.value, span, plain=not getattr(node, "style", None))
        if node.tag == f"{_TAGS}seq" or (node.value and not isinstance(node.value[0], tuple)):
            listed = Sequence(span)
            listed.items = [self.value(item) for item in node.value]
            return listed
        mapped = Mapping(span)
        for key, item in node.value:
            self.entry(mapped, key, item)
        return mapped

    def entry(self, mapped: Mapping, key: YamlNode, item: YamlNode) -> None:
        span = self.span(key)
        if not isinstance(key.value, str):
            self.report(span, "a key is a text here", "not a text")
        elif key.value == "<<" and not getattr(key, "style", None):
            self.report(span, "`<<` is no key that Kubeflow has", "write the entries out")
        elif key.value in mapped.keys:
            first = Label(mapped.keys[key.value], "first here")
            message = f"`{key.value}` is given twice"
            self.context.report("duplicate-key", span, message, label="again here", labels=(first,))
            self.failed = True
        else:
            mapped.keys[key.value] = span
            mapped.entries[key.value] = self.value(item)

    def span(self, node: YamlNode) -> Span:
        start, end = node.start_mark.index, node.end_mark.index
        return Span(self.source, start, start + len(self.source.text[start:end].rstrip()))

    def report(self, span: Span, message: str, label: str) -> None:
        self.context.report("invalid-component", span, message, label=label)
        self.failed = True
