"""Outputs and what each was made from in, rules for Make and Ninja out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from kfdsl.cli.problem import Problem


def render(outputs: Mapping[str, Iterable[str]]) -> str:
    """Return a rule for each output, and one without a recipe for each input.

    The latter let Make go on when an input is deleted, as with `-MP` of GCC.
    """
    rules = {
        output: sorted({file.removeprefix("./") for file in inputs}) for output, inputs in outputs.items()
    }
    made = sorted({file for inputs in rules.values() for file in inputs})
    lines = [f"{_target(output)}: {' '.join(map(_escaped, inputs))}" for output, inputs in rules.items()]
    return "".join(f"{line}\n" for line in (*lines, *(f"{_target(file)}:" for file in made)))


def _target(path: str) -> str:
    """Return a path as Make reads it before the colon, where `%` would make the rule a pattern."""
    return _escaped(path).replace("%", "\\%")


def _escaped(path: str) -> str:
    """Return a path as Make reads it: backslashes count only before what they escape."""
    if "\n" in path or "\t" in path:
        message = f"the name of a file has a line break or tab, which a depfile cannot say: {path!r}"
        raise Problem(message)
    return re.sub(r"(\\*)([ #:])", r"\1\1\\\2", path).replace("$", "$$")
