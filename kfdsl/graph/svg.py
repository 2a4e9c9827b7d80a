"""A drawing in, an SVG picture out that needs nothing else: no script, no font, no other file."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from kfdsl.graph.boxes import Line, Placed, Point, Size, arrange
from kfdsl.graph.fold import fold
from kfdsl.graph.labels import details, edge_tooltip, title, tooltip, wrapped
from kfdsl.graph.model import Drawing, Edge, Picture, Vertex
from kfdsl.graph.nesting import Nesting
from kfdsl.graph.page import columns

ALIKE = 13
"""So many steps that differ in their names only are drawn as one box."""
MARGIN = 20.0
NAME, DETAIL, LABEL = 7.9, 6.7, 6.1
"""Widths of a character at 13, 11 and 10 pixels: monospaced fonts are at most 0.61 of their height wide."""
NAME_LINE, DETAIL_LINE, LABEL_LINE = 18.0, 15.0, 13.0
LABEL_WIDTH, LABEL_LINES = 22, 3
"""Characters of a line of a label, and lines; the tooltip has the whole."""

STYLE = """\
svg { --paper: #ffffff; --ink: #1f2328; --faint: #59636e; --line: #818b98; --box: #f6f8fa; --group: #818b9812;
  --when: #9a6700; --loop: #0969da; --wrong: #d1242f; }
@media (prefers-color-scheme: dark) {
  svg { --paper: #0d1117; --ink: #f0f6fc; --faint: #9198a1; --line: #6e7681; --box: #161b22; --group: #9198a112;
    --when: #d29922; --loop: #4493f8; --wrong: #f85149; }
}
text { font: 11px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace;
  fill: var(--faint); white-space: pre; }
.paper { fill: var(--paper); }
.box { fill: var(--box); stroke: var(--line); }
.group { fill: var(--group); stroke: var(--line); }
.when { stroke: var(--when); stroke-dasharray: 5 3; }
.loop { stroke: var(--loop); stroke-width: 2; }
.ends { fill: var(--paper); }
text.name { font-size: 13px; font-weight: 600; fill: var(--ink); }
text.when { fill: var(--when); stroke: none; }
text.loop { fill: var(--loop); stroke: none; }
text.label { font-size: 10px; text-anchor: middle; paint-order: stroke; stroke: var(--paper); stroke-width: 4px;
  stroke-linejoin: round; }
.line { fill: none; stroke: var(--line); stroke-width: 1.4; }
.order { stroke-dasharray: 4 3; }
.wrong { stroke: var(--wrong); stroke-width: 2; }
.head { fill: var(--line); }
.wrong-head { fill: var(--wrong); }
"""


def render(drawing: Drawing) -> str:
    """Return one picture; several pipelines stand below each other."""
    parts: list[str] = []
    top, width = MARGIN, 0.0
    for number, picture in enumerate(drawing.pictures):
        scene = _Scene(fold(picture, ALIKE), number)
        parts.append(f'<g transform="translate({_number(MARGIN)} {_number(top)})">\n')
        parts += scene.drawn()
        parts.append("</g>\n")
        top += scene.root.height + MARGIN
        width = max(width, scene.width)
    if not drawing.pictures:
        words = "no dependency cycles" if drawing.partial else "no pipelines"
        parts.append(f'<text class="name" x="{_number(MARGIN)}" y="{_number(top + 10)}">{words}</text>\n')
        top, width = top + 20, len(words) * NAME
    names = ", ".join(picture.root.name for picture in drawing.pictures)
    size = f'width="{_number(width + 2 * MARGIN)}" height="{_number(top)}"'
    box = f'viewBox="0 0 {_number(width + 2 * MARGIN)} {_number(top)}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} {box} role="img">\n'
        f"<title>{_escaped(names)}</title>\n<style>\n{STYLE}</style>\n"
        f'<rect class="paper" width="100%" height="100%"/>\n{"".join(parts)}</svg>\n'
    )


class _Scene:
    """Draws one picture."""

    def __init__(self, picture: Picture, number: int) -> None:
        self.number = number
        self.nesting = Nesting(picture)
        self.root = arrange(picture, _measure, _measure_label)
        self.loops: dict[str, list[Edge]] = {}
        for edge in self.nesting.looped:
            self.loops.setdefault(edge.target, []).append(edge)
        self.width = self.root.width + (60 if self.loops else 0)

    def drawn(self) -> Iterator[str]:
        """Yield the parts: boxes before the lines in them."""
        yield from self.box(self.root, 0, 0)

    def box(self, placed: Placed, x: float, y: float) -> Iterator[str]:
        """Yield a box, and all that is inside it, at a place."""
        vertex = placed.vertex
        x, y = x + placed.left, y + placed.top
        kind = "group" if placed.inside or vertex.children else "box"
        marks = " when" * bool(vertex.when) + " loop" * bool(vertex.loop)
        corner = 12 if vertex.kind in ("param", "output") else 6
        if vertex.kind in ("param", "output"):
            kind += " ends"
        yield f"<g><title>{_escaped(tooltip(vertex))}</title>"
        if vertex.closed:
            yield _rect((x + 4, y + 4), (placed.width, placed.height), f"{kind}{marks}", corner)
        yield _rect((x, y), (placed.width, placed.height), f"{kind}{marks}", corner)
        at = y + 6
        for style, words in _lines(vertex):
            at += NAME_LINE if style == "name" else DETAIL_LINE
            yield f'<text class="{style}" x="{_number(x + 12)}" y="{_number(at - 2)}">{_escaped(words)}</text>'
        yield "</g>\n"
        for line in placed.lines:
            yield self.path(line, x, y)
        for child in placed.inside:
            yield from self.box(child, x, y)
        for line in placed.lines:
            yield from self.label(line, x, y)
        for at_side, edge in enumerate(self.loops.get(vertex.id, ())):
            yield self.loop(edge, x + placed.width, y + 14 + 10 * at_side)

    def path(self, line: Line, x: float, y: float) -> str:
        """Return a line with its arrow."""
        points = [(x + px, y + py) for px, py in line.points]
        turn = points[-1][1] < points[0][1]
        tip = points[-1]
        if line.arrow:
            points[-1] = (tip[0], tip[1] + (6 if turn else -6))
        way = f"M{_point(points[0])}"
        for (ax, ay), (bx, by) in pairwise(points):
            middle = (ay + by) / 2
            if ay == by:
                continue
            way += (
                f"V{_number(by)}"
                if abs(ax - bx) < 0.05
                else f"C{_point((ax, middle))} {_point((bx, middle))} {_point((bx, by))}"
            )
        wrong = any(edge.cyclic for edge in line.edges)
        style = "line" + " order" * (not any(e.carries for e in line.edges)) + " wrong" * wrong
        tips = "\n".join(self.tip(edge) for edge in line.edges[:20])
        head = _head(tip, turn=turn, wrong=wrong) if line.arrow else ""
        return f'<g><title>{_escaped(tips)}</title><path class="{style}" d="{way}"/>{head}</g>\n'

    def tip(self, edge: Edge) -> str:
        """Return the tooltip of an edge."""
        return edge_tooltip(edge, self.nesting.vertices[edge.source], self.nesting.vertices[edge.target])

    def label(self, line: Line, x: float, y: float) -> Iterator[str]:
        """Yield the label of a line."""
        if line.label is None:
            return
        lines = _label_lines(line.edges[0])
        at = y + line.label[1] - len(lines) * LABEL_LINE / 2
        for text in lines:
            at += LABEL_LINE
            place = f'x="{_number(x + line.label[0])}" y="{_number(at - 3)}"'
            yield f'<text class="label" {place}>{_escaped(text)}</text>\n'

    def loop(self, edge: Edge, x: float, y: float) -> str:
        """Return the line of an edge from a box, or from one that it stands in, back to it."""
        way = f"M{_point((x, y))}c30 -14 30 24 6 14"
        tip = f"M{_point((x, y + 14))}l8 -4v8z"
        wrong = " wrong" * edge.cyclic
        head = "wrong-head" if edge.cyclic else "head"
        title_ = _escaped(self.tip(edge))
        return f'<g><title>{title_}</title><path class="line{wrong}" d="{way}"/><path class="{head}" d="{tip}"/></g>\n'


def _lines(vertex: Vertex) -> Iterator[tuple[str, str]]:
    """Yield the lines of a box with their styles."""
    style = "when" if vertex.kind == "branch" else "loop" if vertex.kind == "loop" else "name"
    for at, line in enumerate(wrapped(title(vertex))):
        yield "name" if at == 0 and style == "name" else style, line
    for detail in details(vertex):
        style = "when" if detail.startswith("when ") else "loop" if detail.startswith("for ") else "faint"
        for line in wrapped(detail):
            yield style, line


def _measure(vertex: Vertex) -> Size:
    """Return the least size of a box: that of its text."""
    lines = list(_lines(vertex))
    widest = max(columns(line) * (NAME if style == "name" else DETAIL) for style, line in lines)
    height = sum(NAME_LINE if style == "name" else DETAIL_LINE for style, _ in lines)
    return max(widest + 24, 64.0), height + 14


def _label_lines(edge: Edge) -> list[str]:
    return wrapped(edge.label, LABEL_WIDTH, LABEL_LINES)


def _measure_label(edge: Edge) -> Size | None:
    if not edge.label:
        return None
    lines = _label_lines(edge)
    return max(columns(line) for line in lines) * LABEL + 6, len(lines) * LABEL_LINE


def _rect(place: Point, size: Size, style: str, corner: int) -> str:
    (x, y), (width, height) = place, size
    where = f'x="{_number(x)}" y="{_number(y)}" width="{_number(width)}" height="{_number(height)}"'
    return f'<rect class="{style}" {where} rx="{corner}"/>'


def _head(tip: Point, *, turn: bool, wrong: bool) -> str:
    x, y = tip
    back = y + (9 if turn else -9)
    style = "wrong-head" if wrong else "head"
    return f'<path class="{style}" d="M{_point(tip)}L{_point((x - 4, back))} {_point((x + 4, back))}z"/>'


def _point(point: Point) -> str:
    return f"{_number(point[0])} {_number(point[1])}"


def _number(value: float) -> str:
    """Return a number with one decimal at most; equal on every machine, as rounding hides how it was added up."""
    return f"{value:.1f}".removesuffix(".0").replace("-0", "0" if -0.05 < value < 0.05 else "-0")


def _escaped(text: str) -> str:
    """Return text for XML, without the two characters of Unicode's first plane that it cannot hold."""
    text = text.replace("\ufffe", "\ufffd").replace("\uffff", "\ufffd")
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
