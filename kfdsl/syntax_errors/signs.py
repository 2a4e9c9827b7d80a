"""Signs that other languages write, or that stand at the wrong place: the rules about them."""

from __future__ import annotations

from kfdsl.codes import report
from kfdsl.diagnostics import Diagnostic, Edit, Fix
from kfdsl.source import Span
from kfdsl.syntax_errors.expected import cut
from kfdsl.syntax_errors.stop import Stop

_COMPARISONS = ("==", "<", ">", "<=", ">=", "!=")


_TEXT_ENDS = ("STRING", "VERBATIM", "STRING_TAIL")


def wrong_comparison(stop: Stop) -> Diagnostic | None:
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
            "assignment-in-condition",
            place,
            f"`{place.text}` is no comparison; it is `{meant}`",
            label=f"write `{meant}`",
            fixes=(fix,),
        )
    if stop.kind == "=" and "COMPARE" in stop.fits and "EQUAL" not in stop.fits and _in_condition(stop):
        fix = Fix("compare", (Edit(stop.span, "=="),))
        return report(
            "assignment-in-condition",
            stop.span,
            "`=` binds a value; compare with `==`",
            label="write `==`",
            fixes=(fix,),
        )
    return None


def _in_condition(stop: Stop) -> bool:
    """Tell whether the `=` does not stand in `[a = 1]`, which is a map in wrong brackets."""
    return not (stop.previous == "NAME" and stop.kind_at(-2) in ("[", ",") and "RSQB" in stop.fits)


def map_in_brackets(stop: Stop) -> Diagnostic | None:
    """Report `[a = 1]` and `{"a", "b"}`."""
    if stop.kind == "=" and "RSQB" in stop.fits and not _in_condition(stop):
        return report(
            "syntax-error",
            stop.span,
            "a list holds values; `key = value` belongs into a map",
            label="not in `[ ]`",
            helps=("maps have braces: `{ key = value }`",),
        )
    is_item = stop.previous in (*_TEXT_ENDS, "NAME") and stop.kind_at(-2) in ("{", ",")
    if stop.kind in (",", "}") and is_item and "EQUAL" in stop.fits:
        return report(
            "syntax-error",
            stop.before,
            f"a map has keys: `{cut(stop.before.text)}` has no value",
            label="expected `key = value`",
            helps=("lists have brackets: `[a, b]`",),
        )
    return None


def sign(stop: Stop) -> Diagnostic | None:
    """Say that `=` binds: `:`, `:=`, `+=`, `==`, or nothing stands there."""
    name = stop.before.text
    if "EQUAL" not in stop.fits or stop.previous not in ("NAME", "STRING"):
        return None
    if stop.kind == ":" and not (stop.text_at(1) == "=" and stop.span_at(1).start == stop.span.end):
        edits = _colons(stop)
        return report(
            "wrong-sign",
            stop.span,
            f"`{name}` is given its value by `=`; `:` is for types",
            label="write `=`",
            fixes=(Fix("bind with `=`", edits),),
        )
    if stop.kind == "==" or (stop.kind in (":", "+", "-", "?", "*") and stop.text_at(1) == "="):
        place = stop.span if stop.kind == "==" else stop.span.to(stop.span_at(1))
        return report(
            "wrong-sign",
            place,
            f"`{name}` is given its value by `=`, not by `{place.text}`",
            label="write `=`",
            fixes=(Fix("bind with `=`", (Edit(place, "="),), safe=stop.kind in ("==", ":")),),
        )
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
        if (
            kind == ":"
            and tokens.kinds[at - 1] in ("NAME", "STRING")
            and (at == stop.at or tokens.kinds[at - 2] in ("{", ","))
        ):
            end = tokens.starts[at + 1] if tokens.kinds[at + 1] != "_NL" else tokens.ends[at]
            edits.append(
                Edit(
                    Span(tokens.source, tokens.ends[at - 1], end),
                    " = " if end > tokens.ends[at] or tokens.kinds[at + 1] != "_NL" else " =",
                )
            )
            parser.kinds[at] = "EQUAL"
            tokens.kinds[at] = "="
    return tuple(edits)


def chained(stop: Stop) -> Diagnostic | None:
    """Report `1 < x < 3`."""
    if stop.kind in _COMPARISONS or (stop.text == "in" and "AND" in stop.fits):
        return report(
            "chained-comparison",
            stop.span,
            "comparisons do not chain",
            label="a second comparison",
            helps=("join two comparisons with `and`: `1 < x and x < 10`",),
        )
    return None


def ternary(stop: Stop) -> Diagnostic | None:
    """Report `a if b else c` and `b ? a : c`."""
    if (stop.kind == "?" or stop.text == "if") and "AND" in stop.fits:
        return report(
            "syntax-error",
            stop.span,
            "there are no conditional expressions",
            label="not in an expression",
            helps=("`a ?? b` takes `b` where `a` is missing; steps are chosen by `if … { } else { }`",),
        )
    return None
