"""What is wrong with a text that is not the language, in the author's words, and how parsing goes on behind it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from kfdsl.codes import report
from kfdsl.diagnostics import Diagnostic, Edit, Fix, Label
from kfdsl.lex import DEEPEST, Tokens, meant
from kfdsl.nearest import nearest
from kfdsl.source import Span

if TYPE_CHECKING:
    from kfdsl.parse import Parser

MOST = 100
"""Syntax errors of one text that are reported; a text with more is something else than a program."""

_OPENERS = {"LBRACE", "LPAR", "LSQB"}
_CLOSERS = {"RBRACE", "RPAR", "RSQB"}
_VALUE = {"NAME", "NUMBER", "STRING", "VERBATIM", "BLOCK", "LSQB", "LBRACE", "LPAR", "TRUE", "FALSE"}
_PHRASES = {
    "NAME": "a name",
    "NUMBER": "a number",
    "STRING": "a text in quotes",
    "_NL": "the end of the line",
    "$END": "the end of the file",
    "BLOCK": "a block of text",
    "VERBATIM": "a text in quotes",
}
_OTHER_WORDS = {
    "task": "step",
    "job": "step",
    "stage": "step",
    "workflow": "pipeline",
    "dag": "pipeline",
    "input": "in",
    "inputs": "in",
    "output": "out",
    "outputs": "out",
    "parameter": "param",
    "var": "let",
    "const": "let",
    "depends_on": "after",
    "needs": "after",
    "depends": "after",
    "requires": "after",
    "foreach": "for",
    "elseif": "elif",
    "switch": "if",
    "unless": "if",
    "use": "import",
    "from": "import",
    "include": "import",
    "def": "component",
    "template": "component",
    "module": "component",
    "where": "when",
}


def unreadable(tokens: Tokens) -> Iterator[Diagnostic]:
    """Report what the lexer could not read."""
    for what, start, end in tokens.problems:
        span = Span(tokens.source, start, end)
        match what:
            case "string" | "verbatim":
                quote = span.text[:1] if span.text[:1] in "\"'" else '"'
                yield report(
                    "unclosed-string",
                    span,
                    f"text without its closing `{quote}`",
                    label="opened here",
                    helps=('a text over several lines stands in `"""`',),
                )
            case "block":
                yield report(
                    "unclosed-string",
                    span,
                    "block of text is never closed",
                    label="opened here",
                    helps=(f"close it with `{span.text.removeprefix('$')}`",),
                )
            case "deep":
                yield report(
                    "nested-too-deep",
                    span,
                    f"more than {DEEPEST} brackets are open here",
                    label="one too many",
                )
            case "unopened":
                yield report(
                    "unmatched-bracket",
                    span,
                    f"`{span.text}` closes nothing",
                    label="no open bracket is left",
                    fixes=(Fix("remove it", (Edit(span, ""),)),),
                )
            case "unclosed":
                yield _unclosed(tokens, start, end)
            case _:
                yield _character(span)


def _unclosed(tokens: Tokens, start: int, end: int) -> Diagnostic:
    source = tokens.source
    span = Span(source, start, start + 1)
    closer = {"{": "}", "(": ")", "[": "]"}[span.text]
    head = source.text[source.text.rfind("\n", 0, start) + 1 : start].strip()
    name = f"block `{head}`" if span.text == "{" and head else f"`{span.text}`"
    labels = []
    last = source.text.rfind("\n", 0, end) + 1 if end > start else start
    if source.position(last).line != source.position(start).line:
        labels.append(Label(Span(source, end, end), f"expected `{closer}` after this line"))
    stop = source.text.find("\n", end)
    following = source.text[stop + 1 :].lstrip() if stop >= 0 else ""
    if following:
        at = len(source.text) - len(following)
        word = following.split(maxsplit=1)[0]
        length = len(word) if word.isidentifier() else 1
        labels.append(Label(Span(source, at, at + length), "starts something new"))
    indent = head and source.text[source.text.rfind("\n", 0, start) + 1 : start]
    margin = indent[: len(indent) - len(indent.lstrip())] if indent else ""
    text = (
        f"\n{margin}{closer}" if span.text == "{" and labels else f" {closer}" if span.text == "{" else closer
    )
    return report(
        "unclosed-block",
        span,
        f"{name} is never closed",
        label="opened here",
        labels=tuple(labels),
        fixes=(Fix(f"add `{closer}`", (Edit(Span(source, end, end), text),)),),
    )


def _character(span: Span) -> Diagnostic:
    word = meant(span.text)
    if word and word != "\n":
        return report(
            "unexpected-character",
            span,
            f"`{span.text}` is not in the language",
            label=f"write `{word}`",
            fixes=(Fix(f"write `{word}`", (Edit(span, word),)),),
        )
    if word:
        return report(
            "unexpected-character",
            span,
            "`;` is not in the language",
            label="a line end ends an item",
            fixes=(Fix("remove it", (Edit(span, ""),)),),
        )
    shown = f"`{span.text}`" if span.text.isprintable() else f"character U+{ord(span.text):04X}"
    return report("unexpected-character", span, f"{shown} is not in the language", label="not expected here")


def bad_text(what: str, span: Span, word: str) -> Diagnostic:
    """Report a text whose escapes make no text."""
    if what == "surrogate":
        return report("unknown-escape", span, "half a character: `\\u` escapes of this range come in pairs")
    return report(
        "unknown-escape",
        span,
        f"`{word}` is no escape",
        label="in this text",
        helps=(
            "the escapes are those of JSON, and `\\${`; a `\\` itself is `\\\\`",
            'in `\'…\'` and `"""…"""` nothing is escaped',
        ),
    )


