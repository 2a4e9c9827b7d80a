"""How parsing goes on: a parser at a token that does not fit in, one that is behind it out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kfdsl.diagnostics import Diagnostic
from kfdsl.syntax_errors.describe import describe
from kfdsl.syntax_errors.keywords import meant_keyword
from kfdsl.syntax_errors.states import simulate

if TYPE_CHECKING:
    from kfdsl.parse import Parser

MOST = 100
"""Syntax errors of one text that are reported; a text with more is something else than a program."""

_OPENERS = {"LBRACE", "LPAR", "LSQB"}
_CLOSERS = {"RBRACE", "RPAR", "RSQB"}


def recover(parser: Parser) -> Diagnostic | None:
    """Report the token that does not fit, and put the parser behind it.

    `parser.at` below 0 tells that it cannot go on.
    """
    problem = describe(parser)
    parser.faithful &= problem is None or bool(problem.fixes)
    parser.errors += 1
    if parser.errors > MOST or not (_repair(parser) or _skip(parser)):
        parser.at = -1
        parser.faithful = False
    return problem


def _ahead(parser: Parser, states: list[int], at: int) -> int:
    """Count the tokens from `at` that fit, to the end of the line."""
    count, start = 0, at
    now: list[int] | None = states
    while now is not None:
        kind = parser.kinds[at]
        terminal = kind
        if kind == "NAME":
            keyword = parser.machine.keywords.get(parser.tokens.text(at))
            if keyword and parser.kinds[at + 1] != "EQUAL" and simulate(parser, now, keyword):
                terminal = keyword
        after = simulate(parser, now, terminal)
        if after is None:
            return count
        count += 1
        if (kind in ("_NL", "LBRACE") and at > start) or kind == "$END":
            return count + 100
        now, at = after, at + 1
    return count


def _repair(parser: Parser) -> bool:
    """Go on as if one token were another, not there, or preceded by one more.

    The rest of the line must fit then; tells whether it does.
    """
    at, kinds = parser.at, parser.kinds
    what, terminal = _best(parser)
    parser.faithful &= what in ("keyword", "insert", "change") and terminal != "COMPARE"
    if what == "keyword":
        kinds[at - 1] = terminal
        parser.at -= 1
        del parser.states[-1], parser.values[-1], parser.firsts[-1]
    elif what == "insert":
        parser.insert(at, terminal)
    elif what == "change":
        kinds[at] = terminal
    elif what == "delete":
        parser.remove(at)
    return bool(what)


def _best(parser: Parser) -> tuple[str, str]:
    """Return the repair behind which most fits, and its terminal; empty where none helps."""
    states, at = parser.states, parser.at
    tokens, kinds = parser.tokens, parser.kinds
    best: tuple[int, str, str] = (100, "", "")
    if kinds[at - 1 : at] == ["NAME"] and parser.values and parser.values[-1] == at - 1:
        word = tokens.text(at - 1)
        for keyword, terminal in parser.machine.keywords.items():
            before = simulate(parser, states[:-1], terminal)
            if before is not None and keyword == meant_keyword(word, parser.machine.keywords):
                best = max(best, (_ahead(parser, before, at) + 2, "keyword", terminal))
    meant = meant_keyword(tokens.text(at), parser.machine.keywords) if kinds[at] == "NAME" else None
    if meant is not None:
        terminal = parser.machine.keywords[meant]
        after = simulate(parser, states, terminal)
        if after is not None:
            best = max(best, (_ahead(parser, after, at + 1) + 3, "change", terminal))
    for terminal in ("EQUAL", "COLON", "COMPARE", "COMMA", "_NL"):
        after = simulate(parser, states, terminal)
        if after is not None:
            best = max(best, (_ahead(parser, after, at) + (terminal != "_NL"), "insert", terminal))
            if kinds[at] in ("EQUAL", "COLON"):
                best = max(best, (_ahead(parser, after, at + 1) + 3, "change", terminal))
    if kinds[at] not in ("$END", "_NL", *_OPENERS, *_CLOSERS):
        best = max(best, (_ahead(parser, states, at + 1), "delete", ""))
    return best[1:]


def _skip(parser: Parser) -> bool:
    """Drop what was begun, and skip to where the block that it stands in goes on."""
    kinds, states, values = parser.kinds, parser.states, parser.values
    depths = [0]
    for value in values:
        opened = isinstance(value, int) and kinds[value] in _OPENERS
        depths.append(depths[-1] + opened)
    depth, at, closing = depths[-1], parser.at, False
    for size in range(len(states), 0, -1):
        # The place for an outer block is behind the one for what stands in it, so the search goes on there.
        if closing and depth >= depths[size - 1]:
            at, closing = at + 1, False
        while kinds[at] != "$END":
            if depth == depths[size - 1] and kinds[at] in ("_NL", "RBRACE"):
                break
            depth += (kinds[at] in _OPENERS) - (kinds[at] in _CLOSERS)
            if depth < depths[size - 1]:
                closing = True
                break
            at += 1
        if simulate(parser, states[:size], kinds[at]) is not None and (at > parser.at or size < len(states)):
            del states[size:], values[size - 1 :], parser.firsts[size - 1 :]
            parser.at = at
            return True
    return False
