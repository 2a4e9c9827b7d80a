"""What is drawn: vertices in their containers, edges between any two of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal as Word

from kfdsl.node import Node
from kfdsl.source import Span

VertexKind = Word["step", "pipeline", "group", "loop", "if", "branch", "handler", "param", "output"]
FlowKind = Word["data", "condition", "loop", "order", "event"]


class Vertex(Node):
    """A box of the drawing.

    `kind` is `loop` for an anonymous `for`, `if` for a whole choice and `branch` for one arm of it, `pipeline`
    for a step that calls one; only `step`, `param` and `output` never have children.
    `id` is unique in the drawing and stays as it is while names do: `churn/train`.
    `name` is the author's, or the words that begin the block: `if`, `for x`, `on exit`.
    `runs` says in a few words what a step runs: `python script`, `component train`.
    `when`, `loop` and `after` are the author's text after that word; `after` only where it has an `or`.
    `type` is that of a param or an output, `outputs` are names and types of what others can read.
    `closed` tells that a called pipeline is not drawn inside, `again` that it stands inside itself.
    """

    id: str
    kind: VertexKind
    name: str
    span: Span
    runs: str = ""
    when: str = ""
    loop: str = ""
    after: str = ""
    type: str = ""
    doc: str = ""
    outputs: tuple[tuple[str, str], ...] = ()
    daemon: bool = False
    closed: bool = False
    again: bool = False
    children: tuple[Vertex, ...] = ()


class Flow(Node):
    """One reason why an edge exists, and the place that gives it.

    `name` is what arrives (`raw`, `*.model`), the result of an order (`failed`) or an event; it may be empty.
    """

    kind: FlowKind
    name: str
    span: Span


class Edge(Node):
    """`target` waits for `source`, both ids; `cyclic` tells that it closes or belongs to a circle."""

    source: str
    target: str
    flows: tuple[Flow, ...]
    cyclic: bool = False

    @property
    def carries(self) -> bool:
        """Whether a value flows, rather than mere order."""
        return any(flow.kind in ("data", "condition", "loop") for flow in self.flows)

    @property
    def label(self) -> str:
        """What flows, in a few words: `raw, when rows, for ids`; of mere order the result it asks for."""
        words: dict[str, str] = {}
        for kind, before in (("data", ""), ("condition", "when "), ("loop", "for "), ("order", "")):
            for flow in self.flows:
                if flow.kind == kind and flow.name:
                    words.setdefault(flow.name, before + flow.name)
        return ", ".join(words.values())


class Picture(Node):
    """One pipeline: `root` holds all its vertices; edges are sorted as their targets are written."""

    root: Vertex
    edges: tuple[Edge, ...]


class Drawing(Node):
    """What a command draws.

    `circles` are the dependency cycles, each the edges of one in the order "needs, which needs, …".
    `partial` tells that only those are drawn.
    """

    pictures: tuple[Picture, ...]
    circles: tuple[tuple[Edge, ...], ...] = ()
    partial: bool = False


def walk(vertex: Vertex) -> Iterator[Vertex]:
    """Yield a vertex and all inside it, in the order written."""
    yield vertex
    for child in vertex.children:
        yield from walk(child)
