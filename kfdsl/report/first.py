"""Findings in, those that people are shown out: `first`."""

from __future__ import annotations

from collections.abc import Iterable

from kfdsl.diagnostics import Diagnostic

MOST = 100
"""Findings of one file that are shown; who has more reads the first and looks again."""


def first(diagnostics: Iterable[Diagnostic]) -> tuple[list[Diagnostic], list[str]]:
    """Return at most `MOST` findings of each file, errors before others, and a line for each file that has more."""
    files: dict[str, list[Diagnostic]] = {}
    for diagnostic in sorted(diagnostics, key=lambda d: (d.severity != "error", d.order)):
        files.setdefault(diagnostic.span.source.name, []).append(diagnostic)
    return [d for found in files.values() for d in found[:MOST]], [
        f"{file} has {len(found) - MOST} more: `--format json` tells all {len(found)}"
        for file, found in files.items()
        if len(found) > MOST
    ]
