"""A drawing in, a graph in the DOT language of Graphviz out: `render`."""

from __future__ import annotations

from collections.abc import Iterator

from kfdsl.graph.labels import details, edge_tooltip, title, tooltip, wrapped
from kfdsl.graph.model import Drawing, Edge, Picture, Vertex
from kfdsl.graph.nesting import Nesting

_HEAD = """\
digraph {
  compound=true
  graph [fontname="monospace", fontsize=11, style="rounded", color="gray50", labeljust="l"]
  node [fontname="monospace", fontsize=11, shape=box, style="rounded", margin="0.12,0.06"]
  edge [fontname="monospace", fontsize=9, color="gray35"]
"""


def render(drawing: Drawing) -> str:
    """Return a graph with a cluster for each pipeline and for what has steps inside."""
    lines = [
        line for number, picture in enumerate(drawing.pictures) for line in _Graph(picture, number).lines()
    ]
    if not drawing.pictures:
        lines.append(f'  "{"no dependency cycles" if drawing.partial else "no pipelines"}" [shape=plaintext]')
    return _HEAD + "".join(f"{line}\n" for line in lines) + "}\n"


class _Graph:
    """Writes one picture; names of boxes begin with its number, since two files may have equal ids."""

    def __init__(self, picture: Picture, number: int) -> None:
        self.picture = picture
        self.number = number
        self.nesting = Nesting(picture)

    def lines(self) -> Iterator[str]:
        """Yield all lines."""
        yield from self.vertex(self.picture.root, "  ")
        looped = set(self.nesting.looped)
        for edge in self.picture.edges:
            yield self.edge(edge, inside=edge in looped)

    def name(self, vertex: Vertex) -> str:
        """Return the name of a box."""
        return _quoted(f"{self.number}/{vertex.id}")

    def cluster(self, vertex: Vertex) -> str:
        """Return the name of the cluster of a box that has others inside."""
        return _quoted(f"cluster {self.number}/{vertex.id}")

    def vertex(self, vertex: Vertex, indent: str) -> Iterator[str]:
        """Yield the lines of a box with all that is inside it."""
        lines = [line for text in (title(vertex), *details(vertex)) for line in wrapped(text)]
        style = "rounded,dashed" if vertex.when else "rounded"
        tip = f"tooltip={_quoted(tooltip(vertex))}"
        if vertex.children:
            yield f"{indent}subgraph {self.cluster(vertex)} {{"
            label = "".join(f"{_escaped(line)}\\l" for line in lines)
            yield f'{indent}  graph [label="{label}", style="{style}", penwidth={_pen(vertex)}, {tip}]'
            for child in vertex.children:
                yield from self.vertex(child, f"{indent}  ")
            yield f"{indent}}}"
            return
        label = "\\n".join(_escaped(line) for line in lines)
        shape = {"param": ", shape=cds", "output": ", shape=cds", "pipeline": ", peripheries=2"}
        more = shape.get(vertex.kind, "")
        yield f'{indent}{self.name(vertex)} [label="{label}", style="{style}", penwidth={_pen(vertex)}{more}, {tip}]'

    def edge(self, edge: Edge, *, inside: bool) -> str:
        """Return the line of an edge; one of a cluster ends at a box inside it, and is cut off at its border."""
        source, target = self.nesting.vertices[edge.source], self.nesting.vertices[edge.target]
        words = [f"tooltip={_quoted(edge_tooltip(edge, source, target))}"]
        if edge.label:
            label = "\\n".join(_escaped(line) for line in wrapped(edge.label))
            words.insert(0, f'label="{label}"')
        if not edge.carries:
            words.append("style=dashed")
        if edge.cyclic:
            words.append("color=red, penwidth=2")
        if source.children and not inside:
            words.append(f"ltail={self.cluster(source)}")
        if target.children and not inside:
            words.append(f"lhead={self.cluster(target)}")
        while source.children:
            source = source.children[-1]
        while target.children:
            target = target.children[0]
        return f"  {self.name(source)} -> {self.name(target)} [{', '.join(words)}]"


def _pen(vertex: Vertex) -> int:
    return 2 if vertex.loop else 1


def _quoted(text: str) -> str:
    return '"' + "\\n".join(_escaped(line) for line in text.split("\n")) + '"'


def _escaped(text: str) -> str:
    """Return text for a quoted string; Graphviz reads entities of HTML in it."""
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("&", "&amp;")
