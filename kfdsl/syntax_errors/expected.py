"""What fits at a place, in words: `expected`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kfdsl.parse import Parser


_PHRASES = {
    "NAME": "a name",
    "NUMBER": "a number",
    "STRING": "a text in quotes",
    "_NL": "the end of the line",
    "$END": "the end of the file",
    "BLOCK": "a block of text",
    "VERBATIM": "a text in quotes",
}


def cut(text: str) -> str:
    """Return the beginning of a text, short enough for a headline."""
    first = text.split("\n", 1)[0]
    return first if len(first) <= 30 else first[:29] + "…"


def expected(parser: Parser, fits: set[str]) -> str:
    """Return what fits next in words, shortest first; at the most five."""
    signs = {name: text for text, name in parser.machine.signs.items()}
    words = {name: text for text, name in parser.machine.keywords.items()}
    if fits >= {"NUMBER", "STRING", "LSQB"}:
        return "a value"
    if "STEP" in fits:
        return "the start of an item, such as `step` or `image = …`"
    if "AND" in fits and "PLUS" in fits:
        fits = fits & {"_NL", "COMMA", "RPAR", "RSQB", "RBRACE", "LBRACE", "$END", "STRING_TAIL"}
    phrases = [_PHRASES[t] for t in ("NAME", "STRING", "NUMBER", "BLOCK", "_NL") if t in fits]
    phrases += sorted(f"`{signs.get(t) or words.get(t)}`" for t in fits if t in signs or t in words)
    if not phrases:
        return "the end of the item"
    phrases = phrases[:5]
    return phrases[0] if len(phrases) == 1 else f"{', '.join(phrases[:-1])} or {phrases[-1]}"
