"""Trees that are nested too deeply for the stages that follow: a syntax tree in, the first such place out."""

from __future__ import annotations

from collections.abc import Iterator

from kfdsl.node import Node
from kfdsl.source import Span
from kfdsl.syntax import File

DEEPEST = 1000
"""Nodes that may stand inside each other; every stage calls itself for each of them.

Five times `kfdsl.lex.DEEPEST`, since a bracket makes up to three nodes.
"""


def too_deep(tree: File) -> Span | None:
    """Return where a tree is nested more than `DEEPEST` levels deep, None where nothing is."""
    waiting: list[tuple[Node, int]] = [(tree, 1)]
    while waiting:
        node, depth = waiting.pop()
        span: Span = node.span  # type: ignore[attr-defined]  # every node of a syntax tree has one
        if depth > DEEPEST:
            return span
        # Each level takes a character at least, so a short text cannot be too deep.
        if depth + span.end - span.start > DEEPEST:
            waiting += [(inner, depth + 1) for inner in _inside(node)]
    return None


def _inside(node: Node) -> Iterator[Node]:
    for field in type(node)._fields:
        value = getattr(node, field)
        if isinstance(value, Node):
            if not isinstance(value, Span):
                yield value
        elif isinstance(value, tuple):
            yield from (item for item in value if isinstance(item, Node))
