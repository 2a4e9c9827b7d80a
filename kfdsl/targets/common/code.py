"""Pieces of an expression in the language of an engine."""

from __future__ import annotations

from typing import Final, NamedTuple

ATOM: Final = 9
"""How strongly a name or call binds."""


class Code(NamedTuple):
    """An expression and how strongly it binds."""

    text: str
    level: int = ATOM

    def at(self, level: int) -> str:
        """Return it as an operand of something that binds at `level`."""
        return self.text if self.level >= level else f"({self.text})"
