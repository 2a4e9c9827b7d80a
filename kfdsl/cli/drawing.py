"""The arguments of `graph` in, the text of a drawing and what is wrong with the programs out."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from collections.abc import Sequence

from kfdsl.cli import output
from kfdsl.cli.inputs import Input
from kfdsl.cli.parser import USUAL, columns
from kfdsl.cli.problem import Problem
from kfdsl.cli.run import analyze_all, unique
from kfdsl.cli.terminal import colored, emit, say
from kfdsl.compiler import DEEPEST
from kfdsl.diagnostics import Diagnostic
from kfdsl.graph import build, circles
from kfdsl.graph.model import Drawing
from kfdsl.node import Node

FORMATS = {
    ".txt": "text",
    ".mmd": "mermaid",
    ".mermaid": "mermaid",
    ".md": "mermaid",
    ".dot": "dot",
    ".gv": "dot",
    ".svg": "svg",
    ".json": "json",
}
"""The format that an ending asks for."""


class Drawn(Node):
    """What a drawing came to.

    `text` is None where nothing can be drawn; `wrong` tells that the exit code is that of findings.
    `diagnostics` are errors and warnings, `failures` the files that could not be read, as lines.
    """

    text: str | None
    diagnostics: tuple[Diagnostic, ...]
    failures: tuple[str, ...]
    files: int
    wrong: bool


def draw(items: Sequence[Input], arguments: Namespace) -> Drawn:
    """Draw all inputs as one drawing."""
    form = _format(arguments)
    results, failures = analyze_all(items)
    found = unique(d for _, result in results for d in result.diagnostics if d.severity != "note")
    wrong = any(d.severity == "error" for d in found)
    only_cycles = arguments.view == "cycles"
    if only_cycles:
        found = tuple(d for d in found if d.name != "dependency-cycle")
    programs = [result.draft for _, result in results if result.draft is not None]
    if failures or not programs:
        return Drawn(None, found, failures, len(results), wrong=True)
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(max(limit, DEEPEST))  # groups stand inside each other, in pipelines that do too
    try:
        pictures = [
            picture
            for program in programs
            for picture in build.draw(
                program, depth=None if only_cycles else arguments.depth, params=arguments.params
            ).pictures
        ]
        drawing = circles.find(Drawing(tuple(pictures)))
        if not (pictures or wrong):
            message = "there is no pipeline to draw, only what others import"
            raise Problem(message)
        if only_cycles:
            drawing = circles.only(drawing)
            if not drawing.circles and form != "text":
                say("no dependency cycles")
        text = _render(drawing, form, arguments) if pictures or only_cycles else None
    except build.TooLargeError as error:
        message = f"the drawing would have more than {build.MOST} boxes: give a smaller --depth"
        raise Problem(message) from error
    finally:
        sys.setrecursionlimit(limit)
    return Drawn(text, found, (), len(results), wrong=wrong or bool(only_cycles and drawing.circles))


def write(text: str, path: str | None) -> None:
    """Write a drawing to a file, which is replaced as a whole, or to standard output."""
    if path is None:
        emit(text, sys.stdout)
    else:
        output.replace_all([(path, text)])


def _format(arguments: Namespace) -> str:
    if arguments.output is None:
        return str(arguments.format or "text")
    if os.path.isdir(arguments.output) or arguments.output.endswith(os.sep):
        message = f"{arguments.output} is a folder: graph writes one file"
        raise Problem(message)
    ending = os.path.splitext(arguments.output)[1].lower()
    form = arguments.format or FORMATS.get(ending)
    if form is None:
        known = ", ".join(FORMATS)
        message = f"the ending of {arguments.output} says no format (known: {known}): give --format"
        raise Problem(message)
    return str(form)


def _render(drawing: Drawing, form: str, arguments: Namespace) -> str:
    if form == "text":
        from kfdsl.graph import text

        inside = arguments.output is not None
        return text.render(
            drawing,
            width=USUAL if inside else columns(),
            color=colored("never" if inside and arguments.color == "auto" else arguments.color, sys.stdout),
            ascii_only=arguments.ascii,
        )
    if form == "mermaid":
        from kfdsl.graph import mermaid

        chart = mermaid.render(drawing)
        return f"```mermaid\n{chart}```\n" if (arguments.output or "").lower().endswith(".md") else chart
    if form == "dot":
        from kfdsl.graph import dot

        return dot.render(drawing)
    if form == "svg":
        from kfdsl.graph import svg

        return svg.render(drawing)
    from kfdsl.graph import machine

    return machine.render(drawing)
