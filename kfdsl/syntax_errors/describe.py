"""What is wrong at a token that does not fit, in the author's words: `describe`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from kfdsl.codes import report
from kfdsl.diagnostics import Diagnostic
from kfdsl.source import Span
from kfdsl.syntax_errors import keywords, missing, signs, types
from kfdsl.syntax_errors.expected import cut, expected
from kfdsl.syntax_errors.states import accepted
from kfdsl.syntax_errors.stop import Stop

if TYPE_CHECKING:
    from kfdsl.parse import Parser

RULES: tuple[Callable[[Stop], Diagnostic | None], ...] = (
    signs.ternary,
    keywords.misplaced_else,
    missing.prefix,
    missing.unquoted,
    signs.wrong_comparison,
    signs.map_in_brackets,
    signs.sign,
    signs.chained,
    missing.missing_value,
    types.wrong_type,
    keywords.misplaced,
    keywords.keyword,
    keywords.quoted_name,
    missing.missing_sign,
)
"""The first that knows what is wrong says it."""


def describe(parser: Parser) -> Diagnostic | None:
    """Say what is wrong at the token that does not fit; None where that has been said."""
    tokens, at = parser.tokens, parser.at
    span = Span(tokens.source, tokens.starts[at], tokens.ends[at])
    if any(_told(problem, span) for problem in tokens.problems):
        return None
    before = Span(tokens.source, tokens.starts[at - 1], tokens.ends[at - 1]) if at else span
    kind = tokens.kinds[at]
    where = Span(tokens.source, before.end, before.end) if kind in ("_NL", "$END") else span
    previous = tokens.kinds[at - 1] if at else "_NL"
    stop = Stop(parser, at, kind, span, before, previous, where, accepted(parser, parser.states))
    for rule in RULES:
        found = rule(stop)
        if found is not None:
            return found
    fitting = expected(parser, stop.fits)
    ends = {"_NL": "the end of the line", "$END": "the end of the file"}
    shown = ends.get(kind, f"`{cut(span.text)}`")
    return report("syntax-error", where, f"expected {fitting}, found {shown}", label=f"expected {fitting}")


def _told(problem: tuple[str, int, int], span: Span) -> bool:
    """Tell whether a problem of the lexer accounts for an error at a place."""
    what, start, end = problem
    if what in ("string", "verbatim", "interpolation"):
        lines = {span.source.position(at).line for at in (start, end)}
        return min(lines) <= span.line <= max(lines)
    if what in ("character", "space", "dollar", "comment", "quotes"):
        return False
    return (end if what == "unclosed" else start) <= span.start <= end
