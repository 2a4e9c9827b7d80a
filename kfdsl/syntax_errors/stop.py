"""Where the parser stopped: `Stop`."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from kfdsl.source import Span

if TYPE_CHECKING:
    from kfdsl.parse import Parser


class Stop(NamedTuple):
    """Where the parser stopped: the token, the one before it, and the terminals that would fit.

    `where` is the token's place, or that of the end of the line before it.
    """

    parser: Parser
    at: int
    kind: str
    span: Span
    before: Span
    previous: str
    where: Span
    fits: set[str]

    @property
    def text(self) -> str:
        """The characters of the token."""
        return self.span.text

    @property
    def touches(self) -> bool:
        """Whether nothing stands between the token and the one before it."""
        return self.before.end == self.span.start

    def kind_at(self, distance: int) -> str:
        """Return the kind of the token so far behind (or, below 0, before) this one."""
        at = self.at + distance
        kinds = self.parser.tokens.kinds
        return kinds[at] if 0 <= at < len(kinds) else "$END"

    def text_at(self, distance: int) -> str:
        """Return the text of the token so far behind this one."""
        at = self.at + distance
        return self.parser.tokens.text(at) if 0 <= at < len(self.parser.tokens.kinds) else ""

    def span_at(self, distance: int) -> Span:
        """Return the place of the token so far behind this one."""
        tokens, at = self.parser.tokens, self.at + distance
        return Span(tokens.source, tokens.starts[at], tokens.ends[at])
