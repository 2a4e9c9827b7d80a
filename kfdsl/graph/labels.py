"""A vertex or edge in, the lines of its label out, wrapped: what diagrams share."""

from __future__ import annotations

from kfdsl.graph.model import Edge, Vertex
from kfdsl.report.columns import printable

WIDEST = 40
"""Characters of a line, where there are spaces to break it at."""
MOST_LINES = 4
"""Lines of one condition or loop; tooltips and JSON have the whole."""


def title(vertex: Vertex) -> str:
    """Return the first line of a box."""
    if vertex.kind in ("param", "output"):
        return f"{vertex.name}: {vertex.type}"
    if vertex.kind == "branch":
        return f"{vertex.name} {vertex.when}".rstrip()
    return f"for {vertex.loop}" if vertex.kind == "loop" else vertex.name


def details(vertex: Vertex) -> list[str]:
    """Return the other lines of a box, unwrapped."""
    lines = []
    if vertex.loop and vertex.kind != "loop":
        lines.append(f"for {vertex.loop}")
    if vertex.when and vertex.kind != "branch":
        lines.append(f"when {vertex.when}")
    if vertex.after:
        lines.append(f"after {vertex.after}")
    runs = vertex.runs + (", daemon" if vertex.daemon else "") + (", calls itself" if vertex.again else "")
    if runs:
        lines.append(runs)
    return lines


def tooltip(vertex: Vertex) -> str:
    """Return all that is known of a vertex, and where it stands, as lines."""
    outputs = [f"out {name}: {kind}" for name, kind in vertex.outputs]
    lines = [title(vertex), *details(vertex), *outputs, *vertex.doc.splitlines(), f"{vertex.span}"]
    return "\n".join(printable(line) for line in lines)


def edge_tooltip(edge: Edge, source: Vertex, target: Vertex) -> str:
    """Return between what an edge is, and where each reason for it stands, as lines."""
    lines = [f"{source.name} → {target.name}"]
    for flow in edge.flows:
        word = "after" if flow.kind == "order" else flow.kind
        lines.append(f"{word} {flow.name}".rstrip() + f"  {flow.span}")
    return "\n".join(printable(line) for line in lines)


def wrapped(text: str, width: int = WIDEST, most: int = MOST_LINES) -> list[str]:
    """Return a text in lines of about `width` characters, broken at spaces, the end cut off beyond `most`."""
    lines = [""]
    for word in printable(text).split(" "):
        for at in range(0, len(word) or 1, width):
            piece = word[at : at + width]
            if lines[-1] and len(lines[-1]) + 1 + len(piece) > width:
                lines.append(piece)
            else:
                lines[-1] += f" {piece}" if lines[-1] else piece
    return lines if len(lines) <= most else [*lines[: most - 1], f"{lines[most - 1][: width - 1]}…"]
