"""Boxes and links in, places and routes out: a layered drawing, from top to bottom.

The method is that of Sugiyama, Tagawa and Toda (IEEE Transactions on Systems, Man and Cybernetics 11, 1981):
layers, vertices for long links, few crossings, places. Links of one bundle share their way; a label is a vertex
in a layer between two layers of boxes, so that labels overlap neither boxes nor each other.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Hashable, Sequence
from itertools import pairwise
from typing import NamedTuple

from kfdsl.graph.rows import ordered
from kfdsl.graph.spread import spread

SWEEPS, MOVES = 8, 12
"""How often layers are sorted to have fewer crossings, and vertices moved towards their neighbours."""
BOX_GAP, LINE_GAP, LAYER_GAP = 26.0, 14.0, 15.0
BUDGET, LEAST = 100_000, 8
"""Vertices for links: a link that needs more than its share, but at least these, goes straight across."""
STRAIGHT = 6.0
"""How much more a long link wants to be straight than short ones do."""


class Link(NamedTuple):
    """A link of two boxes by their numbers.

    `bundle` tells which links of one source share their way; `leave` and `arrive` are places on the borders,
    from the middle of the box, or None where any place is right; `label` is a size.
    """

    source: int
    target: int
    bundle: Hashable
    leave: float | None
    arrive: float | None
    label: tuple[float, float] | None


class Layout(NamedTuple):
    """Centers across and tops of boxes, the whole size, and for each link its points and its label's center.

    Between two points of a route the line is vertical at both ends. A route runs from source to target.
    """

    across: list[float]
    tops: list[float]
    width: float
    height: float
    routes: list[list[tuple[float, float]]]
    labels: list[tuple[float, float] | None]


def lay_out(
    sizes: Sequence[tuple[float, float]], links: Sequence[Link], first: set[int], last: set[int]
) -> Layout:
    """Place boxes of these sizes; those of `first` stand above all others in their order, those of `last` below."""
    return _Layers(sizes, links, first, last).result()


class _Neighbour(NamedTuple):
    """A vertex in the next layer; the line there is straight where it stands `shift` to the left."""

    vertex: int
    weight: float
    shift: float


class _Layers:
    """The vertices of a drawing: first the boxes by their numbers, then those that links pass through."""

    def __init__(
        self, sizes: Sequence[tuple[float, float]], links: Sequence[Link], first: set[int], last: set[int]
    ) -> None:
        self.links = links
        self.boxes = len(sizes)
        self.widths = [width for width, _ in sizes]
        self.heights = [height for _, height in sizes]
        self.ranks = [2 * rank for rank in _ranks(len(sizes), links, first, last)]
        self.above: list[list[_Neighbour]] = [[] for _ in sizes]
        self.below: list[list[_Neighbour]] = [[] for _ in sizes]
        self.fixed = bool(first)
        self.longest = max(LEAST, BUDGET // max(len(links), 1))
        self.layers: list[list[int]] = [[] for _ in range(max(self.ranks, default=0) + 1)]
        for vertex, rank in enumerate(self.ranks):
            self.layers[rank].append(vertex)
        self.pairs: set[tuple[int, int]] = set()
        trunks: dict[tuple[int, Hashable, int], int] = {}
        self.paths = [self._path(link, trunks) for link in links]

    def _path(self, link: Link, trunks: dict[tuple[int, Hashable, int], int]) -> list[int]:
        """Return the vertices that a link passes through, from the upper end to the lower."""
        high, low = link.source, link.target
        if self.ranks[high] > self.ranks[low]:
            high, low = low, high
        if self.ranks[low] - self.ranks[high] > self.longest:
            return [high, low]
        path = [high]
        for rank in range(self.ranks[high] + 1, self.ranks[low]):
            if link.label is not None and rank == self.ranks[low] - 1:
                vertex = self._vertex(rank, *link.label)
            else:
                key = (high, link.bundle if high == link.source else (link.bundle, low), rank)
                if key not in trunks:
                    trunks[key] = self._vertex(rank, 0, 0)
                vertex = trunks[key]
            path.append(vertex)
        path.append(low)
        leave, arrive = link.leave or 0.0, link.arrive or 0.0
        if high != link.source:
            leave, arrive = arrive, leave
        for upper, lower in pairwise(path):
            if (upper, lower) in self.pairs:
                continue
            self.pairs.add((upper, lower))
            weight = STRAIGHT if upper >= self.boxes and lower >= self.boxes else 1.0
            shift = (leave if upper == high else 0.0) - (arrive if lower == low else 0.0)
            self.below[upper].append(_Neighbour(lower, weight, -shift))
            self.above[lower].append(_Neighbour(upper, weight, shift))
        return path

    def _vertex(self, rank: int, width: float, height: float) -> int:
        self.widths.append(width)
        self.heights.append(height)
        self.ranks.append(rank)
        self.above.append([])
        self.below.append([])
        self.layers[rank].append(len(self.ranks) - 1)
        return len(self.ranks) - 1

    def result(self) -> Layout:
        """Return the finished drawing."""
        self._sort()
        across = self._across()
        left = min((x - self.widths[v] / 2 for v, x in enumerate(across)), default=0.0)
        across = [x - left for x in across]
        width = max((x + self.widths[v] / 2 for v, x in enumerate(across)), default=0.0)
        tops, ends, bands = self._tops(across)
        height = bands[-1][1] if bands else 0.0
        leaves, arrives = self._ports(across)
        routes: list[list[tuple[float, float]]] = []
        labels: list[tuple[float, float] | None] = []
        for number, (link, path) in enumerate(zip(self.links, self.paths, strict=True)):
            x = across[path[0]] + leaves[number]
            points = [(x, ends[path[0]]), (x, bands[self.ranks[path[0]]][1])]
            for vertex in path[1:-1]:
                points += [(across[vertex], y) for y in bands[self.ranks[vertex]]]
            x = across[path[-1]] + arrives[number]
            points += [(x, bands[self.ranks[path[-1]]][0]), (x, tops[path[-1]])]
            if path[0] != link.source:
                points.reverse()
            routes.append(points)
            middle = path[-2]
            has_label = link.label is not None and len(path) > 2
            labels.append((across[middle], (tops[middle] + ends[middle]) / 2) if has_label else None)
        return Layout(
            across[: self.boxes], [tops[v] for v in range(self.boxes)], width, height, routes, labels
        )

    def _sort(self) -> None:
        """Sort each layer by where the neighbours of its vertices stand; keep the order with fewest crossings."""
        best, fewest = self.layers, self._crossings()
        for sweep in range(SWEEPS):
            if fewest == 0:
                break
            down = sweep % 2 == 0
            layers = [list(layer) for layer in self.layers]
            self.layers = layers
            place = [0.0] * len(self.ranks)
            for layer in layers if down else reversed(layers):
                for at, vertex in enumerate(layer):
                    if self.fixed and layer is layers[0]:
                        place[vertex] = (at + 0.5) / len(layer)
                        continue
                    beside = self.above[vertex] if down else self.below[vertex]
                    total = sum(place[other] for other, _, _ in beside)
                    place[vertex] = total / len(beside) if beside else (at + 0.5) / len(layer)
                layer.sort(key=place.__getitem__)
                for at, vertex in enumerate(layer):
                    place[vertex] = (at + 0.5) / len(layer)
            crossings = self._crossings()
            if crossings < fewest:
                best, fewest = layers, crossings
        self.layers = best

    def _crossings(self) -> int:
        place = {vertex: at for layer in self.layers for at, vertex in enumerate(layer)}
        count = 0
        for layer in self.layers:
            seen: list[int] = []
            for vertex in layer:
                ends = [place[other] for other, _, _ in self.below[vertex]]
                count += sum(len(seen) - bisect_right(seen, end) for end in ends)
                for end in ends:
                    insort(seen, end)
        return count

    def _across(self) -> list[float]:
        """Return the centers of all vertices: as near to their neighbours as the order of layers allows."""
        across = [0.0] * len(self.ranks)
        gaps = [LINE_GAP if vertex >= self.boxes else BOX_GAP for vertex in range(len(self.ranks))]
        for layer in self.layers:
            at = 0.0
            for vertex in layer:
                across[vertex] = at + self.widths[vertex] / 2
                at += self.widths[vertex] + gaps[vertex]
        for move in range(MOVES):
            down = move % 2 == 0
            for layer in self.layers if down else reversed(self.layers):
                wanted, weights = [], []
                for vertex in layer:
                    beside = self.above[vertex] if down else self.below[vertex]
                    if move >= MOVES - 3 and vertex < self.boxes:
                        beside = self.above[vertex] + self.below[vertex]
                    weight = sum(w for _, w, _ in beside)
                    total = sum((across[other] + shift) * w for other, w, shift in beside)
                    mean = total / weight if weight else across[vertex]
                    wanted.append(mean)
                    weights.append(weight or 0.1)
                apart = [
                    (self.widths[a] + self.widths[b]) / 2 + max(gaps[a], gaps[b]) for a, b in pairwise(layer)
                ]
                for vertex, x in zip(layer, spread(wanted, weights, apart), strict=True):
                    across[vertex] = x
        return across

    def _tops(self, across: Sequence[float]) -> tuple[list[float], list[float], list[tuple[float, float]]]:
        """Return tops and ends of all vertices and of all layers; wide ways across get more room."""
        bands: list[tuple[float, float]] = []
        tops, ends = [0.0] * len(self.ranks), [0.0] * len(self.ranks)
        at = 0.0
        for layer in self.layers:
            height = max((self.heights[vertex] for vertex in layer), default=0.0)
            wide = 0.0
            for vertex in layer:
                # Boxes of one layer share their middle, so that an only line between two is straight.
                own = self.heights[vertex] if vertex < self.boxes else height
                tops[vertex] = at + (height - own) / 2
                ends[vertex] = tops[vertex] + own
                for other, _, shift in self.below[vertex]:
                    wide = max(wide, abs(across[vertex] - across[other] - shift))
            bands.append((at, at + height))
            at += height
            if layer is not self.layers[-1]:
                at += (4.0 if self.fixed and layer is self.layers[0] else LAYER_GAP) + min(wide / 10, 30.0)
        return tops, ends, bands

    def _ports(self, across: Sequence[float]) -> tuple[list[float], list[float]]:
        """Return where links leave and arrive, from the middle of their upper and lower boxes."""
        leaves, arrives = [0.0] * len(self.links), [0.0] * len(self.links)
        for ports, end, beside in ((leaves, 0, 1), (arrives, -1, -2)):
            at_box: dict[int, dict[int, list[int]]] = {}
            for number, (link, path) in enumerate(zip(self.links, self.paths, strict=True)):
                fixed = link.leave if path[end] == link.source else link.arrive
                if fixed is None:
                    at_box.setdefault(path[end], {}).setdefault(path[beside], []).append(number)
                else:
                    ports[number] = fixed
            for box, ways in at_box.items():
                step = min(18.0, self.widths[box] * 0.7 / len(ways))
                for at, way in enumerate(sorted(ways, key=across.__getitem__)):
                    for number in ways[way]:
                        ports[number] = (at - (len(ways) - 1) / 2) * step
        return leaves, arrives


def _ranks(count: int, links: Sequence[Link], first: set[int], last: set[int]) -> list[int]:
    """Return the layer of each box: below all that it needs, cycles apart, and not further from its readers."""
    needs: dict[int, set[int]] = {box: set() for box in range(count)}
    for link in links:
        needs[link.target].add(link.source)
    order = ordered(needs)
    position = {box: at for at, box in enumerate(order)}
    after: dict[int, set[int]] = {box: set() for box in range(count)}
    before: dict[int, set[int]] = {box: set() for box in range(count)}
    for link in links:
        high, low = sorted((link.source, link.target), key=position.__getitem__)
        after[high].add(low)
        before[low].add(high)
    ranks = [0] * count
    for box in order:
        least = 1 if first and box not in first else 0
        ranks[box] = max((ranks[other] + 1 for other in before[box]), default=least)
        ranks[box] = max(ranks[box], least)
    for box in reversed(order):
        if after[box] and not before[box] and box not in first:
            ranks[box] = min(ranks[other] for other in after[box]) - 1
    lowest = max((ranks[box] for box in range(count) if box not in last), default=-1)
    for box in last:
        ranks[box] = max(ranks[box], lowest + 1)
    return ranks
