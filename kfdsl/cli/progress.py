"""How far a long run is, in one line of a terminal that is gone at the end."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")

FEW = 20
"""So many files are not worth a line."""

PATIENCE = 0.5
"""Seconds before the line appears."""

EVERY = 0.1
"""Seconds between two states of it."""

CLEAR = "\r\x1b[K"


def shown(items: Sequence[T], name: str = "path") -> Iterator[T]:
    """Yield the items; show which one is at work if there are many, it takes long, and somebody looks on."""
    if len(items) <= FEW or not _is_watched():
        yield from items
        return
    due, drawn = time.monotonic() + PATIENCE, False
    try:
        for number, item in enumerate(items, 1):
            if time.monotonic() >= due:
                sys.stderr.write(CLEAR + _line(number, len(items), str(getattr(item, name))))
                sys.stderr.flush()
                due, drawn = time.monotonic() + EVERY, True
            yield item
    finally:
        if drawn:
            sys.stderr.write(CLEAR)
            sys.stderr.flush()


def _is_watched() -> bool:
    """Tell whether standard error is a terminal that can erase a line; CI keeps what is erased."""
    dumb = os.environ.get("TERM", "dumb") in ("", "dumb")
    return sys.stderr.isatty() and not dumb and not os.environ.get("CI") and not os.environ.get("NO_COLOR")


def _line(number: int, total: int, path: str) -> str:
    """Return the line, the path cut at its beginning where it is too long."""
    from kfdsl.cli.parser import columns
    from kfdsl.report.columns import lay_out

    head = f"{number}/{total} "
    room = max(columns() - len(head) - 1, 0)
    layout = lay_out(path)
    if layout.cells[-1][0] <= room:
        return head + layout.shown
    first = layout.cells[-1][0] - room
    kept = [char for char, (begin, _) in zip(layout.shown, layout.cells, strict=False) if begin > first]
    return f"{head}…{''.join(kept)}" if room else head
