"""What the tests of drawings share: the cases, and drawings of programs."""

from __future__ import annotations

from pathlib import Path

from kfdsl import ir
from kfdsl.compiler import analyze_file, analyze_text
from kfdsl.graph import build, circles, dot, machine, mermaid, svg, text
from kfdsl.graph.model import Drawing

ROOT = Path(__file__).parents[2]
CASES = Path(__file__).parent / "cases"
NAMES = sorted(path.stem for path in CASES.glob("*.pipe"))
FORMATS = ("text", "ascii", "mermaid", "dot", "svg", "json")


def program(path: Path) -> ir.Program:
    """Return the program of a file, right or wrong, named as from the root of the project."""
    found = analyze_file(str(path.relative_to(ROOT)), target=None).draft
    assert found is not None
    return found


def drawing(program: ir.Program, *, params: bool = True) -> Drawing:
    """Return the whole drawing of a program."""
    return circles.find(build.draw(program, depth=None, params=params))


def drawn(source: str, *, depth: int | None = None, params: bool = False) -> Drawing:
    """Return the drawing of a text."""
    found = analyze_text(source, target=None).draft
    assert found is not None
    return circles.find(build.draw(found, depth=depth, params=params))


def rendered(picture: Drawing, form: str, *, width: int = 80) -> str:
    """Return a drawing in a format."""
    if form in ("text", "ascii"):
        return text.render(picture, width=width, ascii_only=form == "ascii")
    renders = {"mermaid": mermaid.render, "dot": dot.render, "svg": svg.render, "json": machine.render}
    return renders[form](picture)