# ---- recovery


def recover(parser: Parser) -> Diagnostic | None:
    """Report the token that does not fit, and put the parser where it can go on; `parser.at` below 0 ends it."""
    problem = _describe(parser)
    parser.errors += 1
    if parser.errors > MOST or not (_repair(parser) or _skip(parser)):
        parser.at = -1
    return problem


def _simulate(parser: Parser, states: list[int], terminal: str) -> list[int] | None:
    """Return the stack of states after a terminal was taken, or None where it does not fit."""
    states = list(states)
    table, rules = parser.machine.states, parser.machine.rules
    while True:
        row = table[states[-1]]
        action = row if isinstance(row, int) else row.get(terminal)
        if action is None:
            return None
        if action > 0:
            states.append(action - 1)
            return states
        rule = rules[-action - 1]
        if rule[0]:
            del states[-rule[0] :]
        goto = table[states[-1]]
        if isinstance(goto, int) or rule[6] not in goto:
            return None
        states.append(goto[rule[6]] - 1)


def accepted(parser: Parser, states: list[int]) -> set[str]:
    """Return the terminals that fit next."""
    row = parser.machine.states[states[-1]]
    candidates = parser.terminals if isinstance(row, int) else [t for t in row if t.isupper()]
    return {t for t in candidates if _simulate(parser, states, t) is not None}


def _ahead(parser: Parser, states: list[int], at: int) -> int:
    """Count the tokens from `at` that fit, to the end of the line."""
    count, start = 0, at
    now: list[int] | None = states
    while now is not None:
        kind = parser.kinds[at]
        terminal = kind
        if kind == "NAME":
            keyword = parser.machine.keywords.get(parser.tokens.text(at))
            if keyword and not (parser.kinds[at + 1] == "EQUAL") and _simulate(parser, now, keyword):
                terminal = keyword
        after = _simulate(parser, now, terminal)
        if after is None:
            return count
        count += 1
        if (kind in ("_NL", "LBRACE") and at > start) or kind == "$END":
            return count + 100
        now, at = after, at + 1
    return count


