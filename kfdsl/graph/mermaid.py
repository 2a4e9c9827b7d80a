"""A drawing in, a Mermaid flowchart out: `render`."""

from __future__ import annotations

from collections.abc import Iterator

from kfdsl.graph.labels import details, title, wrapped
from kfdsl.graph.model import Drawing, Edge, Picture, Vertex
from kfdsl.graph.nesting import Nesting

_PLAIN = frozenset(" ,.()=/-")
"""Signs that mean nothing inside a quoted label; the others are written as their numbers."""
_NOTHING = "#8203;"
"""A space of no width."""
_SHAPES = {"param": ('[/"', '"/]'), "output": ('(["', '"])'), "pipeline": ('[["', '"]]')}


def render(drawing: Drawing) -> str:
    """Return a flowchart; several pipelines are subgraphs of one."""
    single = len(drawing.pictures) == 1
    lines = ["flowchart TD"]
    if single:
        lines[:0] = ["---", f'title: "{drawing.pictures[0].root.name}"', "---"]
    chart = _Chart()
    for picture in drawing.pictures:
        lines += chart.picture(picture, single=single)
    if not drawing.pictures:
        lines.append(f'  n0["{"no dependency cycles" if drawing.partial else "no pipelines"}"]')
    lines.append("  classDef conditional stroke-dasharray:5 3")
    lines.append("  classDef many stroke-width:3px")
    lines += [f"  linkStyle {number} stroke:#d1242f,stroke-width:2px" for number in chart.cyclic]
    return "\n".join(lines) + "\n"


class _Chart:
    """Numbers boxes and edges: an author's names could be words of Mermaid, such as `end`."""

    def __init__(self) -> None:
        self.names: dict[str, str] = {}
        self.edges = 0
        self.boxes = 0
        self.cyclic: list[int] = []

    def picture(self, picture: Picture, *, single: bool) -> Iterator[str]:
        """Yield the lines of one pipeline."""
        self.names = {}
        if single:
            for child in picture.root.children:
                yield from self.vertex(child, "  ")
        else:
            yield from self.vertex(picture.root, "  ")
        looped = set(Nesting(picture).looped)
        for edge in picture.edges:
            yield self.edge(edge, inside=edge in looped)

    def vertex(self, vertex: Vertex, indent: str) -> Iterator[str]:
        """Yield the lines of a box with all that is inside it."""
        name = self.names[vertex.id] = f"n{self.boxes}"
        self.boxes += 1
        lines = [line for text in (title(vertex), *details(vertex)) for line in wrapped(text)]
        label = "<br/>".join(_escaped(line) for line in lines)
        if vertex.children:
            yield f'{indent}subgraph {name}["{label}"]'
            for child in vertex.children:
                yield from self.vertex(child, f"{indent}  ")
            yield f"{indent}end"
        else:
            first, last = _SHAPES.get(vertex.kind, ('["', '"]'))
            yield f"{indent}{name}{first}{label}{last}"
        if vertex.when:
            yield f"{indent}class {name} conditional"
        if vertex.loop:
            yield f"{indent}class {name} many"

    def edge(self, edge: Edge, *, inside: bool) -> str:
        """Return the line of an edge; one to a box around its other end, which Mermaid cannot draw, is a loop."""
        source, target = self.names[edge.source], self.names[edge.target]
        arrow = "-->" if edge.carries else "-.->"
        label = edge.label
        if inside and edge.source != edge.target:
            source, label = target, f"{label} of what it stands in".strip()
        if edge.cyclic:
            self.cyclic.append(self.edges)
        self.edges += 1
        shown = f'|"{"<br/>".join(_escaped(line) for line in wrapped(label))}"|' if label else ""
        return f"  {source} {arrow}{shown} {target}"


def _escaped(text: str) -> str:
    """Return text for a quoted label; `_` and `*` could begin emphasis, `%%` a comment.

    `$$` begins a formula, and a backslash with an `n` a line, unless something stands between.
    """
    shown = []
    for at, char in enumerate(text):
        inner = char == "_" and text[at - 1 : at].isalnum() and text[at + 1 : at + 2].isalnum()
        plain = char in _PLAIN or inner or char.isalnum() or not char.isascii()
        shown.append(char if plain else f"#{ord(char)};")
        if text[at : at + 2] in ("$$", "\\n"):
            shown.append(_NOTHING)
    return "".join(shown)
