"""Codes and names of findings that somebody allows in, the names of those that become notes out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from kfdsl.codes import CODES

ALL: Final = "all"
ALLOWABLE: Final = {"not-run-by-kfp": "unrunnable"}
"""Errors about the engine that runs a program, not about the program; and a shorter word for each."""


def allowed(given: Iterable[str]) -> frozenset[str]:
    """Return the names of the findings that codes, names or `all` mean; each may be a list with commas.

    Raises:
        ValueError: there is no such finding, or it cannot be allowed; the message says which can.

    """
    found: set[str] = set()
    for word in (word.strip() for text in given for word in text.split(",")):
        found |= ALLOWABLE.keys() if word == ALL else {_name(word)}
    return frozenset(found)


def _name(word: str) -> str:
    known = {name: name for name in CODES}
    known |= {code.code: name for name, code in CODES.items()}
    known |= {short: name for name, short in ALLOWABLE.items()}
    name = known.get(word) or known.get(word.upper())
    if name in ALLOWABLE:
        return name
    can = ", ".join(f"`{name}` ({CODES[name].code})" for name in ALLOWABLE)
    if name is not None:
        message = f"`{word}` cannot be allowed: a program that has it runs nowhere; {can} can"
        raise ValueError(message)
    from kfdsl.nearest import nearest  # noqa: PLC0415  # only now

    close = nearest(word, [*known, ALL])
    message = f"there is no finding `{word}`: " + (
        f"did you mean `{close}`?" if close else f"{can} can be allowed"
    )
    raise ValueError(message)
