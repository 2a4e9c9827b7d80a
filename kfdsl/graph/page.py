"""Words and lines in, text for a terminal out: colours, widths and the ASCII form of what is drawn."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Literal, TypeAlias

from kfdsl.node import Node
from kfdsl.report.columns import lay_out

Style = Literal["name", "faint", "condition", "loop", "wrong", "plain"]
Word: TypeAlias = tuple[str, Style]
Line: TypeAlias = tuple[str, tuple[Word, ...]]
"""What is drawn on the left, and words."""

CODES = {"name": "1", "faint": "2", "condition": "33", "loop": "36", "wrong": "1;31"}
DRAWN = str.maketrans({
    **dict.fromkeys("├┤┼┬┴╭╮╰╯", "+"),
    "│": "|", "─": "-", "┃": ":", "○": "o", "◇": "?", "□": "#", "▷": ">", "◁": "<",
})  # fmt: skip
WORDS = str.maketrans({"←": "<-", "…": "..."})
NARROWEST = 24
"""Columns that words get however narrow the terminal is."""
INDENT = "  "


class Page(Node):
    """How text is to look: columns, colours or none, ASCII or what Unicode has."""

    width: int
    color: bool
    ascii: bool

    def wrapped(self, head: str, below: str, words: Iterable[Word]) -> Iterator[Line]:
        """Yield words, two spaces apart, as lines: `head` is drawn beside the first, `below` beside others."""
        room = max(self.width - len(head) - 1, NARROWEST)
        line: list[Word] = []
        used, gap = 0, 0
        for text, style in words:
            for piece in text.split(" "):
                size = columns(piece)
                if line and used + gap + size > room:
                    yield head, tuple(line)
                    head, line, used, gap = below, [(INDENT, "plain")], len(INDENT), 0
                line.append((" " * gap + piece, style))
                used, gap = used + gap + size, 1
            gap = 2
        yield head, tuple(line)

    def line(self, line: Line) -> str:
        """Return a line as it is printed, with its end."""
        drawn, words = line
        drawn = drawn.translate(DRAWN) if self.ascii else drawn
        if not words:
            return f"{drawn.rstrip()}\n"
        runs = groupby(words, key=lambda word: word[1])
        shown = "".join(self.paint("".join(text for text, _ in run), style) for style, run in runs)
        return f"{drawn} {shown}\n" if drawn else f"{shown}\n"

    def paint(self, text: str, style: Style) -> str:
        """Return a word as it is printed."""
        text = lay_out(text).shown
        if self.ascii:
            text = text.translate(WORDS).encode("ascii", "backslashreplace").decode()
        code = CODES.get(style) if self.color else None
        return f"\x1b[{code}m{text}\x1b[0m" if code else text


def columns(text: str) -> int:
    """Return how many columns of a terminal a text takes."""
    return lay_out(text).cells[-1][0]
