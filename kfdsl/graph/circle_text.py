"""The circles of a drawing in, each as a loop of lines with their places out: `render`."""

from __future__ import annotations

from collections.abc import Iterator

from kfdsl.graph.model import Drawing, Edge, walk
from kfdsl.graph.page import Line, Page
from kfdsl.source import Span

COUNTS = {
    1: "a step waits for itself",
    2: "two steps wait for each other",
    3: "three steps wait for each other",
}


def render(drawing: Drawing, page: Page) -> str:
    """Return all circles, or that there are none."""
    if not drawing.circles:
        return "no dependency cycles\n"
    names = {vertex.id: vertex.name for picture in drawing.pictures for vertex in walk(picture.root)}
    circles = (_circle(circle, names, page) for circle in drawing.circles)
    return "\n".join("".join(page.line(line) for line in lines) for lines in circles)


def _circle(circle: tuple[Edge, ...], names: dict[str, str], page: Page) -> Iterator[Line]:
    count = COUNTS.get(len(circle), f"{len(circle)} steps wait for each other")
    if len(circle) == 1 and circle[0].source != circle[0].target:
        count = "a step waits for what it stands in"
    yield from page.wrapped("", "", [("cycle", "wrong"), (count, "name")])
    last = len(circle) - 1
    for number, edge in enumerate(circle):
        flow = edge.flows[0]
        what = f"needs {names[edge.source]}" + (f".{flow.name}" if flow.name else "")
        head = "╭─○" if number == 0 else "│ ○"
        yield from page.wrapped(head, "│ │", [(names[edge.target], "name"), (what, "plain")])
        below = "╰─╯" if number == last else "│ │"
        place = f"{flow.span}"
        yield below, ((place, "faint"), ("  " + _excerpt(flow.span, page.width - len(place) - 7), "plain"))


def _excerpt(span: Span, room: int) -> str:
    """Return the line of a place, no longer than there is room."""
    text = span.source.line(span.line).strip()
    return text if len(text) <= max(room, 20) else f"{text[: max(room, 20) - 1]}…"
