"""The command line: arguments in, files and reports out, an exit code back.

Modules are imported by the functions that need them: `kfdsl --help` and shell completion stay quick, and
Ctrl-C during an import is met by `main` already.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

CLEAN, FOUND, MISUSED, CRASHED, INTERRUPTED, PIPE_CLOSED = 0, 1, 2, 70, 130, 141
"""Exit codes: no findings; findings or differences; usage or I/O; a bug of kfdsl; Ctrl-C; nobody reads on."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command line, given without the program's name, and return its exit code."""
    try:
        return _run(sys.argv[1:] if argv is None else argv)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        _drop_output()
        return PIPE_CLOSED
    except Exception as error:  # noqa: BLE001  # whatever is left is our bug, and the user must be told so
        return _crash(error)


def _run(argv: Sequence[str]) -> int:
    from kfdsl.cli.arguments import parse
    from kfdsl.cli.problem import Problem

    try:
        arguments = parse(argv)
    except SystemExit as stop:  # how argparse ends `--help` and usage errors
        return MISUSED if stop.code else CLEAN
    try:
        from kfdsl.cli.commands import COMMANDS

        return COMMANDS[arguments.command](arguments)
    except Problem as problem:
        from kfdsl.cli.terminal import say

        say(str(problem))
        return MISUSED


def _drop_output() -> None:
    import os

    # Python flushes standard output once more at exit, and would print a second BrokenPipeError then.
    with open(os.devnull, "wb") as nowhere:
        for stream in (sys.stdout, sys.stderr):
            os.dup2(nowhere.fileno(), stream.fileno())


def _crash(error: Exception) -> int:
    import traceback

    from kfdsl import __version__
    from kfdsl.cli.terminal import say

    where = "; ".join(getattr(error, "__notes__", ())) or "before a file was read"
    about = f"this is a bug in kfdsl {__version__} ({where})"
    say(f"{about}: report it to its maintainers with the file and all lines below")
    traceback.print_exception(error)
    return CRASHED
