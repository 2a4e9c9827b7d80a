"""The rows that a report consists of, and how one is printed: `Row`, `draw`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal, NamedTuple, TypeAlias

Style = Literal["error", "warning", "note", "help", "gutter", "strong", "plain"]
Paint: TypeAlias = Callable[[str, Style], str]

CODES: Mapping[Style, str] = {
    "error": "1;31",
    "warning": "1;33",
    "note": "36",
    "help": "36",
    "gutter": "34",
    "strong": "1",
}


class Ink(NamedTuple):
    """Printable text and its colour."""

    text: str
    style: Style = "plain"


class Row(NamedTuple):
    """One printed line.

    `sign` is what stands between gutter and text: `|`, `+`, `-`, or `-->`, `:::` before a place, or `...`.
    `number` is the line number in the gutter, which is blank without.
    """

    sign: str
    body: tuple[Ink, ...] = ()
    number: int | None = None


def draw(row: Row, gutter: int, paint: Paint) -> str:
    """Return the row as printed; `gutter` is the width of the largest line number."""
    body = "".join(paint(ink.text, ink.style) for ink in row.body)
    if row.sign == "...":
        return paint(row.sign, "gutter")
    if row.sign in {"-->", ":::"}:
        return paint(" " * gutter + row.sign, "gutter") + " " + body
    number = "" if row.number is None else row.number
    edge = f"{number:>{gutter}} "
    edge = paint(edge + "|", "gutter") if row.sign == "|" else paint(edge, "gutter") + paint(row.sign, "help")
    return f"{edge} {body}" if body else edge


def no_paint(text: str, _style: Style) -> str:
    """Return `text`."""
    return text


def ansi_paint(text: str, style: Style) -> str:
    """Return `text` between the terminal codes of its colour."""
    code = CODES.get(style)
    return f"\x1b[{code}m{text}\x1b[0m" if code and text else text
