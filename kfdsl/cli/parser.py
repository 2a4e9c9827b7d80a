"""argparse with what it lacks: suggestions for misspelled options, and help that needs no `shutil`."""

from __future__ import annotations

import os
import re
from argparse import ArgumentParser, RawDescriptionHelpFormatter

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn

WIDEST, NARROWEST, USUAL = 110, 40, 80
"""Columns of help texts: at most, at least, and where there is no terminal."""


class Offered(tuple[str, ...]):
    """Words that completion offers, where others are right as well, as lists of them: `type` judges."""

    __slots__ = ()

    def __contains__(self, _: object) -> bool:
        """Let argparse accept what `type` has accepted."""
        return True


class Formatter(RawDescriptionHelpFormatter):
    """Help as wide as the terminal: argparse imports `shutil` to ask for that, which takes milliseconds."""

    def __init__(self, prog: str) -> None:
        """Make a formatter for the help of a program."""
        super().__init__(prog, width=max(NARROWEST, min(columns(), WIDEST) - 2))


class Parser(ArgumentParser):
    """A parser that says which option was meant."""

    def __init__(self, **settings: Any) -> None:  # noqa: ANN401  # argparse's
        """Make a parser whose help is printed as its texts are written."""
        super().__init__(formatter_class=Formatter, **settings)

    def error(self, message: str) -> NoReturn:
        """Print what is wrong, with the option that was meant, and exit."""
        unknown = re.match(r"unrecognized arguments: (--?[\w-]+)", message)
        if unknown:
            from kfdsl.nearest import nearest

            close = nearest(unknown[1], self._option_string_actions)
            message = f"there is no option `{unknown[1]}`: " + (
                f"did you mean `{close}`?" if close else f"see `{self.prog} --help`"
            )
        super().error(message)


def columns() -> int:
    """Return how wide the terminal is: `COLUMNS`, then the terminal itself, then the usual."""
    wanted = os.environ.get("COLUMNS", "")
    if wanted.isdecimal() and int(wanted):
        return int(wanted)
    try:
        return os.get_terminal_size(1).columns or USUAL
    except OSError:
        return USUAL
