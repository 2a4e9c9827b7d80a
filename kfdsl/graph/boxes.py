"""A picture in, boxes in their boxes and the lines between them out, all with places: `arrange`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from kfdsl.graph.layered import Layout, Link, lay_out
from kfdsl.graph.model import Edge, Picture, Vertex
from kfdsl.graph.nesting import Nesting

PADDING = 16.0
Point = tuple[float, float]
Size = tuple[float, float]


class Line(NamedTuple):
    """A part of the way of some edges; it ends with an arrow at a box, or goes on inside or outside one.

    Between two points it is vertical at both ends. `label` is where the label of the edge has its middle.
    """

    points: list[Point]
    edges: list[Edge]
    arrow: bool
    label: Point | None


class Placed(NamedTuple):
    """A box: left, top, width and height; lines and boxes inside have places from the same corner."""

    vertex: Vertex
    left: float
    top: float
    width: float
    height: float
    inside: list[Placed]
    lines: list[Line]


class _Block(NamedTuple):
    """A box whose place is not known yet; ports are where lines cross its border, from its middle."""

    vertex: Vertex
    size: Size
    inside: list[Placed]
    lines: list[Line]
    entries: dict[str, float]
    exits: dict[str, float]


class _Way(NamedTuple):
    """Part of an edge's way inside one container: between children, or from or to its border (None)."""

    source: str | None
    target: str | None
    edge: Edge


class _Key(NamedTuple):
    """What the ways of one line share; `ends` tells that they end at the target, not inside or outside it."""

    source: int
    target: int
    origin: str
    ends: bool


def arrange(
    picture: Picture, measure: Callable[[Vertex], Size], measure_label: Callable[[Edge], Size | None]
) -> Placed:
    """Return the root with all that is inside it, at (0, 0); `measure` gives a box its least size.

    Edges between a box and one that it stands in are left out: see `Nesting.looped`.
    """
    arranger = _Arranger(picture, measure, measure_label)
    arranger.block(picture.root)  # the first time tells from where lines come into each box
    block = arranger.block(picture.root)
    return Placed(block.vertex, 0.0, 0.0, *block.size, block.inside, block.lines)


class _Arranger:
    def __init__(
        self,
        picture: Picture,
        measure: Callable[[Vertex], Size],
        measure_label: Callable[[Edge], Size | None],
    ) -> None:
        self.measure = measure
        self.measure_label = measure_label
        self.nesting = Nesting(picture)
        self.events = {edge.target for edge in picture.edges if edge.flows[0].kind == "event"}
        self.coming: dict[str, list[str]] = {}
        self.ways: dict[str, list[_Way]] = {}
        for container, edges in self.nesting.within.items():
            for source, target, edge in edges:
                self.ways.setdefault(container, []).append(_Way(source, target, edge))
                self.climb(edge, edge.source, source, outwards=True)
                self.climb(edge, edge.target, target, outwards=False)

    def climb(self, edge: Edge, at: str, top: str, *, outwards: bool) -> None:
        """Note the ways of an edge from one of its ends to the border of the outermost box around that."""
        while at != top:
            container = self.nesting.above[at]
            way = _Way(at, None, edge) if outwards else _Way(None, at, edge)
            self.ways.setdefault(container, []).append(way)
            at = container

    def block(self, vertex: Vertex) -> _Block:
        """Return a box with all that is inside it."""
        least = self.measure(vertex)
        if not vertex.children:
            return _Block(vertex, least, [], [], {}, {})
        blocks = [self.block(child) for child in vertex.children]
        number = {child.id: at for at, child in enumerate(vertex.children)}
        ways = self.ways.get(vertex.id, [])
        entries = {way.edge.source: 0 for way in ways if way.source is None}
        if vertex.id in self.coming:
            entries = {source: 0 for source in self.coming[vertex.id] if source in entries}
        exits = {way.edge.source: 0 for way in ways if way.target is None}
        sizes = [block.size for block in blocks]
        for ports in (entries, exits):
            for port in ports:
                ports[port] = len(sizes)
                sizes.append((0.0, 0.0))
        grouped: dict[_Key, list[Edge]] = {}
        for way in ways:
            source = entries[way.edge.source] if way.source is None else number[way.source]
            target = exits[way.edge.source] if way.target is None else number[way.target]
            key = _Key(source, target, way.edge.source, way.edge.target == way.target)
            grouped.setdefault(key, []).append(way.edge)
        links = [self.link(blocks, key, edges) for key, edges in grouped.items()]
        ends = {
            at for at, b in enumerate(blocks) if b.vertex.kind == "handler" and b.vertex.id not in self.events
        }
        laid = lay_out(sizes, links, set(entries.values()), ends | set(exits.values()))
        width = max(laid.width + 2 * PADDING, least[0])
        shift = (width - laid.width) / 2
        height = least[1] + laid.height + PADDING
        inside = []
        for at, b in enumerate(blocks):
            left, top = laid.across[at] - b.size[0] / 2 + shift, laid.tops[at] + least[1]
            inside.append(Placed(b.vertex, left, top, *b.size, b.inside, b.lines))
        self.note_coming(blocks, grouped, laid)
        lines = []
        for (key, edges), route, label in zip(grouped.items(), laid.routes, laid.labels, strict=True):
            points = [(x + shift, y + least[1]) for x, y in route]
            if key.source >= len(blocks):
                points.insert(0, (points[0][0], 0.0))
            if key.target >= len(blocks):
                points.append((points[-1][0], height))
            place = (label[0] + shift, label[1] + least[1]) if label is not None else None
            lines.append(Line(points, edges, key.ends, place))
        middle = width / 2 - shift
        return _Block(
            vertex,
            (width, height),
            inside,
            lines,
            {source: laid.across[port] - middle for source, port in entries.items()},
            {source: laid.across[port] - middle for source, port in exits.items()},
        )

    def note_coming(self, blocks: Sequence[_Block], keys: Iterable[_Key], laid: Layout) -> None:
        """Keep in which order lines come into each box, from the left."""
        coming: dict[str, list[tuple[float, str]]] = {}
        for key, route in zip(keys, laid.routes, strict=True):
            if key.target < len(blocks) and not key.ends:
                coming.setdefault(blocks[key.target].vertex.id, []).append((route[-3][0], key.origin))
        self.coming |= {box: [origin for _, origin in sorted(found)] for box, found in coming.items()}

    def link(self, blocks: Sequence[_Block], key: _Key, edges: list[Edge]) -> Link:
        """Return a link of two numbered boxes, the children before the ports."""
        source, target, origin, ends = key
        own = source >= len(blocks) or blocks[source].vertex.id == origin
        leave = 0.0 if source >= len(blocks) else None if own else blocks[source].exits.get(origin)
        if ends:
            return Link(source, target, origin, leave, None, self.measure_label(edges[0]))
        arrive = 0.0 if target >= len(blocks) else blocks[target].entries.get(origin)
        return Link(source, target, origin, leave, arrive, None)
