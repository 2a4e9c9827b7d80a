"""Text to syntax tree and diagnostics: drives the LALR tables of the grammar, and recovers from mistakes."""

from __future__ import annotations

from functools import cache
from typing import Any

from kfdsl import depth, tables
from kfdsl.build import Builder
from kfdsl.codes import report
from kfdsl.diagnostics import Diagnostic
from kfdsl.lex import Tokens, lex
from kfdsl.source import Source, Span
from kfdsl.syntax import File
from kfdsl.syntax_errors import habits, recovery, unreadable

Row = dict[str, int] | int

STACK = 5 * depth.DEEPEST
"""Symbols that may wait on the parser's stack, some for each level of nesting."""


class Machine:
    """The tables of the grammar, ready to run.

    `states`, `rules`: see `kfdsl.tables.build`. `keywords` and `signs` map texts to terminals.
    """

    __slots__ = ("keywords", "methods", "rules", "signs", "states")

    def __init__(self) -> None:
        """Load the tables."""
        module = tables.load()
        self.states: tuple[Row, ...] = tuple(
            r if isinstance(r, int) else dict(zip(*r, strict=True)) for r in module.STATES
        )
        self.rules: tuple[tuple[Any, ...], ...] = module.RULES
        self.keywords: dict[str, str] = module.KEYWORDS
        self.signs: dict[str, str] = module.SIGNS


@cache
def machine() -> Machine:
    """Return the machine of this process."""
    return Machine()


class Parser:
    """One run over the tokens of a text: a stack of states, one of values, one of first tokens."""

    def __init__(self, tokens: Tokens) -> None:
        """Start before the first token."""
        self.machine = machine()
        self.tokens = tokens
        self.builder = Builder(tokens)
        self.states = [0]
        self.values: list[Any] = []
        self.firsts: list[int] = []
        self.at = 0
        self.errors = 0
        self.faithful = True
        signs = {**self.machine.signs, **dict.fromkeys(("==", "!=", "<=", ">="), "COMPARE")}
        self.kinds = [signs.get(kind, kind) for kind in tokens.kinds]
        method = self.builder.method
        self.makers: dict[str, Any] = {}
        for rule in self.machine.rules:
            if not rule[3] and hasattr(self.builder, f"make_{rule[5]}"):
                self.makers[rule[5]] = method(rule[5])

    @property
    def terminals(self) -> list[str]:
        """All terminals of the grammar."""
        return sorted({t for row in self.machine.states if isinstance(row, dict) for t in row if t.isupper()})

    def insert(self, at: int, terminal: str) -> None:
        """Put a token of no length before the token `at`."""
        end = self.tokens.ends[at - 1] if at else 0
        self.kinds.insert(at, terminal)
        self.tokens.kinds.insert(at, terminal)
        self.tokens.starts.insert(at, end)
        self.tokens.ends.insert(at, end)

    def remove(self, at: int) -> None:
        """Take the token `at` away."""
        del self.kinds[at], self.tokens.kinds[at], self.tokens.starts[at], self.tokens.ends[at]

    def terminal(self, row: dict[str, int], at: int) -> str:
        """Return the terminal that a token is in a state: a word may be a keyword or a name."""
        kind = self.kinds[at]
        if kind == "NAME":
            keyword = self.machine.keywords.get(self.tokens.text(at))
            if keyword in row and not ("NAME" in row and self.tokens.kinds[at + 1] == "="):
                return keyword
        return kind

    def run(self) -> File | None:
        """Take tokens until the end or one that does not fit; return the tree, or None there."""
        table, states, values, firsts = self.machine.states, self.states, self.values, self.firsts
        while True:
            row = table[states[-1]]
            if isinstance(row, int):
                self.reduce(-row - 1)
                continue
            action = row.get(self.terminal(row, self.at))
            if action is None:
                if self.kinds[self.at] == "$END" and values and isinstance(values[-1], File):
                    return values[-1]
                return None
            if action < 0:
                self.reduce(-action - 1)
            else:
                if len(states) > STACK:
                    return None
                states.append(action - 1)
                values.append(self.at)
                firsts.append(self.at)
                self.at += 1

    def reduce(self, number: int) -> None:
        """Replace the symbols of a rule by what it makes."""
        size, kept, spliced, is_list, stands, name, left = self.machine.rules[number]
        states, values, firsts = self.states, self.values, self.firsts
        if size:
            children = values[-size:]
            first = firsts[-size]
            del values[-size:], firsts[-size:], states[-size:]
        else:
            children, first = [], self.at
        if len(kept) != size or spliced:
            picked: list[Any] = []
            for i in kept:
                if i in spliced and not picked:
                    picked = children[i]  # nothing else has it; a copy would make long lists quadratic
                elif i in spliced:
                    picked += children[i]
                else:
                    picked.append(children[i])
            children = picked
        if is_list:
            value: Any = children
        elif stands and len(children) == 1:
            value = children[0]
        else:
            value = self.makers[name](self.span(first), children)
        row = self.machine.states[states[-1]]
        states.append(row[left] - 1)  # type: ignore[index]  # a state before a rule has a row
        values.append(value)
        firsts.append(first)

    def span(self, first: int) -> Span:
        """Return the span from a token to the last one taken."""
        tokens = self.tokens
        last = self.at - 1
        return Span(
            tokens.source, tokens.starts[first], tokens.ends[last] if last >= first else tokens.starts[first]
        )


