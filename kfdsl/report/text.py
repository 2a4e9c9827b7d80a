"""Diagnostics in, the report that people read out: `render`, `summary`."""

from __future__ import annotations

from collections.abc import Iterable

from kfdsl.diagnostics import Diagnostic
from kfdsl.report.change import change
from kfdsl.report.columns import lay_out, printable
from kfdsl.report.row import Paint, Row, Style, ansi_paint, draw, no_paint
from kfdsl.report.snippet import snippet
from kfdsl.report.tally import tally

NARROWEST = 30
"""Columns that prose gets however narrow the terminal is."""


def render(diagnostics: Iterable[Diagnostic], *, color: bool, width: int | None = None) -> str:
    """Return the reports, sorted, with an empty line between two and no line end after the last.

    `width` is that of the terminal in columns, and wraps helps and notes; without it they are not wrapped.
    """
    paint = ansi_paint if color else no_paint
    ordered = sorted(diagnostics, key=lambda diagnostic: diagnostic.order)
    return "\n\n".join("\n".join(_report(diagnostic, paint, width)) for diagnostic in ordered)


def summary(diagnostics: Iterable[Diagnostic], files: int) -> str:
    """Return the line that ends a report; `files` is how many were read."""
    counts = tally(diagnostics)
    kinds = (("error", counts.error), ("warning", counts.warning), ("note", counts.note))
    found = ", ".join(_count(number, noun) for noun, number in kinds if number) or "no problems"
    fixable = f", {counts.fixable} fixable" if counts.fixable else ""
    return f"{found} in {_count(files, 'file')}{fixable}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _report(diagnostic: Diagnostic, paint: Paint, width: int | None) -> list[str]:
    rows = snippet(diagnostic)
    changes = [change(fix, diagnostic.span.source) for fix in diagnostic.fixes]
    numbers = [row.number for part in (rows, *changes) for row in part if row.number is not None]
    gutter = len(str(max(numbers)))
    lines = [_headline(diagnostic, paint), *(draw(row, gutter, paint) for row in rows)]
    if diagnostic.fixes or diagnostic.helps or diagnostic.notes:
        lines.append(draw(Row("|"), gutter, paint))
    for fix, part in zip(diagnostic.fixes, changes, strict=True):
        lines += _prose("help", fix.title, paint, width)
        lines += [draw(row, gutter, paint) for row in part]
    for text in diagnostic.helps:
        lines += _prose("help", text, paint, width)
    for text in diagnostic.notes:
        lines += _prose("note", text, paint, width)
    return lines


def _headline(diagnostic: Diagnostic, paint: Paint) -> str:
    severity = paint(diagnostic.severity, diagnostic.severity)
    message = paint(f": {printable(diagnostic.message)}", "strong")
    return f"{severity}{message}  [{diagnostic.name} {diagnostic.code}]"


def _prose(kind: Style, text: str, paint: Paint, width: int | None) -> list[str]:
    indent = " " * len(f"{kind}: ")
    lines: list[str] = []
    for line in text.split("\n"):
        lines += [printable(line)] if width is None else _wrap(printable(line), width - len(indent))
    first, *rest = lines
    return [f"{paint(f'{kind}:', kind)} {first}", *(indent + line for line in rest)]


def _wrap(text: str, width: int) -> list[str]:
    """Break `text` at spaces; spaces within a line stay as they are, they may align something."""
    first, *rest = text.split(" ")
    lines = [first]
    for word in rest:
        longer = f"{lines[-1]} {word}"
        if lay_out(longer).cells[-1][0] <= max(width, NARROWEST):
            lines[-1] = longer
        else:
            lines.append(word)
    return [line.rstrip() for line in lines]
