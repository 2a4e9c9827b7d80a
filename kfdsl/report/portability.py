"""What several targets find in files in, a table of where each file runs out: `render`, `verdict`."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, Literal, TypeAlias

from kfdsl.diagnostics import Diagnostic
from kfdsl.node import Node
from kfdsl.report.columns import lay_out
from kfdsl.report.row import Paint, Style, ansi_paint, no_paint

Verdict: TypeAlias = Literal["yes", "differs", "no"]

DIFFERS: Final = "differs-on-kfp"
NARROWEST: Final = 20
"""Columns that messages get however narrow the terminal is."""


class Checked(Node):
    """A file, and what each target finds in it; `wrong` is a file that has errors whatever the target."""

    file: str
    found: Mapping[str, tuple[Diagnostic, ...]]
    wrong: bool

    def verdict(self, target: str) -> Verdict:
        """Tell whether the file compiles for a target, and means the same there as elsewhere."""
        found = self.found.get(target, ())
        if self.wrong or any(one.severity == "error" for one in found):
            return "no"
        return "differs" if any(one.name == DIFFERS for one in found) else "yes"


def render(files: Iterable[Checked], targets: Sequence[str], *, color: bool, width: int) -> str:
    """Return a table without a line end after the last line: a row for each file, and below it one for each finding.

    It is as wide as `width` says where the names of targets leave the messages room.
    """
    table = _Table(targets, width, ansi_paint if color else no_paint)
    lines = [table.row("", "", targets, "strong")]
    for checked in files:
        verdicts = [checked.verdict(target) for target in targets]
        lines.append(table.row("", checked.file, verdicts, "strong"))
        rows = _rows(checked, targets)
        places = max((len(place) for place, _, _ in rows), default=0)
        lines += [table.row(f"  {place:<{places}}  ", text, cells, "plain") for place, text, cells in rows]
    return "\n".join(lines)


def _rows(checked: Checked, targets: Sequence[str]) -> list[tuple[str, str, list[str]]]:
    """Return place, message and what it is for each target, of each finding once."""
    found: dict[tuple[object, ...], tuple[Diagnostic, dict[str, str]]] = {}
    for target in targets:
        for one in checked.found.get(target, ()):
            cells = found.setdefault((one.order, one.message), (one, {}))[1]
            cells[target] = "differs" if one.name == DIFFERS else one.severity
    return [
        (
            _place(one, checked.file),
            f"{one.code} {one.message}",
            [cells.get(target, "-") for target in targets],
        )
        for one, cells in sorted(found.values(), key=lambda entry: entry[0].order)
    ]


def _place(finding: Diagnostic, file: str) -> str:
    source = finding.span.source
    line, column = source.position(finding.span.start)
    return f"{line}:{column}" if source.name == file else f"{source.name}:{line}:{column}"


_STYLES: Final[Mapping[str, Style]] = {
    "no": "error",
    "error": "error",
    "warning": "warning",
    "differs": "note",
}


class _Table:
    """A column of texts, and a narrow one for each target."""

    def __init__(self, targets: Sequence[str], width: int, paint: Paint) -> None:
        self.columns = [max(len(target), len("differs")) for target in targets]
        self.left = max(width - sum(self.columns) - 2 * len(self.columns), NARROWEST)
        self.paint = paint

    def row(self, start: str, text: str, cells: Sequence[str], style: Style) -> str:
        """Return a row, of one line or several; its cells stand beside the first."""
        first, *others = self._wrapped(start, text)
        padded = first + " " * (self.left - lay_out(first).cells[-1][0])
        shown = [
            "  " + self.paint(cell, _STYLES.get(cell, style)) + " " * (column - len(cell))
            for cell, column in zip(cells, self.columns, strict=True)
        ]
        return "\n".join([(padded + "".join(shown)).rstrip(), *others])

    def _wrapped(self, start: str, text: str) -> list[str]:
        lines = textwrap.wrap(
            lay_out(text).shown,
            max(self.left, len(start) + NARROWEST),
            initial_indent=start,
            subsequent_indent=" " * len(start),
            break_on_hyphens=False,
            break_long_words=False,
        )
        return lines or [start]
