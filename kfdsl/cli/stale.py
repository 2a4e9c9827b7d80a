"""Compiled texts in, what differs from the files on disk out, as a unified diff."""

from __future__ import annotations

import difflib
import os
from collections.abc import Mapping

from kfdsl.cli.problem import Problem, trouble

COLORS = {"-": "\x1b[31m", "+": "\x1b[32m", "@": "\x1b[36m"}
RESET = "\x1b[0m"


def differences(files: Mapping[str, str], *, color: bool) -> dict[str, str]:
    """Return the diffs by path from what is on disk to what was compiled, of those files that differ."""
    found = {path: _diff(path, text) for path, text in files.items()}
    return {path: _paint(diff) if color else "".join(diff) for path, diff in found.items() if diff}


def differs(path: str, text: str) -> bool:
    """Tell whether the file at a path is missing, a device, or has another text."""
    return not os.path.isfile(path) or _read(path) != text


def _diff(path: str, text: str) -> list[str]:
    old = _read(path)
    if old == text:
        return []
    before = [] if old is None else old.splitlines(keepends=True)
    lines = difflib.unified_diff(
        before, text.splitlines(keepends=True), path if old is not None else "(no file)", f"{path} (compiled)"
    )
    return [line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines]


def _read(path: str) -> str | None:
    try:
        with open(path, encoding="utf-8", errors="backslashreplace", newline="") as file:
            return file.read()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise Problem(trouble("read", path, error)) from error


def _paint(diff: list[str]) -> str:
    return "".join(f"{COLORS[line[0]]}{line[:-1]}{RESET}\n" if line[0] in COLORS else line for line in diff)
