"""Rounds of a command for as long as files change, until Ctrl-C.

Files are looked at every fraction of a second: that sees editors that replace files, works on network drives
and in containers, and needs no package.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping, Sequence
from typing import NoReturn

from kfdsl.cli import CLEAN, MISUSED, inputs
from kfdsl.cli.problem import Problem
from kfdsl.cli.terminal import say
from kfdsl.node import Node

EVERY = 0.2
"""Seconds between two looks; a change counts when two of them see the same, so that it is written to its end."""


class Round(Node):
    """What one run came to: an exit code, the files it read, what it did in a few words."""

    code: int
    files: tuple[str, ...]
    done: str


Stamp = tuple[int, int, int] | None
_NEVER: Stamp = (0, 0, 0)
State = Mapping[str, Stamp]


def watch(
    paths: Sequence[str],
    run: Callable[[tuple[inputs.Input, ...]], Round],
    also: Sequence[str],
    *,
    quiet: bool,
) -> NoReturn:
    """Run once, and again whenever a file that the last run read has changed, or a folder has other files.

    `also` are files that every run reads. A line says what changed and what was done, unless `quiet`.
    """
    if inputs.STDIN in paths:
        message = "standard input cannot be watched: name files or folders"
        raise Problem(message)
    files: tuple[str, ...] = ()
    changed = ""
    while True:
        begun = time.time_ns()
        before = _look(paths, files, also)
        result = _round(paths, run)
        files = result.files or files
        # A file that only this round made known may have changed since it was read.
        now = _look(paths, files, also)
        known = {path: before.get(path, _read(stamp, begun, result.code)) for path, stamp in now.items()}
        if not quiet:
            say(f"[{time.strftime('%H:%M:%S')}] {changed}{result.done}")
        changed = _wait(known, paths, files, also)


def _round(paths: Sequence[str], run: Callable[[tuple[inputs.Input, ...]], Round]) -> Round:
    try:
        return run(inputs.find(paths))
    except Problem as problem:
        say(str(problem))
        return Round(MISUSED, (), "waiting for a change")


def _wait(known: State, paths: Sequence[str], files: Sequence[str], also: Sequence[str]) -> str:
    """Wait until something is not as known, and has come to rest; say what."""
    last = known
    while True:
        now = _look(paths, files, also)
        if now != known and now == last:
            names = [path for path in {**known, **now} if known.get(path) != now.get(path)]
            return f"{names[0]}{f' and {len(names) - 1} more' if len(names) > 1 else ''} changed: "
        last = now
        time.sleep(EVERY)


def _look(paths: Sequence[str], files: Sequence[str], also: Sequence[str]) -> dict[str, Stamp]:
    """Return the stamps of all files that a run reads or would read."""
    try:
        found = [item.path for item in inputs.find(paths)]
    except Problem:  # a file or folder that is not there now
        found = [path for path in paths if not os.path.isdir(path)]
    return {path: _stamp(path) for path in dict.fromkeys((*found, *files, *also))}


def _stamp(path: str) -> Stamp:
    try:
        status = os.stat(path)
    except (OSError, ValueError):
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino


def _read(stamp: Stamp, begun: int, code: int) -> Stamp:
    """Return the stamp that a file had when a round read it, or one that no file has."""
    if stamp is None:
        return _NEVER if code == CLEAN else None  # a clean round has found all its files
    return stamp if stamp[0] < begun else _NEVER
