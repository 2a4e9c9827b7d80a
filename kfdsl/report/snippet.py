"""A diagnostic in, the source lines it is about with their underlines out: `snippet`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from kfdsl.diagnostics import Diagnostic
from kfdsl.report.columns import lay_out, printable
from kfdsl.report.excerpt import bounds, excerpt
from kfdsl.report.row import Ink, Row, Style
from kfdsl.source import Source, Span


class Mark(NamedTuple):
    """A span's part in one line, in character offsets, and what to say there."""

    source: Source
    line: int
    start: int
    end: int
    text: str
    style: Style


class Underline(NamedTuple):
    """A mark in the columns of the screen, the first and the one after the last."""

    begin: int
    stop: int
    text: str
    style: Style


def snippet(diagnostic: Diagnostic) -> list[Row]:
    """Return the rows from `-->` to the last label; the file of the primary span comes first."""
    marks = _marks(diagnostic.span, diagnostic.label, diagnostic.severity)
    for label in diagnostic.labels:
        marks += _marks(label.span, label.text, "gutter")
    files: dict[str, list[Mark]] = {}
    for mark in marks:
        files.setdefault(mark.source.name, []).append(mark)
    rows: list[Row] = []
    for group in files.values():
        rows += [Row("|"), place(group[0].source, group[0].start, ":::")] if rows else []
        rows += [] if rows else [place(diagnostic.span.source, diagnostic.span.start, "-->")]
        rows += [Row("|"), *_section(group, in_order=_is_story(diagnostic))]
    return rows


def place(source: Source, offset: int, sign: str) -> Row:
    """Return the row that names a file, a line and a column."""
    line, column = source.position(offset)
    return Row(sign, (Ink(f"{printable(source.name)}:{line}:{column}"),))


def source_row(source: Source, number: int) -> Row:
    """Return the row of a line that is printed for its neighbours' sake."""
    return Row("|", (Ink(printable(excerpt(source, number).shown).rstrip()),), number)


def _marks(span: Span, text: str, style: Style) -> list[Mark]:
    source, start, end = span.source, span.start, span.end
    first = span.line
    last = source.position(max(start, end - 1)).line
    if first == last:
        return [Mark(source, first, start, end, text, style)]
    line_start = bounds(source, last)[0]
    blank = len(head := source.text[line_start:end]) - len(head.lstrip())
    return [
        Mark(source, first, start, bounds(source, first)[1], "", style),
        Mark(source, last, line_start + blank, end, text, style),
    ]


def _is_story(diagnostic: Diagnostic) -> bool:
    """Tell if the labels are numbered, "1. …", "2. …": they are then read in that order, not by line."""
    texts = [diagnostic.label, *(label.text for label in diagnostic.labels)]
    return all(text.partition(". ")[0].isdigit() for text in texts)


def _section(marks: Sequence[Mark], *, in_order: bool) -> list[Row]:
    lines: dict[int, list[Mark]] = {}
    for mark in marks:
        lines.setdefault(mark.line, []).append(mark)
    rows: list[Row] = []
    before: int | None = None
    for number in lines if in_order else sorted(lines):
        if before is not None and number == before + 2:
            rows.append(source_row(marks[0].source, before + 1))
        elif before is not None and number != before + 1:
            rows.append(Row("..."))
        rows += _line(lines[number])
        before = number
    return rows


def _line(marks: Sequence[Mark]) -> list[Row]:
    source, number = marks[0].source, marks[0].line
    first = min(mark.start for mark in marks)
    part = excerpt(source, number, first)
    primary = next((mark for mark in marks if mark.style != "gutter"), marks[0])
    if primary.start >= part.end:
        part = excerpt(source, number, primary.start)
    shown, cells = lay_out(part.shown)
    underlines = []
    for mark in marks:
        start, end = part.where(mark.start), part.where(mark.end)
        begin = cells[start][0]
        stop = max(begin + 1, cells[max(start, end - 1)][1] if mark.end > mark.start else 0)
        underlines.append(Underline(begin, stop, printable(mark.text), mark.style))
    return [Row("|", (Ink(shown.rstrip()),), number), *_underlines(underlines)]


def _underlines(marks: Sequence[Underline]) -> list[Row]:
    """Return the row of `^^^` and `---`, the label of the last beside it, the others hanging below."""
    ranked = sorted(marks, key=lambda mark: (mark.style != "gutter", mark.begin))
    cells = {
        column: Ink("-" if mark.style == "gutter" else "^", mark.style)
        for mark in ranked
        for column in range(mark.begin, mark.stop)
    }
    beside = max(reversed(ranked), key=lambda mark: mark.stop)
    rows = [Row("|", _strip(cells, beside))]
    hanging = [mark for mark in ranked if mark is not beside and mark.text]
    hanging.sort(key=lambda mark: mark.begin)
    if hanging:
        rows.append(Row("|", _strip(_bars(hanging))))
    while hanging:
        mark = hanging.pop()
        rest = [other for other in hanging if other.begin < mark.begin]
        rows.append(Row("|", (*_strip(_bars(rest), until=mark.begin), Ink(mark.text, mark.style))))
    return rows


def _bars(marks: Iterable[Underline]) -> dict[int, Ink]:
    return {mark.begin: Ink("|", mark.style) for mark in marks}


def _strip(cells: dict[int, Ink], beside: Underline | None = None, *, until: int = 0) -> tuple[Ink, ...]:
    """Return the columns from 0 to the last cell, or `until`, as few pieces, then a label."""
    pieces: list[Ink] = []
    for column in range(max([until, *(column + 1 for column in cells)])):
        text, style = cells.get(column, Ink(" "))
        if pieces and pieces[-1].style == style:
            pieces[-1] = Ink(pieces[-1].text + text, style)
        else:
            pieces.append(Ink(text, style))
    if beside is not None and beside.text:
        pieces.append(Ink(" " + beside.text, beside.style))
    return tuple(pieces)
