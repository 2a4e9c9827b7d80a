"""Where a line with an odd quote lacks one."""

from __future__ import annotations

import re

from kfdsl.lex import lex
from kfdsl.source import Source

MOST = 500
"""The longest line that is tried: each of its gaps costs one reading of it."""

_VALUES = frozenset(("NAME", "NUMBER", "STRING", "VERBATIM", "STRING_TAIL"))
_TEXTS = frozenset(("STRING", "VERBATIM", "STRING_HEAD", "STRING_TAIL"))
_GAP = re.compile(r"(?<=[^\s\"'\[({,=])(?=\s*(?:[,\])}\"'\s]|$))|(?<=[\s\[({,=])(?=[^\s\"'\[\](){},=#])")


def missing_quote(source: Source, number: int) -> tuple[int, str, bool] | None:
    """Return the offset where line `number` lacks a quote or the `}` of a `${`, that sign, and whether there is no other place.

    Each gap between words is tried; the first that makes the line readable is taken. None where none does.
    """
    line = source.line(number)
    if len(line) > MOST:
        return None
    start = source.starts[number - 1]
    places = []
    for sign in ("}", '"', "'") if "${" in line else ('"', "'"):
        if sign != "}" and sign not in line:
            continue
        for found in _GAP.finditer(line):
            at = found.start()
            if sign == "}" and ("${" not in line[:at] or line[at - 1] in " \t[({,="):
                continue
            if _readable(line[:at] + sign + line[at:]):
                places.append((start + at, sign))
        if places:
            break
    return (*places[0], len(places) == 1) if places else None


def _readable(line: str) -> bool:
    """Tell whether a line has whole texts, with signs between them, and no brackets that only its own quotes upset."""
    tokens = lex(Source("", line.rstrip("{ ")))
    if any(what not in ("unclosed", "unopened") for what, _, _ in tokens.problems) or any(what == "unopened" for what, _, _ in tokens.problems):
        return False
    if any(what == "unclosed" for what, _, _ in tokens.problems):
        return False
    kinds = tokens.kinds
    return not any(
        (a in _TEXTS - {"STRING_HEAD"} and b in {*_VALUES, "STRING_HEAD", "-", ".", "/", ":"})
        or (b in _TEXTS - {"STRING_TAIL"} and a in {*_VALUES, "-", ".", "/", ":"} and a != "STRING_HEAD")
        or (a == "NAME" and b == "NAME" and i > 1)
        for i, (a, b) in enumerate(zip(kinds, kinds[1:], strict=False))
    )
