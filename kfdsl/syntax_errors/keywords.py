"""Words that are no keywords, or keywords elsewhere: the rules about them."""

from __future__ import annotations

from collections.abc import Iterable

from kfdsl.codes import report
from kfdsl.diagnostics import Diagnostic, Edit, Fix
from kfdsl.nearest import nearest
from kfdsl.source import Span
from kfdsl.syntax_errors.states import simulate
from kfdsl.syntax_errors.stop import Stop

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


_OF_FILES = ("edition", "import", "component", "pipeline", "library", "artifact", "test")


def misplaced_else(stop: Stop) -> Diagnostic | None:
    """Report an `else` without an `if`."""
    if stop.text not in ("else", "elif"):
        return None
    return report(
        "misplaced-else", stop.span, f"`{stop.text}` follows the `}}` of an `if`", label="no `if` before it"
    )


def misplaced(stop: Stop) -> Diagnostic | None:
    """Report a keyword that is one elsewhere: it was taken as a name."""
    word = stop.before.text
    parser = stop.parser
    if stop.previous != "NAME" or not parser.values or parser.values[-1] != stop.at - 1:
        return None
    if (
        stop.kind not in ("NAME", "STRING", "{", "NUMBER")
        or word not in parser.machine.keywords
        or stop.kind_at(-2) not in ("_NL", "{", ",", "$END")
    ):
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
    return report(
        "misplaced-item", stop.before, f"`{word}` does not belong here", label="not here", helps=helps
    )


def keyword(stop: Stop) -> Diagnostic | None:
    """Suggest the keyword that was meant: the word before this one, or this one."""
    parser, machine = stop.parser, stop.parser.machine
    taken = stop.previous == "NAME" and parser.values and parser.values[-1] == stop.at - 1
    if taken and stop.kind in ("NAME", "STRING", "{"):
        possible = {
            w for w, t in machine.keywords.items() if simulate(parser, parser.states[:-1], t) is not None
        }
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
    return report(
        "unknown-keyword", span, f"unknown keyword `{span.text}`", label="not a keyword here", fixes=(fix,)
    )


def meant_keyword(word: str, possible: Iterable[str]) -> str | None:
    """Return the keyword that was meant: one spelled alike, or what other languages call otherwise."""
    possible = set(possible)
    others = {other: keyword for other, keyword in _MEANT.items() if keyword in possible}
    close = word if word in others else nearest(word, possible | set(others))
    return others.get(close, close) if close else None


def quoted_name(stop: Stop) -> Diagnostic | None:
    """Report a name in quotes."""
    if stop.kind == "STRING" and "NAME" in stop.fits and "STRING" not in stop.fits:
        plain = stop.text.strip('"')
        fixes = (
            (Fix("remove the quotes", (Edit(stop.span, plain),)),)
            if plain.replace("-", "_").isidentifier()
            else ()
        )
        return report(
            "syntax-error",
            stop.span,
            f"names have no quotes: `{plain}`",
            label="expected a name",
            fixes=fixes,
        )
    return None
