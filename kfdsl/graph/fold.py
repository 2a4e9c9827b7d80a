"""A picture in, the same with many steps that differ in their names only drawn as one out."""

from __future__ import annotations

from kfdsl.graph.model import Edge, Flow, Picture, Vertex
from kfdsl.graph.nesting import Nesting
from kfdsl.graph.rows import alike
from kfdsl.node import replace


def fold(picture: Picture, least: int) -> Picture:
    """Return a picture in which `least` or more steps that differ in their names only are one."""
    into: dict[str, str] = {}
    root = _folded(picture.root, Nesting(picture), least, into)
    if not into:
        return picture
    flows: dict[tuple[str, str, bool], dict[tuple[str, str], Flow]] = {}
    for edge in picture.edges:
        key = (into.get(edge.source, edge.source), into.get(edge.target, edge.target), edge.cyclic)
        found = flows.setdefault(key, {})
        for flow in edge.flows:
            found.setdefault((flow.kind, flow.name), flow)
    edges = (
        Edge(source, target, tuple(found.values()), cyclic)
        for (source, target, cyclic), found in flows.items()
    )
    return Picture(root, tuple(edges))


def _folded(vertex: Vertex, nesting: Nesting, least: int, into: dict[str, str]) -> Vertex:
    children = []
    for group in alike(vertex, nesting, least):
        first = group[0]
        if len(group) == 1:
            children.append(_folded(first, nesting, least, into) if first.children else first)
            continue
        into |= {other.id: first.id for other in group}
        names = ", ".join(other.name for other in group)
        children.append(
            replace(
                first,
                name=f"{first.name} … {group[-1].name}",
                runs=f"{len(group)} steps alike" + (f", {first.runs}" if first.runs else ""),
                doc=f"{names}\n{first.doc}".strip(),
            )
        )
    return replace(vertex, children=tuple(children))
