"""A line of a source in, the part of it that is short enough to print out: `excerpt`."""

from __future__ import annotations

from typing import NamedTuple

from kfdsl.source import Source

LIMIT = 200
"""The most characters of a line that are printed."""

MARGIN = 60
"""How many of them stand before what the line is printed for."""

CUT = "…"


class Excerpt(NamedTuple):
    """The characters `start` to `end` of a source; `before` and `after` are `…` where the line goes on."""

    text: str
    start: int
    end: int
    before: str
    after: str

    @property
    def shown(self) -> str:
        """The text with its marks of omission."""
        return self.before + self.text + self.after

    def where(self, offset: int) -> int:
        """Return the index in `shown` of a source offset; what was cut is at the nearest `…`."""
        if offset < self.start:
            return 0
        return len(self.before) + min(offset, self.end) - self.start


def excerpt(source: Source, number: int, first: int = 0) -> Excerpt:
    """Return what to show of line `number`, so that the offset `first` and what follows it are in it.

    The line is never copied as a whole: it may have megabytes, and thousands of findings.
    """
    start, end = bounds(source, number)
    low, high = start, end
    if end - start > LIMIT:
        high = min(end, max(first - MARGIN, start) + LIMIT)
        low = high - LIMIT
    return Excerpt(source.text[low:high], low, high, CUT * (low > start), CUT * (high < end))


def bounds(source: Source, number: int) -> tuple[int, int]:
    """Return the offsets of the first character of a line and of its line end; numbers begin at 1."""
    starts, text = source.starts, source.text
    if number > len(starts):
        return len(text), len(text)
    start = starts[number - 1]
    end = starts[number] - 1 if number < len(starts) else len(text)
    if end > start and text[end - 1] == "\r":
        end -= 1
    return start, end


def clip(line: str) -> str:
    """Return the beginning of a line, if it is long, and a mark of omission."""
    return line if len(line) <= LIMIT else line[:LIMIT] + CUT