def _repair(parser: Parser) -> bool:
    """Go on as if one token were another, not there, or preceded by one more, where the rest of the line then fits."""
    states, at = parser.states, parser.at
    tokens, kinds = parser.tokens, parser.kinds
    best: tuple[int, str, str] = (100, "", "")
    if kinds[at - 1 : at] == ["NAME"] and parser.values and parser.values[-1] == at - 1:
        word = tokens.text(at - 1)
        for keyword, terminal in parser.machine.keywords.items():
            before = _simulate(parser, states[:-1], terminal)
            if before is not None and keyword == _keyword(word, parser.machine.keywords):
                best = max(best, (_ahead(parser, before, at) + 2, "keyword", terminal))
    for terminal in ("EQUAL", "COLON", "COMPARE", "COMMA", "_NL"):
        after = _simulate(parser, states, terminal)
        if after is not None:
            best = max(best, (_ahead(parser, after, at) + (terminal != "_NL"), "insert", terminal))
            if kinds[at] in ("EQUAL", "COLON"):
                best = max(best, (_ahead(parser, after, at + 1) + 3, "change", terminal))
    if kinds[at] not in ("$END", "_NL", *_OPENERS, *_CLOSERS):
        best = max(best, (_ahead(parser, states, at + 1), "delete", ""))
    _, what, terminal = best
    if what == "keyword":
        kinds[at - 1] = terminal
        parser.at -= 1
        del states[-1], parser.values[-1], parser.firsts[-1]
    elif what == "insert":
        parser.insert(at, terminal)
    elif what == "change":
        kinds[at] = terminal
    elif what == "delete":
        parser.remove(at)
    return bool(what)


def _skip(parser: Parser) -> bool:
    """Drop what was begun, and skip to where the block that it stands in goes on."""
    kinds, states, values = parser.kinds, parser.states, parser.values
    depths = [0]
    for value in values:
        opened = isinstance(value, int) and kinds[value] in _OPENERS
        depths.append(depths[-1] + opened)
    for size in range(len(states), 0, -1):
        depth, at = depths[-1], parser.at
        while kinds[at] != "$END":
            if depth == depths[size - 1] and kinds[at] in ("_NL", "RBRACE"):
                break
            depth += (kinds[at] in _OPENERS) - (kinds[at] in _CLOSERS)
            if depth < depths[size - 1]:
                break
            at += 1
        if _simulate(parser, states[:size], kinds[at]) is not None and (at > parser.at or size < len(states)):
            del states[size:], values[size - 1 :], parser.firsts[size - 1 :]
            parser.at = at
            return True
    return False


# ---- messages


