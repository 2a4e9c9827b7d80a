"""A container in, what is drawn for its children out: in an order that follows the edges, equal ones as one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from heapq import heapify, heappop, heappush

from kfdsl.graph.model import Edge, Vertex
from kfdsl.graph.nesting import Nesting
from kfdsl.node import Node

ALIKE = 6
"""So many steps that differ in their names only are one row."""


class Row(Node):
    """One child of a container, or several that differ in their names only.

    `needs` are the indexes of the rows that a line leads here from. None leads from params, or to outputs and
    to handlers of all around them: these stand where they belong by themselves, and would only add lines.
    """

    vertices: tuple[Vertex, ...]
    needs: frozenset[int]


def rows(container: Vertex, nesting: Nesting) -> list[Row]:
    """Return the rows of a container, each after those that it needs as far as there is no cycle."""
    edges = nesting.within.get(container.id, [])
    groups = alike(container, nesting, ALIKE)
    place = {vertex.id: number for number, group in enumerate(groups) for vertex in group}
    needs: dict[int, set[int]] = {number: set() for number in range(len(groups))}
    for source, target, _ in edges:
        needs[place[target]].add(place[source])
    order = ordered(needs)
    position = {number: at for at, number in enumerate(order)}
    drawn: dict[int, set[int]] = {number: set() for number in needs}
    for source, target, edge in edges:
        if _has_line(nesting.vertices[source], nesting.vertices[target], edge):
            drawn[place[target]].add(position[place[source]])
    return [Row(groups[n], frozenset(drawn[n] - {position[n]})) for n in order]


def _has_line(source: Vertex, target: Vertex, edge: Edge) -> bool:
    if target.kind == "handler":
        return edge.flows[0].kind == "event"
    return source.kind != "param" and target.kind != "output"


def ordered(needs: Mapping[int, Iterable[int]]) -> list[int]:
    """Return numbers after those that they need; else the smallest first, in a cycle too."""
    waiting = {number: len(set(wanted)) for number, wanted in needs.items()}
    readers: dict[int, list[int]] = {number: [] for number in needs}
    for number, wanted in needs.items():
        for one in set(wanted):
            readers[one].append(number)
    ready = [number for number, count in waiting.items() if count == 0]
    heapify(ready)
    left = sorted(waiting, reverse=True)
    done: set[int] = set()
    order: list[int] = []
    while len(order) < len(waiting):
        while not ready and left[-1] in done:
            left.pop()
        number = heappop(ready) if ready else left.pop()
        if number in done:
            continue
        done.add(number)
        order.append(number)
        for reader in readers[number]:
            waiting[reader] -= 1
            if waiting[reader] == 0 and reader not in done:
                heappush(ready, reader)
    return order


def alike(container: Vertex, nesting: Nesting, least: int) -> list[tuple[Vertex, ...]]:
    """Return the children, those that differ in their names only together where they are `least` or more."""
    keys: dict[str, list[object]] = {child.id: [] for child in container.children}
    for source, target, edge in nesting.within.get(container.id, ()):
        keys[source].append(("to", edge.target, edge.label, edge.carries))
        keys[target].append(("from", edge.source, edge.label, edge.carries))
    groups: dict[object, list[Vertex]] = {}
    for child in container.children:
        same = (child.runs, child.when, child.loop, child.after, child.daemon, frozenset(keys[child.id]))
        own = child.kind != "step" or any(edge.target == child.id for edge in nesting.looped)
        groups.setdefault(child.id if own else same, []).append(child)
    return [
        part
        for group in groups.values()
        for part in ([tuple(group)] if len(group) >= least else [(vertex,) for vertex in group])
    ]
