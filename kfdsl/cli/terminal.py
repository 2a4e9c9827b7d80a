"""Text to standard output and standard error, and whether it may be coloured."""

from __future__ import annotations

import os
import sys
from typing import Literal, TextIO

from kfdsl.cli.problem import Problem, trouble

Color = Literal["auto", "always", "never"]


def emit(text: str, stream: TextIO) -> None:
    """Write `text` as UTF-8 with its line ends as they are, whatever the locale says."""
    try:
        stream.flush()
        # A file name that is no UTF-8 reaches reports as lone surrogates; they are shown escaped.
        stream.buffer.write(text.encode("utf-8", "backslashreplace"))
        stream.buffer.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise Problem(trouble("write", "the output", error)) from error


def say(message: str) -> None:
    """Write one line about the run itself, not about a program, to standard error."""
    emit(f"kfdsl: {message}\n", sys.stderr)


def colored(choice: Color, stream: TextIO) -> bool:
    """Decide on colour: `--color`, then `NO_COLOR`, `FORCE_COLOR`, a dumb terminal, any terminal.

    A variable that is empty does not count, and `FORCE_COLOR=0` does not either.
    """
    if choice != "auto":
        return choice == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR", "0") not in {"", "0"}:
        return True
    return os.environ.get("TERM") != "dumb" and stream.isatty()