def _describe(parser: Parser) -> Diagnostic | None:
    """Say what is wrong at the token that does not fit; None where the lexer has said it."""
    tokens, at = parser.tokens, parser.at
    span = Span(tokens.source, tokens.starts[at], tokens.ends[at])
    kind, text = tokens.kinds[at], span.text
    if any(_told(problem, span.start) for problem in tokens.problems):
        return None
    fits = accepted(parser, parser.states)
    previous = tokens.kinds[at - 1] if at else "_NL"
    before = Span(tokens.source, tokens.starts[at - 1], tokens.ends[at - 1]) if at else span
    where = Span(tokens.source, before.end, before.end) if kind in ("_NL", "$END") else span
    if text in ("else", "elif"):
        return report(
            "misplaced-else",
            span,
            f"`{text}` stands on the line of the `}}` before it",
            label="begins a line of its own",
            fixes=(Fix(f"write `}} {text}`", (Edit(Span(tokens.source, before.start, span.start), " "),)),)
            if previous == "_NL"
            else (),
        )
    if kind == "=" and "COMPARE" in fits and "EQUAL" not in fits:
        return report(
            "assignment-in-condition",
            span,
            "`=` binds a value; compare with `==`",
            label="write `==`",
            fixes=(Fix("compare", (Edit(span, "=="),)),),
        )
    if kind == ":" and "EQUAL" in fits:
        return report(
            "wrong-sign",
            span,
            f"`{before.text}` is given its value by `=`; `:` is for types",
            label="write `=`",
            fixes=(Fix("bind with `=`", (Edit(_with_space(span, before), " ="),)),),
        )
    if kind in ("==", "<", ">", "<=", ">=", "!=") or (text == "in" and "AND" in fits):
        return report(
            "chained-comparison",
            span,
            "comparisons do not chain",
            label="a second comparison",
            helps=("join two comparisons with `and`",),
        )
    if (
        previous == "NAME"
        and kind in ("NAME", "STRING", "{")
        and parser.values
        and parser.values[-1] == at - 1
    ):
        known = parser.machine.keywords
        possible = {w for w, t in known.items() if _simulate(parser, parser.states[:-1], t) is not None}
        close = _keyword(before.text, possible)
        if close:
            return report(
                "unknown-keyword",
                before,
                f"unknown keyword `{before.text}`",
                label="not a keyword here",
                fixes=(Fix(f"did you mean `{close}`?", (Edit(before, close),)),),
            )
    if kind == "NAME" and text not in ("true", "false", "not"):
        possible = {w for w, t in parser.machine.keywords.items() if t in fits}
        close = _keyword(text, possible)
        if close:
            return report(
                "unknown-keyword",
                span,
                f"unknown keyword `{text}`",
                label="not a keyword here",
                fixes=(Fix(f"did you mean `{close}`?", (Edit(span, close),)),),
            )
    if kind in ("_NL", "$END", "}", ")", "]", ",") and "NUMBER" in fits and "TRUE" in fits:
        return report(
            "missing-value", where, f"a value is missing after `{before.text}`", label="expected a value"
        )
    if kind == "STRING" and "NAME" in fits and "STRING" not in fits:
        plain = text.strip('"')
        return report(
            "syntax-error",
            span,
            f"names have no quotes: `{plain}`",
            label="expected a name",
            fixes=(Fix("remove the quotes", (Edit(span, plain),)),),
        )
    expected = _expected(parser, fits)
    shown = (
        "the end of the line"
        if kind == "_NL"
        else "the end of the file"
        if kind == "$END"
        else f"`{_cut(text)}`"
    )
    return report("syntax-error", where, f"expected {expected}, found {shown}", label=f"expected {expected}")


def _told(problem: tuple[str, int, int], at: int) -> bool:
    """Tell whether a problem of the lexer accounts for an error at an offset."""
    what, start, end = problem
    return what != "character" and (end if what == "unclosed" else start) <= at <= end


def _keyword(word: str, possible: Iterable[str]) -> str | None:
    """Return the keyword that was meant: one spelled alike, or what other languages call otherwise."""
    possible = set(possible)
    others = {other: keyword for other, keyword in _OTHER_WORDS.items() if keyword in possible}
    close = word if word in others else nearest(word, possible | set(others))
    return others.get(close, close) if close else None


def _with_space(span: Span, before: Span) -> Span:
    return Span(span.source, before.end, span.end) if span.text else span


def _cut(text: str) -> str:
    first = text.split("\n", 1)[0]
    return first if len(first) <= 30 else first[:29] + "…"  # noqa: PLR2004  # a headline's share


def _expected(parser: Parser, fits: set[str]) -> str:
    """Return what fits next in words, shortest first; at the most five."""
    signs = {name: text for text, name in parser.machine.signs.items()}
    words = {name: text for text, name in parser.machine.keywords.items()}
    if fits >= {"NUMBER", "STRING", "LSQB"}:
        return "a value"
    if "STEP" in fits:
        return "the start of an item, such as `step` or `image = …`"
    if "AND" in fits and "PLUS" in fits:
        fits = fits & {"_NL", "COMMA", "RPAR", "RSQB", "RBRACE", "LBRACE", "$END", "STRING_TAIL"}
    phrases = [_PHRASES[t] for t in ("NAME", "STRING", "NUMBER", "BLOCK", "_NL") if t in fits]
    phrases += sorted(f"`{signs.get(t) or words.get(t)}`" for t in fits if t in signs or t in words)
    if not phrases:
        return "the end of the item"
    phrases = phrases[:5]
    return phrases[0] if len(phrases) == 1 else f"{', '.join(phrases[:-1])} or {phrases[-1]}"
