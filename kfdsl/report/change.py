"""A fix in, the rows that show what it changes out: `change`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from kfdsl.diagnostics import Edit, Fix
from kfdsl.report.columns import lay_out, printable
from kfdsl.report.excerpt import CUT, bounds, clip, excerpt
from kfdsl.report.row import Ink, Row
from kfdsl.report.snippet import place, source_row
from kfdsl.source import Source

MOST_LINES = 8
"""How many removed, and how many added lines of one place are printed."""


class Hunk(NamedTuple):
    """Edits of the same lines, in the order of the text; `first` and `last` are line numbers."""

    source: Source
    first: int
    last: int
    edits: tuple[Edit, ...]


def change(fix: Fix, home: Source) -> list[Row]:
    """Return the rows of a fix, none if it has no edits; only files other than `home` are named.

    The numbers of kept and added lines are those after the change.
    """
    rows: list[Row] = []
    name, shift, before = home.name, 0, 0
    for hunk in _hunks(fix):
        if hunk.source.name != name:
            name, shift, before = hunk.source.name, 0, 0
            rows.append(place(hunk.source, hunk.edits[0].span.start, ":::"))
        shown = _in_line(hunk, shift) if _is_in_line(hunk) else _lines(hunk, shift, before)
        if before == 0:
            rows.append(Row("|"))
        elif _old_number(shown[0], shift) > before + 1:
            rows.append(Row("..."))
        rows += shown
        shift += sum(_added_lines(edit) for edit in hunk.edits)
        before = hunk.last
    return rows


def _hunks(fix: Fix) -> list[Hunk]:
    hunks: list[Hunk] = []
    for edit in sorted(fix.edits, key=lambda edit: (edit.span.source.name, edit.span.start, edit.span.end)):
        source = edit.span.source
        first, last = edit.span.line, source.position(edit.span.end).line
        if hunks and hunks[-1].source.name == source.name and first <= hunks[-1].last:
            old = hunks.pop()
            first, edits = old.first, (*old.edits, edit)
        else:
            edits = (edit,)
        hunks.append(Hunk(source, first, last, edits))
    return hunks


def _added_lines(edit: Edit) -> int:
    return edit.text.count("\n") - edit.span.source.text.count("\n", edit.span.start, edit.span.end)


def _is_in_line(hunk: Hunk) -> bool:
    return hunk.first == hunk.last and not any("\n" in edit.text for edit in hunk.edits)


def _old_number(row: Row, shift: int) -> int:
    return (row.number or 0) - (0 if row.sign == "-" else shift)


def _in_line(hunk: Hunk, shift: int) -> list[Row]:
    """Show the new line and what is new in it; old and new line if something only goes."""
    part = excerpt(hunk.source, hunk.first, hunk.edits[0].span.start)
    pieces, signs, at = [part.before], [" " * len(part.before)], part.start
    for edit in hunk.edits:
        if edit.span.start > part.end:
            break
        kept = hunk.source.text[at : max(at, edit.span.start)]
        new = clip(edit.text)
        pieces += [kept, new]
        signs += [" " * len(kept), _signs(edit.span.text, new)]
        at = max(at, edit.span.end)
    rest = hunk.source.text[at : max(at, part.end)] + part.after
    line = "".join([*pieces, rest])
    number = hunk.first + shift
    if not all(edit.text for edit in hunk.edits):
        return [_row("-", part.shown, hunk.first), _row("+", line, number)]
    return [_row("|", line, number), Row("|", (Ink(_markers(line, "".join(signs)), "help"),))]


def _signs(old: str, new: str) -> str:
    """Return `+` for each character that `new` adds to `old`; all `~` if it does more than add."""
    prefix = _common(old, new)
    suffix = _common(old[prefix:][::-1], new[prefix:][::-1])
    if prefix + suffix < len(old):
        return "~" * len(new)
    return " " * prefix + "+" * (len(new) - prefix - suffix) + " " * suffix


def _markers(line: str, signs: str) -> str:
    row: dict[int, str] = {}
    cells = lay_out(line).cells
    for sign, (begin, stop) in zip(signs, cells, strict=False):
        if sign != " ":
            row |= dict.fromkeys(range(begin, stop), sign)
    return "".join(row.get(column, " ") for column in range(max(row, default=-1) + 1))


def _lines(hunk: Hunk, shift: int, before: int) -> list[Row]:
    """Show whole lines that go and come, without those that the edits only touch."""
    old, new = _old_and_new(hunk)
    prefix = _common(old, new)
    suffix = _common(old[prefix:][::-1], new[prefix:][::-1])
    first = hunk.first + prefix
    gone, come = old[prefix : len(old) - suffix], new[prefix : len(new) - suffix]
    # The nothing after the last line end is not a line that anyone adds.
    if len(come) > 1 and not come[-1] and not suffix and hunk.last == len(hunk.source.starts):
        come.pop()
    rows: list[Row] = []
    if not gone and first - 1 > before:
        rows.append(source_row(hunk.source, first - 1)._replace(number=first - 1 + shift))
    rows += _block("-", gone, first)
    rows += _block("+", come, first + shift)
    if not gone and first == 1 and old != [""]:
        rows.append(source_row(hunk.source, 1)._replace(number=1 + len(come)))
    return rows


def _old_and_new(hunk: Hunk) -> tuple[list[str], list[str]]:
    text = hunk.source.text
    at, end = bounds(hunk.source, hunk.first)[0], bounds(hunk.source, hunk.last)[1]
    old, pieces = text[at:end], []
    for edit in hunk.edits:
        pieces += [text[at : max(at, edit.span.start)], edit.text]
        at = max(at, edit.span.end)
    new = "".join([*pieces, text[at:end]])
    return _split(old), _split(new)


def _split(text: str) -> list[str]:
    return [line.removesuffix("\r") for line in text.split("\n")]


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))


def _block(sign: str, lines: Sequence[str], first: int) -> list[Row]:
    rows = [_row(sign, clip(line), first + at) for at, line in enumerate(lines[:MOST_LINES])]
    return rows if len(lines) <= MOST_LINES else [*rows, _row(sign, CUT, first + MOST_LINES)]


def _row(sign: str, text: str, number: int) -> Row:
    return Row(sign, (Ink(printable(text).rstrip()),), number)
