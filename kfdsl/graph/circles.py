"""A drawing in, the same with its dependency cycles found and marked out; or these alone."""

from __future__ import annotations

from kfdsl.graph.model import Drawing, Edge, Flow, Picture, Vertex, walk
from kfdsl.graph.nesting import Nesting
from kfdsl.lower.cycles import components, shortest_loop
from kfdsl.node import replace
from kfdsl.source import Span

START = " start"
"""Ends the name of a container's beginning, which waits for all that it needs from outside."""
BARRIERS = ("group", "loop", "pipeline")
"""Containers that start as a whole: none of their steps starts before all needs of all of them are met."""

Reason = tuple[Edge, Flow]


def find(drawing: Drawing) -> Drawing:
    """Return the drawing with its circles, one for each set of steps that wait for each other."""
    found = [_of(picture) for picture in drawing.pictures]
    pictures = tuple(
        _marked(picture, circles) for picture, circles in zip(drawing.pictures, found, strict=True)
    )
    once = {_places(circle): circle for circles in reversed(found) for circle in reversed(circles)}
    return replace(drawing, pictures=pictures, circles=tuple(reversed(once.values())))


def _places(circle: tuple[Edge, ...]) -> tuple[tuple[str, int], ...]:
    """Return what tells a circle from others: a pipeline that is called twice has its own only once."""
    return tuple((flow.span.source.name, flow.span.start) for edge in circle for flow in edge.flows)


def only(drawing: Drawing) -> Drawing:
    """Return what the circles of a drawing consist of, the rest left out."""
    edges = {(e.source, e.target): e for circle in drawing.circles for e in circle}
    ids = {ident for pair in edges for ident in pair}
    pictures = []
    for picture in drawing.pictures:
        root = _pruned(picture.root, ids)
        if root is not None:
            inside = {vertex.id for vertex in walk(root)}
            own = tuple(e for e in picture.edges if (e.source, e.target) in edges and e.source in inside)
            pictures.append(Picture(root, own))
    return replace(drawing, pictures=tuple(pictures), partial=True)


def _pruned(vertex: Vertex, ids: set[str]) -> Vertex | None:
    children = tuple(kept for child in vertex.children if (kept := _pruned(child, ids)) is not None)
    return replace(vertex, children=children) if children or vertex.id in ids else None


def _marked(picture: Picture, circles: list[tuple[Edge, ...]]) -> Picture:
    pairs = {(e.source, e.target) for circle in circles for e in circle}
    if not pairs:
        return picture
    edges = (replace(e, cyclic=True) if (e.source, e.target) in pairs else e for e in picture.edges)
    return replace(picture, edges=tuple(edges))


def _of(picture: Picture) -> list[tuple[Edge, ...]]:
    reasons: dict[tuple[str, int], Reason] = {}
    waits = _waits(picture, reasons)
    circles = []
    for part in components(waits):
        loop = shortest_loop(waits, part)
        found = [reasons[whom.removesuffix(START), span.start] for _, whom, span in loop]
        if found:
            circles.append(tuple(Edge(e.source, e.target, (flow,), cyclic=True) for e, flow in found))
    return sorted(circles, key=lambda circle: circle[0].flows[0].span.start)


def _waits(
    picture: Picture, reasons: dict[tuple[str, int], Reason]
) -> dict[str, list[tuple[str, Span | None]]]:
    """Return what each vertex waits for; a container is two: its start, and its end under its own name."""
    nesting = Nesting(picture)
    waits: dict[str, list[tuple[str, Span | None]]] = {}
    for vertex in walk(picture.root):
        above = nesting.above.get(vertex.id)
        begin = [] if above is None else [(above + START, None)]
        if vertex.children:
            waits[vertex.id + START] = [*begin]
            waits[vertex.id] = [*((child.id, None) for child in vertex.children), (vertex.id + START, None)]
        else:
            waits[vertex.id] = [*begin]
    for edge in picture.edges:
        flow = edge.flows[0]
        reasons.setdefault((edge.source, flow.span.start), (edge, flow))
        container, _, _ = nesting.meeting(edge)
        at = edge.target
        waits[at + START if nesting.vertices[at].children else at].append((edge.source, flow.span))
        while container != edge.target and (at := nesting.above[at]) != container:
            if nesting.vertices[at].kind in BARRIERS:
                waits[at + START].append((edge.source, flow.span))
    return waits
