"""A text in, what a terminal shows of it and in which columns out: `lay_out`."""

from __future__ import annotations

from typing import NamedTuple
from unicodedata import category, east_asian_width

TAB = "    "
JOINER = "\u200d"
EMOJI_STYLE = "\ufe0f"
REORDERING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Characters that change the order of others on the screen, and so hide code: https://trojansource.codes."""


class Layout(NamedTuple):
    """`shown` is printable; `cells` has first column and the one after the last for each character.

    Columns count from 0. Marks that share the columns of the character before have that one's cell.
    One more cell, of one column, is where a character after the last would be.
    """

    shown: str
    cells: list[tuple[int, int]]


def lay_out(text: str) -> Layout:
    """Return what to print for `text`, part of one line, and where its characters then stand."""
    if text.isascii() and text.isprintable():
        return Layout(text, [(column, column + 1) for column in range(len(text) + 1)])
    cells: list[tuple[int, int]] = []
    shown = [_visible(char) for char in text]
    column, before = 0, ""
    for char, glyph in zip(text, shown, strict=True):
        begin, stop = cells[-1] if cells else (0, 0)
        width = 0 if before == JOINER or (_is_skin(char) and stop - begin > 1) else _width(glyph)
        if char == EMOJI_STYLE and stop - begin == 1 and not before.isalpha():
            column += 1
            cells[-1] = (begin, column)
        cells.append((begin if width == 0 else column, column + width))
        column, before = column + width, char
    return Layout("".join(shown), [*cells, (column, column + 1)])


def printable(text: str) -> str:
    """Return `text` with stand-ins for what would move the cursor or not print."""
    return lay_out(text).shown


def _visible(char: str) -> str:
    if char == "\t":
        return TAB
    if char < " ":
        return chr(0x2400 + ord(char))
    if char == "\x7f":
        return "\u2421"
    hidden = category(char) in {"Cc", "Cs", "Zl", "Zp"} or char in REORDERING or char == "\u00ad"
    return "\ufffd" if hidden else char


def _width(glyph: str) -> int:
    if glyph == TAB:
        return len(TAB)
    # The vowels and finals of decomposed Hangul are letters to Unicode and have no width of their own.
    if category(glyph) in {"Mn", "Me", "Cf"} or "\u1160" <= glyph <= "\u11ff":
        return 0
    return 2 if east_asian_width(glyph) in {"W", "F"} else 1


def _is_skin(char: str) -> bool:
    return "\U0001f3fb" <= char <= "\U0001f3ff"
