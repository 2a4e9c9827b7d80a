"""Where a line with an odd quote lacks one."""

from __future__ import annotations

import re
from itertools import pairwise

from kfdsl.lex import lex
from kfdsl.source import Source

MOST = 500
"""The longest line that is tried: each of its gaps costs one reading of it."""

_TEXTS = frozenset(("STRING", "VERBATIM", "STRING_HEAD", "STRING_TAIL"))
_NO_SIGN = frozenset((*_TEXTS, "NAME", "NUMBER", "-", ".", "/", ":"))
_GAP = re.compile(r"(?<=[^\s\"'\[({,=])(?=\s*(?:[,\])}\"'\s]|$))|(?<=[\s\[({,=])(?=[^\s\"'\[\](){},=#])")


def missing_quote(source: Source, number: int) -> tuple[int, str, bool] | None:
    """Return where a line lacks a quote or the `}` of a `${`: offset, sign, whether no other place would do.

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
    """Tell whether a line has whole texts with signs between them, and no bracket without its partner."""
    tokens = lex(Source("", line.rstrip("{ ")))
    return not tokens.problems and not any(
        (a in _TEXTS - {"STRING_HEAD"} and b in _NO_SIGN)
        or (b in _TEXTS - {"STRING_TAIL"} and a in _NO_SIGN - {"STRING_HEAD"})
        or (a == "NAME" and b == "NAME" and i > 1)
        for i, (a, b) in enumerate(pairwise(tokens.kinds))
    )
