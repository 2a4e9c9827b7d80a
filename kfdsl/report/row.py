"""The rows that a report consists of, and how one is printed: `Row`, `draw`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

Style = Literal["error", "warning", "note", "help", "gutter", "strong", "plain"]
Paint = "Callable[[str, Style], str]"

CODES: dict[Style, str] = {
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


def draw(row: Row, gutter: int, paint: Callable[[str, Style], str]) -> str:
    """Return the row as printed; `gutter` is the width of the largest line number."""
    body = "".join(paint(ink.text, ink.style) for ink in row.body)
    if row.sign == "...":
        return paint(row.sign, "gutter")
    if row.sign in {"-->", ":::"}:
        return paint(" " * gutter + row.sign, "gutter") + " " + body
    number = "" if row.number is None else row.number
    style: Style = "gutter" if row.sign == "|" else "help"
    edge = paint(f"{number:>{gutter}} ", "gutter") + paint(row.sign, style)
    return f"{edge} {body}" if body else edge


def no_paint(text: str, _style: Style) -> str:
    """Return `text`."""
    return text


def ansi_paint(text: str, style: Style) -> str:
    """Return `text` between the terminal codes of its colour."""
    code = CODES.get(style)
    return f"\x1b[{code}m{text}\x1b[0m" if code and text else text
