"""What is missing: a value, quotes, a sign between two tokens; the rules about it."""

from __future__ import annotations

from kfdsl.codes import report
from kfdsl.diagnostics import Diagnostic, Edit, Fix
from kfdsl.source import Span
from kfdsl.syntax_errors.expected import cut
from kfdsl.syntax_errors.states import simulate
from kfdsl.syntax_errors.stop import Stop

_STARTS = ("NAME", "NUMBER", "STRING", "VERBATIM", "BLOCK", "STRING_HEAD", "BLOCK_HEAD", "{", "[", "(")


def missing_value(stop: Stop) -> Diagnostic | None:
    """Report that nothing stands where a value or type belongs."""
    ended = stop.kind in ("_NL", "$END", "}", ")", "]", ",")
    if ended and "NUMBER" in stop.fits and "TRUE" in stop.fits:
        return report(
            "missing-value",
            stop.where,
            f"a value is missing after `{stop.before.text}`",
            label="expected a value",
        )
    if ended and "NAME" in stop.fits and "COLON" not in stop.fits and stop.previous == ":":
        return report(
            "missing-type",
            stop.where,
            f"a type is missing after `{stop.text_at(-2)}:`",
            label="expected a type",
        )
    clause = stop.before.text in ("when", "after", "for", "in") and stop.text_at(-2) in (
        "after",
        "when",
        ",",
        "in",
    )
    if clause and stop.previous == "NAME" and stop.kind == "NAME":
        end = stop.span_at(-2).end
        return report(
            "missing-value",
            Span(stop.span.source, end, end),
            f"a value is missing after `{stop.text_at(-2)}`",
            label=f"expected something before `{stop.before.text}`",
        )
    return None


def unquoted(stop: Stop) -> Diagnostic | None:
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
    return report(
        "syntax-error",
        span,
        "a text stands in quotes",
        label="without quotes",
        fixes=(Fix("put it in quotes", (Edit(span, f'"{word}"'),)),),
    )


def prefix(stop: Stop) -> Diagnostic | None:
    """Report `f"…"`."""
    if (
        stop.touches
        and stop.previous == "NAME"
        and stop.kind in ("STRING", "STRING_HEAD", "VERBATIM", "BLOCK")
    ):
        return report(
            "syntax-error",
            stop.before,
            f"texts have no prefix: `{stop.before.text}`",
            label="remove it",
            helps=('`"${x}"` puts a value into a text',),
            fixes=(Fix("remove it", (Edit(stop.before, ""),), safe=False),),
        )
    return None


def missing_sign(stop: Stop) -> Diagnostic | None:
    """Say which sign is missing between two tokens."""
    gap = Span(stop.span.source, stop.before.end, stop.span.start)
    if stop.kind not in _STARTS or not gap.text.isspace():
        return None
    if "EQUAL" in stop.fits and stop.previous == "NAME" and stop.kind != "NAME":
        return report(
            "syntax-error",
            stop.span,
            f"`=` is missing after `{stop.before.text}`",
            label="expected `=`",
            fixes=(Fix("add `=`", (Edit(gap, " = "),)),),
        )
    if (
        "COMMA" in stop.fits
        and fits_after(stop, "COMMA")
        and ({"RSQB", "RPAR"} & stop.fits or ("_NL" in stop.fits and stop.kind_at(1) == "="))
    ):
        end = Span(gap.source, gap.start, gap.start)
        return report(
            "syntax-error",
            stop.span,
            f"`,` is missing after `{cut(stop.before.text)}`",
            label="expected `,`",
            fixes=(Fix("add `,`", (Edit(end, ","),)),),
        )
    begins = stop.text in stop.parser.machine.keywords or stop.kind_at(1) == "="
    if "_NL" in stop.fits and stop.kind == "NAME" and begins and fits_after(stop, "_NL"):
        line = stop.span.source.line(stop.span.line)
        margin = line[: len(line) - len(line.lstrip())]
        return report(
            "syntax-error",
            stop.span,
            "an item begins on a line of its own",
            label="a second item",
            fixes=(Fix("begin a new line", (Edit(gap, f"\n{margin}"),)),),
        )
    return None


def fits_after(stop: Stop, terminal: str) -> bool:
    """Tell whether the token fits once a terminal is put in before it."""
    parser = stop.parser
    states = simulate(parser, parser.states, terminal)
    if states is None:
        return False
    kind = parser.kinds[stop.at]
    keyword = parser.machine.keywords.get(stop.text)
    return simulate(parser, states, kind) is not None or (
        keyword is not None and simulate(parser, states, keyword) is not None
    )
