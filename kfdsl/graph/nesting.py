"""A picture in, the graph of each of its containers out: `Nesting`."""

from __future__ import annotations

from kfdsl.graph.model import Edge, Picture, Vertex


class Nesting:
    """Which vertex stands in which, and the edges among the children of each container.

    `within[container]` lists `(source, target, edge)`, where both are children of the container: the vertices
    that the ends of the edge are, or stand in. `looped` are edges between a vertex and one that it stands in.
    """

    def __init__(self, picture: Picture) -> None:
        """Sort the edges into the containers."""
        self.vertices: dict[str, Vertex] = {}
        self.above: dict[str, str] = {}
        self.level: dict[str, int] = {picture.root.id: 0}
        self._add(picture.root)
        self.within: dict[str, list[tuple[str, str, Edge]]] = {}
        self.looped: list[Edge] = []
        for edge in picture.edges:
            container, source, target = self.meeting(edge)
            if source == target or container in (source, target):
                self.looped.append(edge)
            else:
                self.within.setdefault(container, []).append((source, target, edge))

    def _add(self, vertex: Vertex) -> None:
        self.vertices[vertex.id] = vertex
        for child in vertex.children:
            self.above[child.id] = vertex.id
            self.level[child.id] = self.level[vertex.id] + 1
            self._add(child)

    def meeting(self, edge: Edge) -> tuple[str, str, str]:
        """Return the innermost container of both ends, and its children that the ends are or stand in.

        Where one end stands in the other, that one is returned as the container and as its own child.
        """
        source, target = edge.source, edge.target
        if source == target:
            return self.above.get(source, source), source, target
        below_source, below_target = source, target
        while source != target:
            if self.level[source] >= self.level[target]:
                below_source, source = source, self.above[source]
            else:
                below_target, target = target, self.above[target]
            if source == target:
                break
        if source in (edge.source, edge.target):
            return source, edge.source, edge.target
        return source, below_source, below_target