REPAIRED = frozenset(("unclosed", "unopened", "mismatched", "unbegun", "space", "comment"))
"""Problems of the lexer behind which it has read what was meant."""


def parse(source: Source) -> tuple[File | None, tuple[Diagnostic, ...]]:
    """Parse a text; report `KF0nn` for each place where it is not the language.

    The tree is None where a mistake has cost a part of the program: what is found in the rest could be wrong.
    It is there where it is plain what was meant, such as a bracket that is missing.
    """
    tree, problems = _parse(source)
    if not problems:
        return tree, problems
    from kfdsl.syntax_errors import formats  # noqa: PLC0415  # most programs are right

    other = formats.other(source)
    return (tree, problems) if other is None else (None, (other,))


def _parse(source: Source) -> tuple[File | None, tuple[Diagnostic, ...]]:
    tokens = lex(source)
    problems = list(unreadable.unreadable(tokens))
    if any(what == "deep" for what, _, _ in tokens.problems):
        return None, tuple(p for p in problems if p.name == "nested-too-deep")
    if tokens.stopped:
        return None, tuple(problems)
    parser = Parser(tokens)
    parser.faithful = all(what in REPAIRED for what, _, _ in tokens.problems)
    tree = parser.run()
    if tree is None:
        endless = habits.swallowed(tokens)
        if endless is not None:
            return None, (endless,)
        parser, mended = _mended(parser)
        problems += mended
        tree, more = _recovered(parser)
        problems += more if not problems else [p for p in more if p.name != "misplaced-item"]
    place = depth.too_deep(tree) if tree is not None else None
    if place is None and len(parser.states) > STACK:
        place = parser.span(parser.at)
    if place is not None:
        return None, (_too_deep(place),)
    problems += [unreadable.bad_text(*found) for found in parser.builder.problems]
    return tree if parser.faithful else None, tuple(problems)


def _mended(parser: Parser) -> tuple[Parser, list[Diagnostic]]:
    """Take out what other languages would write; return a parser of the tokens left, and what was taken."""
    mended, whole = habits.mend(parser.tokens)
    if not mended:
        return parser, []
    again = Parser(parser.tokens)
    again.faithful = parser.faithful and whole
    return again, mended


def _recovered(parser: Parser) -> tuple[File | None, list[Diagnostic]]:
    """Parse to the end, behind each token that does not fit in; return the tree, and what did not fit."""
    problems: list[Diagnostic] = []
    while (tree := parser.run()) is None and len(parser.states) <= STACK:
        problem = recovery.recover(parser)
        if problem is not None:
            problems.append(problem)
        if parser.at < 0:
            break
    # Behind a header that cannot be read, what belongs into its block seems to be misplaced.
    others = [p for p in problems if p.name != "misplaced-item"]
    return tree, others or problems


def _too_deep(place: Span) -> Diagnostic:
    begin = Span(place.source, place.start, min(place.start + 1, len(place.source.text)))
    message = f"more than {depth.DEEPEST} parts of an expression stand inside each other"
    return report("nested-too-deep", begin, message, label="nested too deeply")
