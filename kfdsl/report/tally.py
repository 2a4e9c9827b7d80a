"""Diagnostics in, how many there are of each kind out: `tally`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from kfdsl.diagnostics import Diagnostic


class Tally(NamedTuple):
    """Counts by severity; `fixable` counts the findings with a fix that may be applied unasked."""

    error: int
    warning: int
    note: int
    fixable: int


def tally(diagnostics: Iterable[Diagnostic]) -> Tally:
    """Count `diagnostics`."""
    found = list(diagnostics)
    severities = [diagnostic.severity for diagnostic in found]
    fixable = sum(any(fix.safe and fix.edits for fix in diagnostic.fixes) for diagnostic in found)
    return Tally(severities.count("error"), severities.count("warning"), severities.count("note"), fixable)
