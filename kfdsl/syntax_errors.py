"""What is wrong at a token that does not fit, in the author's words: `describe`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, NamedTuple

from kfdsl.codes import report
from kfdsl.diagnostics import Diagnostic, Edit, Fix
from kfdsl.nearest import nearest
from kfdsl.parser_states import accepted, simulate
from kfdsl.source import Span

if TYPE_CHECKING:
    from kfdsl.parse import Parser

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
    "step": "task job stage node",
    "pipeline": "workflow dag",
    "in": "input inputs of",
    "out": "output outputs",
    "param": "parameter",
    "let": "var const",
    "after": "depends_on needs depends requires",
    "for": "foreach",
    "elif": "elseif elsif",
    "if": "switch unless",
    "import": "use from include",
    "component": "def template module function",
    "when": "where",
    "and": "also",
}
_MEANT = {other: keyword for keyword, others in _OTHER_WORDS.items() for other in others.split()}
_TEXT_ENDS = ("STRING", "VERBATIM", "STRING_TAIL")
_STARTS = ("NAME", "NUMBER", "STRING", "VERBATIM", "BLOCK", "STRING_HEAD", "BLOCK_HEAD", "{", "[", "(")
_COMPARISONS = ("==", "<", ">", "<=", ">=", "!=")
_TYPES = ("string", "int", "float", "bool", "duration", "quantity", "json", "list", "map")
_OF_FILES = ("edition", "import", "let", "component", "pipeline", "artifact", "test")


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
    expected = _expected(parser, stop.fits)
    ends = {"_NL": "the end of the line", "$END": "the end of the file"}
    shown = ends.get(kind, f"`{_cut(span.text)}`")
    return report("syntax-error", where, f"expected {expected}, found {shown}", label=f"expected {expected}")


def _told(problem: tuple[str, int, int], span: Span) -> bool:
    """Tell whether a problem of the lexer accounts for an error at a place."""
    what, start, end = problem
    if what in ("string", "verbatim", "interpolation"):
        lines = {span.source.position(at).line for at in (start, end)}
        return min(lines) <= span.line <= max(lines)
    if what in ("character", "space", "dollar", "comment", "quotes"):
        return False
    return (end if what == "unclosed" else start) <= span.start <= end


# ---- rules: what is written in another way elsewhere, or misspelt


def _misplaced_else(stop: Stop) -> Diagnostic | None:
    if stop.text not in ("else", "elif"):
        return None
    return report(
        "misplaced-else", stop.span, f"`{stop.text}` follows the `}}` of an `if`", label="no `if` before it"
    )


def _wrong_comparison(stop: Stop) -> Diagnostic | None:
    """Say how a comparison is written: `= === => <> is` of other languages."""
    text, before = stop.text, stop.before
    signs = {"===": "==", "!==": "!=", "=>": ">=", "=<": "<=", "<>": "!=", ">==": ">=", "<==": "<="}
    both = before.text + text
    meant = None
    place = stop.span
    if stop.touches and both in signs:
        meant, place = signs[both], before.to(stop.span)
    elif stop.kind == "=" and text + stop.text_at(1) in signs and stop.span_at(1).start == stop.span.end:
        meant, place = signs[text + stop.text_at(1)], stop.span.to(stop.span_at(1))
    elif text == "is" and "COMPARE" in stop.fits:
        negated = stop.text_at(1) == "not"
        meant, place = ("!=", stop.span.to(stop.span_at(1))) if negated else ("==", stop.span)
    if meant is not None:
        fix = Fix("compare", (Edit(place, meant),))
        return report(
            "assignment-in-condition", place, f"`{place.text}` is no comparison; it is `{meant}`",
            label=f"write `{meant}`", fixes=(fix,),
        )  # fmt: skip
    if stop.kind == "=" and "COMPARE" in stop.fits and "EQUAL" not in stop.fits and _in_condition(stop):
        fix = Fix("compare", (Edit(stop.span, "=="),))
        return report(
            "assignment-in-condition", stop.span, "`=` binds a value; compare with `==`",
            label="write `==`", fixes=(fix,),
        )  # fmt: skip
    return None


def _in_condition(stop: Stop) -> bool:
    """Tell whether the `=` does not stand in `[a = 1]`, which is a map in wrong brackets."""
    return not (stop.previous == "NAME" and stop.kind_at(-2) in ("[", ",") and "RSQB" in stop.fits)


def _map_in_brackets(stop: Stop) -> Diagnostic | None:
    if stop.kind == "=" and "RSQB" in stop.fits and not _in_condition(stop):
        return report(
            "syntax-error", stop.span, "a list holds values; `key = value` belongs into a map",
            label="not in `[ ]`", helps=("maps have braces: `{ key = value }`",),
        )  # fmt: skip
    if stop.kind in (",", "}") and stop.previous in (*_TEXT_ENDS, "NAME") and "EQUAL" in stop.fits:
        if stop.kind_at(-2) in ("{", ","):
            return report(
                "syntax-error", stop.before, f"a map has keys: `{_cut(stop.before.text)}` has no value",
                label="expected `key = value`", helps=("lists have brackets: `[a, b]`",),
            )  # fmt: skip
    return None


def _sign(stop: Stop) -> Diagnostic | None:
    """Say that `=` binds: `:`, `:=`, `+=`, `==`, or nothing stands there."""
    name = stop.before.text
    if "EQUAL" not in stop.fits or stop.previous not in ("NAME", "STRING"):
        return None
    if stop.kind == ":" and not (stop.text_at(1) == "=" and stop.span_at(1).start == stop.span.end):
        edits = _colons(stop)
        return report(
            "wrong-sign", stop.span, f"`{name}` is given its value by `=`; `:` is for types",
            label="write `=`", fixes=(Fix("bind with `=`", edits),),
        )  # fmt: skip
    if stop.kind == "==" or (stop.kind in (":", "+", "-", "?", "*") and stop.text_at(1) == "="):
        place = stop.span if stop.kind == "==" else stop.span.to(stop.span_at(1))
        return report(
            "wrong-sign", place, f"`{name}` is given its value by `=`, not by `{place.text}`",
            label="write `=`", fixes=(Fix("bind with `=`", (Edit(place, "="),), safe=stop.kind in ("==", ":")),),
        )  # fmt: skip
    return None


def _colons(stop: Stop) -> tuple[Edit, ...]:
    """Return the edits that bind all keys of a line with `=`; the tokens are changed likewise."""
    tokens, parser = stop.parser.tokens, stop.parser
    edits: list[Edit] = []
    depth = 0
    for at in range(stop.at, len(tokens.kinds)):
        kind = tokens.kinds[at]
        depth += (kind in "{[(") - (kind in "}])")
        if kind in ("_NL", "$END") or depth < 0:
            break
        if kind == ":" and tokens.kinds[at - 1] in ("NAME", "STRING") and (at == stop.at or tokens.kinds[at - 2] in ("{", ",")):
            end = tokens.starts[at + 1] if tokens.kinds[at + 1] != "_NL" else tokens.ends[at]
            edits.append(Edit(Span(tokens.source, tokens.ends[at - 1], end), " = " if end > tokens.ends[at] or tokens.kinds[at + 1] != "_NL" else " ="))
            parser.kinds[at] = "EQUAL"
            tokens.kinds[at] = "="
    return tuple(edits)


def _chained(stop: Stop) -> Diagnostic | None:
    if stop.kind in _COMPARISONS or (stop.text == "in" and "AND" in stop.fits):
        return report(
            "chained-comparison", stop.span, "comparisons do not chain", label="a second comparison",
            helps=("join two comparisons with `and`: `1 < x and x < 10`",),
        )  # fmt: skip
    return None


def _type(stop: Stop) -> Diagnostic | None:
    """Say how a type is written: behind `:`, its items in `< >`, `?` last."""
    keyword = stop.text_at(-2)
    if keyword in ("param", "in", "out") and stop.previous == "NAME" and "COLON" in stop.fits:
        name = stop.before.text
        if stop.kind == "?" and stop.text_at(1) == ":":
            end = stop.span_at(2)
            edits = (Edit(stop.span, ""), Edit(Span(end.source, end.end, end.end), "?"))
            return report("syntax-error", stop.span, "`?` stands behind the type", label="not behind the name",
                          fixes=(Fix(f"write `{name}: {end.text}?`", edits, safe=stop.kind_at(3) not in "<("),))  # fmt: skip
        if stop.kind == "-" and stop.text_at(1) == ">":
            arrow = stop.span.to(stop.span_at(1))
            place = Span(arrow.source, stop.before.end, arrow.end)
            return report("wrong-sign", arrow, "a type stands behind `:`", label="write `:`", fixes=(Fix("write `:`", (Edit(place, ":"),)),))
        if stop.kind == "NAME" and stop.text_at(1) in ("=", "_NL", "\n", "") and name in _TYPES:
            both = stop.before.to(stop.span)
            return report("missing-type", both, "the type follows the name", label="the wrong way round",
                          fixes=(Fix("swap them", (Edit(both, f"{stop.text}: {name}"),)),))  # fmt: skip
        if stop.kind == "NAME":
            gap = Span(stop.span.source, stop.before.end, stop.span.start)
            return report("wrong-sign", stop.span, f"`:` stands between `{name}` and its type", label="the type?",
                          fixes=(Fix("add `:`", (Edit(gap, ": "),)),))  # fmt: skip
        if stop.kind == "=":
            return _no_type(stop, name)
    if stop.kind in "[(" and stop.previous == "NAME" and "LESSTHAN" in stop.fits and stop.text_at(2) in ("]", ")"):
        item, close = stop.text_at(1), stop.span_at(2)
        outer = "map" if stop.before.text in ("map", "dict") else "list"
        place = stop.before.to(close)
        return report("syntax-error", place, "a type has its items in `< >`", label=f"write `{outer}<{item}>`",
                      fixes=(Fix(f"write `{outer}<{item}>`", (Edit(place, f"{outer}<{item}>"),)),))  # fmt: skip
    return None


def _no_type(stop: Stop, name: str) -> Diagnostic:
    value, kind = stop.text_at(1), stop.kind_at(1)
    if kind == "NAME" and value in _TYPES:
        place = Span(stop.span.source, stop.before.end, stop.span.end)
        return report("wrong-sign", stop.span, f"the type of `{name}` stands behind `:`; `=` is for its value",
                      label="write `:`", fixes=(Fix("write `:`", (Edit(place, ":"),)),))  # fmt: skip
    guess = "string" if kind in (*_TEXT_ENDS, "STRING_HEAD") else "bool" if value in ("true", "false") else ""
    if kind == "NUMBER" and value.replace("_", "").replace(".", "", 1).isdigit():
        guess = "float" if "." in value else "int"
    end = Span(stop.span.source, stop.before.end, stop.before.end)
    fixes = (Fix(f"say that it is a `{guess}`", (Edit(end, f": {guess}"),)),) if guess else ()
    word = stop.text_at(-2)
    return report("missing-type", stop.before, f"`{word} {name}` needs a type", label=f"write `{word} {name}: T = …`", fixes=fixes)


def _misplaced(stop: Stop) -> Diagnostic | None:
    """Report a keyword that is one elsewhere: it was taken as a name."""
    word = stop.before.text
    parser = stop.parser
    if stop.previous != "NAME" or not parser.values or parser.values[-1] != stop.at - 1:
        return None
    if stop.kind not in ("NAME", "STRING", "{", "NUMBER") or word not in parser.machine.keywords or stop.kind_at(-2) not in ("_NL", "{", ",", "$END"):
        return None
    if simulate(parser, parser.states[:-1], parser.machine.keywords[word]) is not None:
        return None
    homes = {
        **dict.fromkeys(_OF_FILES, "at the top of a file"),
        **dict.fromkeys(("step", "group", "if", "for"), "in a pipeline"),
        **dict.fromkeys(("after", "when"), "in the header of a step or group"),
        **dict.fromkeys(("expect", "stub", "with"), "in a `test`"),
    }
    helps = (f"`{word}` stands {homes[word]}",) if word in homes else ()
    return report("misplaced-item", stop.before, f"`{word}` does not belong here", label="not here", helps=helps)


def _keyword(stop: Stop) -> Diagnostic | None:
    """Suggest the keyword that was meant: the word before this one, or this one."""
    parser, machine = stop.parser, stop.parser.machine
    taken = stop.previous == "NAME" and parser.values and parser.values[-1] == stop.at - 1
    if taken and stop.kind in ("NAME", "STRING", "{"):
        possible = {w for w, t in machine.keywords.items() if simulate(parser, parser.states[:-1], t) is not None}
        close = meant_keyword(stop.before.text, possible)
        if close:
            return _misspelt(stop.before, close)
    if stop.kind == "NAME" and stop.text not in ("true", "false", "not"):
        possible = {w for w, t in machine.keywords.items() if t in stop.fits}
        close = meant_keyword(stop.text, possible) if stop.text not in machine.keywords else None
        if close:
            return _misspelt(stop.span, close)
    return None


def _misspelt(span: Span, close: str) -> Diagnostic:
    fix = Fix(f"did you mean `{close}`?", (Edit(span, close),))
    return report("unknown-keyword", span, f"unknown keyword `{span.text}`", label="not a keyword here", fixes=(fix,))


def meant_keyword(word: str, possible: Iterable[str]) -> str | None:
    """Return the keyword that was meant: one spelled alike, or what other languages call otherwise."""
    possible = set(possible)
    others = {other: keyword for other, keyword in _MEANT.items() if keyword in possible}
    close = word if word in others else nearest(word, possible | set(others))
    return others.get(close, close) if close else None


def _missing_value(stop: Stop) -> Diagnostic | None:
    ended = stop.kind in ("_NL", "$END", "}", ")", "]", ",")
    if ended and "NUMBER" in stop.fits and "TRUE" in stop.fits:
        return report("missing-value", stop.where, f"a value is missing after `{stop.before.text}`", label="expected a value")
    if ended and "NAME" in stop.fits and "COLON" not in stop.fits and stop.previous == ":":
        return report("missing-type", stop.where, f"a type is missing after `{stop.text_at(-2)}:`", label="expected a type")
    clause = stop.before.text in ("when", "after", "for", "in") and stop.text_at(-2) in ("after", "when", ",", "in")
    if clause and stop.previous == "NAME" and stop.kind == "NAME":
        end = stop.span_at(-2).end
        return report("missing-value", Span(stop.span.source, end, end), f"a value is missing after `{stop.text_at(-2)}`",
                      label=f"expected something before `{stop.before.text}`")  # fmt: skip
    return None


def _quoted_name(stop: Stop) -> Diagnostic | None:
    if stop.kind == "STRING" and "NAME" in stop.fits and "STRING" not in stop.fits:
        plain = stop.text.strip('"')
        fixes = (Fix("remove the quotes", (Edit(stop.span, plain),)),) if plain.replace("-", "_").isidentifier() else ()
        return report("syntax-error", stop.span, f"names have no quotes: `{plain}`", label="expected a name", fixes=fixes)
    return None


def _prefix(stop: Stop) -> Diagnostic | None:
    if stop.touches and stop.previous == "NAME" and stop.kind in ("STRING", "STRING_HEAD", "VERBATIM", "BLOCK"):
        return report("syntax-error", stop.before, f"texts have no prefix: `{stop.before.text}`", label="remove it",
                      helps=('`"${x}"` puts a value into a text',), fixes=(Fix("remove it", (Edit(stop.before, ""),), safe=False),))  # fmt: skip
    return None


def _unquoted(stop: Stop) -> Diagnostic | None:
    """Find a text without quotes: `image = python:3.12`."""
    source, line = stop.span.source, stop.before.line
    start = source.starts[line - 1]
    text = source.line(line).split("#")[0]
    sign = text.find("=")
    word = text[sign + 1 :].strip(" ,") if sign >= 0 else ""
    if not word or " " in word or any(c in word for c in "\"'{}[]()<>=") or not any(c in word for c in ":/@"):
        return None
    at = start + text.index(word, sign)
    if not at < stop.span.start <= at + len(word):
        return None
    span = Span(source, at, at + len(word))
    return report("syntax-error", span, "a text stands in quotes", label="without quotes",
                  fixes=(Fix("put it in quotes", (Edit(span, f'"{word}"'),)),))  # fmt: skip


def _missing_sign(stop: Stop) -> Diagnostic | None:
    """Say which sign is missing between two tokens."""
    gap = Span(stop.span.source, stop.before.end, stop.span.start)
    if stop.kind not in _STARTS or not gap.text.isspace():
        return None
    if "EQUAL" in stop.fits and stop.previous == "NAME" and stop.kind != "NAME":
        return report("syntax-error", stop.span, f"`=` is missing after `{stop.before.text}`", label="expected `=`",
                      fixes=(Fix("add `=`", (Edit(gap, " = "),)),))  # fmt: skip
    if "COMMA" in stop.fits and fits_after(stop, "COMMA") and ({"RSQB", "RPAR"} & stop.fits or "_NL" in stop.fits and stop.kind_at(1) == "="):
        end = Span(gap.source, gap.start, gap.start)
        return report("syntax-error", stop.span, f"`,` is missing after `{_cut(stop.before.text)}`", label="expected `,`",
                      fixes=(Fix("add `,`", (Edit(end, ","),)),))  # fmt: skip
    if "_NL" in stop.fits and stop.kind == "NAME" and (stop.text in stop.parser.machine.keywords or stop.kind_at(1) == "="):
        if fits_after(stop, "_NL"):
            line = stop.span.source.line(stop.span.line)
            margin = line[: len(line) - len(line.lstrip())]
            return report("syntax-error", stop.span, "an item begins on a line of its own", label="a second item",
                          fixes=(Fix("begin a new line", (Edit(gap, f"\n{margin}"),)),))  # fmt: skip
    return None


def fits_after(stop: Stop, terminal: str) -> bool:
    """Tell whether the token fits once a terminal is put in before it."""
    parser = stop.parser
    states = simulate(parser, parser.states, terminal)
    if states is None:
        return False
    kind = parser.kinds[stop.at]
    keyword = parser.machine.keywords.get(stop.text)
    return simulate(parser, states, kind) is not None or (keyword is not None and simulate(parser, states, keyword) is not None)


def _ternary(stop: Stop) -> Diagnostic | None:
    if (stop.kind == "?" or stop.text == "if") and "AND" in stop.fits:
        return report("syntax-error", stop.span, "there are no conditional expressions", label="not in an expression",
                      helps=("`a ?? b` takes `b` where `a` is missing; steps are chosen by `if … { } else { }`",))  # fmt: skip
    return None


RULES: tuple[Callable[[Stop], Diagnostic | None], ...] = (
    _ternary, _misplaced_else, _prefix, _unquoted, _wrong_comparison, _map_in_brackets, _sign, _chained, _missing_value, _type,
    _misplaced, _keyword, _quoted_name, _missing_sign,
)  # fmt: skip
"""The first that knows what is wrong says it."""


# ---- anything else


def _cut(text: str) -> str:
    first = text.split("\n", 1)[0]
    return first if len(first) <= 30 else first[:29] + "…"


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
