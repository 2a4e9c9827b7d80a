"""How a type is written: the rule about it."""

from __future__ import annotations

from kfdsl.codes import report
from kfdsl.diagnostics import Diagnostic, Edit, Fix
from kfdsl.source import Span
from kfdsl.syntax_errors.stop import Stop

_TYPES = ("string", "int", "float", "bool", "duration", "quantity", "json", "list", "map")


_TEXT_ENDS = ("STRING", "VERBATIM", "STRING_TAIL")


def wrong_type(stop: Stop) -> Diagnostic | None:
    """Say how a type is written: behind `:`, its items in `< >`, `?` last."""
    keyword = stop.text_at(-2)
    if keyword in ("param", "in", "out") and stop.previous == "NAME" and "COLON" in stop.fits:
        found = _behind_name(stop, stop.before.text)
        if found is not None:
            return found
    if (
        stop.kind in "[("
        and stop.previous == "NAME"
        and "LESSTHAN" in stop.fits
        and stop.text_at(2) in ("]", ")")
    ):
        item, close = stop.text_at(1), stop.span_at(2)
        outer = "map" if stop.before.text in ("map", "dict") else "list"
        place = stop.before.to(close)
        return report(
            "syntax-error",
            place,
            "a type has its items in `< >`",
            label=f"write `{outer}<{item}>`",
            fixes=(Fix(f"write `{outer}<{item}>`", (Edit(place, f"{outer}<{item}>"),)),),
        )
    return None


def _behind_name(stop: Stop, name: str) -> Diagnostic | None:
    """Say what stands between a name and its type."""
    if stop.kind == "?" and stop.text_at(1) == ":":
        end = stop.span_at(2)
        edits = (Edit(stop.span, ""), Edit(Span(end.source, end.end, end.end), "?"))
        return report(
            "syntax-error",
            stop.span,
            "`?` stands behind the type",
            label="not behind the name",
            fixes=(Fix(f"write `{name}: {end.text}?`", edits, safe=stop.kind_at(3) not in "<("),),
        )
    if stop.kind == "-" and stop.text_at(1) == ">":
        arrow = stop.span.to(stop.span_at(1))
        place = Span(arrow.source, stop.before.end, arrow.end)
        return report(
            "wrong-sign",
            arrow,
            "a type stands behind `:`",
            label="write `:`",
            fixes=(Fix("write `:`", (Edit(place, ":"),)),),
        )
    if stop.kind == "NAME" and stop.text_at(1) in ("=", "_NL", "\n", "") and name in _TYPES:
        both = stop.before.to(stop.span)
        return report(
            "missing-type",
            both,
            "the type follows the name",
            label="the wrong way round",
            fixes=(Fix("swap them", (Edit(both, f"{stop.text}: {name}"),)),),
        )
    if stop.kind == "NAME":
        gap = Span(stop.span.source, stop.before.end, stop.span.start)
        return report(
            "wrong-sign",
            stop.span,
            f"`:` stands between `{name}` and its type",
            label="the type?",
            fixes=(Fix("add `:`", (Edit(gap, ": "),)),),
        )
    if stop.kind == "=":
        return _no_type(stop, name)
    return None


def _no_type(stop: Stop, name: str) -> Diagnostic:
    value, kind = stop.text_at(1), stop.kind_at(1)
    if kind == "NAME" and value in _TYPES:
        place = Span(stop.span.source, stop.before.end, stop.span.end)
        return report(
            "wrong-sign",
            stop.span,
            f"the type of `{name}` stands behind `:`; `=` is for its value",
            label="write `:`",
            fixes=(Fix("write `:`", (Edit(place, ":"),)),),
        )
    guess = "string" if kind in (*_TEXT_ENDS, "STRING_HEAD") else "bool" if value in ("true", "false") else ""
    if kind == "NUMBER" and value.replace("_", "").replace(".", "", 1).isdigit():
        guess = "float" if "." in value else "int"
    end = Span(stop.span.source, stop.before.end, stop.before.end)
    fixes = (Fix(f"say that it is a `{guess}`", (Edit(end, f": {guess}"),)),) if guess else ()
    word = stop.text_at(-2)
    return report(
        "missing-type",
        stop.before,
        f"`{word} {name}` needs a type",
        label=f"write `{word} {name}: T = …`",
        fixes=fixes,
    )
