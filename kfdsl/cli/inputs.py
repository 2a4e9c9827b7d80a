"""PATH arguments in, the files to compile out: files, `FILE:NAME`, folders, standard input."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence

from kfdsl.cli.problem import Problem, trouble
from kfdsl.node import Node

SUFFIX = ".pipe"
STDIN = "-"


class Input(Node):
    """One text to compile.

    `path` opens it and names it in reports; `-` is standard input.
    `pipeline` is the one pipeline of it that is wanted, or None for all.
    `below` is its path below the folder that was given, or its bare name: where it goes below `-o DIR`.
    """

    path: str
    pipeline: str | None
    below: str


def find(paths: Sequence[str]) -> tuple[Input, ...]:
    """Return what `paths` stand for, each text once, folders sorted; no path means the current folder."""
    found: dict[tuple[str, str | None], Input] = {}
    for path in paths or [os.curdir]:
        for item in _expand(path):
            place = item.path if item.path == STDIN else os.path.realpath(item.path)
            found.setdefault((place, item.pipeline), item)
    return tuple(found.values())


def _expand(path: str) -> Iterator[Input]:
    if os.path.isdir(path):
        yield from _walk(path)
        return
    file, pipeline = (path, None) if os.path.lexists(path) or path == STDIN else _split(path)
    if file != STDIN and not os.path.lexists(file):
        raise Problem(trouble("read", file, FileNotFoundError(2, os.strerror(2))) + _meant(file))
    yield Input(file, pipeline, os.path.basename(file))


def _meant(file: str) -> str:
    """Return the suggestion of a file that is there, or nothing."""
    from kfdsl.nearest import nearest

    folder, name = os.path.split(file)
    try:
        names = [n for n in os.listdir(folder or os.curdir) if n.endswith(SUFFIX)]
    except OSError:
        return ""
    close = name + SUFFIX if name + SUFFIX in names else nearest(name, names)
    return f"; did you mean {os.path.join(folder, close)}?" if close else ""


def _split(path: str) -> tuple[str, str | None]:
    file, colon, name = path.rpartition(":")
    return (file, name) if colon and name and os.sep not in name else (path, None)


def _walk(folder: str) -> Iterator[Input]:
    """Yield the sources below a folder.

    Links to folders are not followed, so that a loop of links ends.
    Names with a leading dot are version control's, environments' and editors'.
    """
    below = []
    for parent, folders, names in os.walk(folder, onerror=_refuse):
        folders[:] = [name for name in folders if not name.startswith(".")]
        below += [
            os.path.relpath(os.path.join(parent, name), folder)
            for name in names
            if name.endswith(SUFFIX) and not name.startswith(".")
        ]
    if not below:
        message = f"no {SUFFIX} files in {folder}"
        raise Problem(message)
    for name in sorted(below):
        yield Input(os.path.normpath(os.path.join(folder, name)), None, name)


def _refuse(error: OSError) -> None:
    raise Problem(trouble("read", str(error.filename), error)) from error
