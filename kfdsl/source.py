"""A text with a name, and places in it: `Source`, `Span`."""

from __future__ import annotations

from bisect import bisect_right
from typing import NamedTuple

from kfdsl.node import Node


class Source:
    """One text and where it came from.

    `name` is what reports print: the path as the user gave it, or `<stdin>`.
    `text` has no byte order mark, and its line ends are as in the file.
    """

    __slots__ = ("_starts", "name", "text")

    def __init__(self, name: str, text: str) -> None:
        """Keep `text` without the byte order mark it may begin with."""
        self.name = name
        self.text = text.removeprefix("\ufeff")
        self._starts: list[int] | None = None

    def __repr__(self) -> str:
        """Show the name only: texts are long."""
        return f"Source({self.name!r})"

    @property
    def starts(self) -> list[int]:
        """Offsets of the first characters of all lines."""
        if self._starts is None:
            self._starts = [0]
            find, at = self.text.find, -1
            while (at := find("\n", at + 1)) >= 0:
                self._starts.append(at + 1)
        return self._starts

    def position(self, offset: int) -> Position:
        """Return line and column, both from 1, columns in characters, of a character offset."""
        line = bisect_right(self.starts, offset)
        return Position(line, offset - self.starts[line - 1] + 1)

    def line(self, number: int) -> str:
        """Return the text of a line (from 1) without its line end; empty beyond the last."""
        if not 1 <= number <= len(self.starts):
            return ""
        end = self.starts[number] if number < len(self.starts) else len(self.text)
        return self.text[self.starts[number - 1] : end].rstrip("\r\n")


class Position(NamedTuple):
    """A place for people: line and column, both from 1; columns count characters."""

    line: int
    column: int


class Span(Node):
    """Part of a source: the half-open range `start` to `end` of character offsets."""

    source: Source
    start: int
    end: int

    @property
    def text(self) -> str:
        """The characters of the span."""
        return self.source.text[self.start : self.end]

    @property
    def line(self) -> int:
        """The line of the first character, from 1."""
        return self.source.position(self.start).line

    @property
    def head(self) -> Span:
        """The part of the span on its first line."""
        end = self.source.text.find("\n", self.start, self.end)
        return self if end < 0 else Span(self.source, self.start, end)

    def to(self, other: Span) -> Span:
        """Return the span from the start of this one to the end of `other`."""
        return Span(self.source, self.start, other.end)

    def __str__(self) -> str:
        """Return `name:line:column`."""
        line, column = self.source.position(self.start)
        return f"{self.source.name}:{line}:{column}"
