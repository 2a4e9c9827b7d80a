"""A drawing in, text for a terminal out: `render`."""

from __future__ import annotations

from collections.abc import Iterator

from kfdsl.graph import circle_text
from kfdsl.graph.lanes import Beside, beside
from kfdsl.graph.model import Drawing, Edge, Picture, Vertex
from kfdsl.graph.nesting import Nesting
from kfdsl.graph.page import Line, Page, Word
from kfdsl.graph.rows import Row, rows

MOST_LANES = 10
"""More lanes side by side are no picture: the rows then say alone what they need."""
MOST_SOURCES = 10
"""More sources of one row are counted, not named."""


def render(drawing: Drawing, *, width: int, color: bool = False, ascii_only: bool = False) -> str:
    """Return lines of at most `width` columns, where the names in them allow it."""
    page = Page(width, color, ascii_only)
    if drawing.partial:
        return circle_text.render(drawing, page)
    pictures = (_Text(picture, page).lines() for picture in drawing.pictures)
    return "\n".join("".join(page.line(line) for line in lines) for lines in pictures)


class _Text:
    """Writes the lines of one picture."""

    def __init__(self, picture: Picture, page: Page) -> None:
        self.root = picture.root
        self.nesting = Nesting(picture)
        self.page = page
        self.into: dict[str, list[Edge]] = {}
        for edge in picture.edges:
            self.into.setdefault(edge.target, []).append(edge)

    def lines(self) -> Iterator[Line]:
        """Yield all lines."""
        root = self.root
        yield from self.page.wrapped("", "", [(root.name, "name"), (f"{root.span}", "faint")])
        yield from self.inside(root, "")

    def inside(self, container: Vertex, prefix: str) -> Iterator[Line]:
        """Yield the lines of what stands in a container; `prefix` is drawn left of all of them."""
        listed = rows(container, self.nesting)
        lanes = beside(listed, MOST_LANES) or [Beside("", "", "", open=False)] * len(listed)
        column = max(len(side.left + side.right) + 1 for side in lanes)
        bare, ends = False, False
        for row, side in zip(listed, lanes, strict=True):
            if _ends(row.vertices[0]) and not (ends or side.into) and container.kind == "pipeline":
                yield prefix.rstrip(), ()
                ends = True
            if side.joint:
                yield prefix + side.joint, ()
            elif side.into and bare:
                yield prefix + side.left + "│" + side.right, ()
            left, right = prefix + side.left, side.right.ljust(column - len(side.left) - 1)
            if row.vertices[0].kind == "if":
                for branch in row.vertices[0].children:
                    yield from self.row(Row((branch,), frozenset()), left, right, "┃")
                bare = True
            else:
                lines = list(self.row(row, left, right, "│" if side.open else " "))
                yield from lines
                bare = len(lines) == 1 or bool(row.vertices[0].children)

    def row(self, row: Row, left: str, right: str, lane: str) -> Iterator[Line]:
        """Yield the lines of a row: what it is, what it needs, what stands in it."""
        vertex = row.vertices[0]
        lane = "┃" if vertex.children else lane
        below = left + lane + right
        yield from self.page.wrapped(left + _mark(vertex) + right, below, self.title(row))
        needed = self.needs(vertex)
        if needed and vertex.kind != "output":
            yield from self.page.wrapped(below, below, needed)
        if vertex.children:
            yield from self.inside(vertex, f"{below} ")

    def title(self, row: Row) -> Iterator[Word]:
        """Yield words on what a row is."""
        vertex = row.vertices[0]
        if len(row.vertices) > 1:
            yield _some([v.name for v in row.vertices]), "name"
            yield f"{len(row.vertices)} steps alike", "faint"
        elif vertex.kind in ("param", "output"):
            yield f"{vertex.name}: {vertex.type}", "name"
        elif vertex.kind != "loop":
            yield vertex.name if vertex.kind != "branch" else _branch(vertex), "name"
        if vertex.loop:
            yield f"for {vertex.loop}", "name" if vertex.kind == "loop" else "loop"
        if vertex.when and vertex.kind != "branch":
            yield f"when {vertex.when}", "condition"
        if vertex.runs or vertex.kind == "group":
            yield vertex.runs or "group", "faint"
        if vertex.daemon or vertex.again:
            yield "daemon" if vertex.daemon else "calls itself", "loop"
        if any(edge.cyclic for edge in self.into.get(vertex.id, ())):
            yield "in a cycle", "wrong"
        if vertex.kind == "output":
            yield from self.needs(vertex)

    def needs(self, vertex: Vertex) -> list[Word]:
        """Return words on what a vertex waits for, but for what its condition and its loop say."""
        data: list[str] = []
        order: list[str] = []
        for edge in self.into.get(vertex.id, ()):
            source = self.nesting.vertices[edge.source]
            for flow in edge.flows:
                if flow.kind == "data":
                    data.append(_reference(source, flow.name))
                elif flow.kind == "order":
                    order.append(f"{source.name}.{flow.name}" if flow.name else source.name)
        words: list[Word] = [(f"← {_some(data)}", "plain")] if data else []
        if order:
            words.append((f"after {vertex.after or _some(order)}", "plain"))
        return words


def _ends(vertex: Vertex) -> bool:
    """Tell whether a vertex comes after all others of its pipeline."""
    return vertex.kind in ("handler", "output")


def _mark(vertex: Vertex) -> str:
    if vertex.kind in ("param", "output"):
        return "▷" if vertex.kind == "param" else "◁"
    if vertex.kind == "branch" or vertex.when:
        return "◇"
    return "□" if vertex.children or vertex.kind == "pipeline" else "○"


def _branch(vertex: Vertex) -> str:
    return f"{vertex.name} {vertex.when}".rstrip()


def _reference(source: Vertex, name: str) -> str:
    if source.kind == "param":
        return source.name
    return f"{source.name}{name}" if name.startswith("[") else f"{source.name}.{name}".rstrip(".")


def _some(names: list[str]) -> str:
    more = len(names) - MOST_SOURCES
    return ", ".join(names) if more <= 1 else ", ".join([*names[:MOST_SOURCES], f"… {more} more"])
