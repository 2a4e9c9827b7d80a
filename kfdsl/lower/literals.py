"""Literals: numbers, texts with values in them, lists and maps; syntax in, checked expressions out."""

from __future__ import annotations

import re

from kfdsl import ir
from kfdsl import syntax as s
from kfdsl.diagnostics import Edit, Fix, Label
from kfdsl.kinds import (
    DURATION,
    FLOAT,
    INT,
    QUANTITY,
    STRING,
    UNKNOWN,
    Kind,
    ListOf,
    MapOf,
    Optional,
    Record,
    bare,
    common,
    is_artifact,
    show,
)
from kfdsl.lower import expressions, keys, presence
from kfdsl.lower.context import did_you_mean
from kfdsl.lower.scope import Scope
from kfdsl.source import Span
from kfdsl.units import number_kind


def number(scope: Scope, expr: s.Number) -> ir.Expr:
    """Lower a number, quantity or duration."""
    written, span = expr.text, expr.span
    match number_kind(written):
        case "int":
            digits = written.replace("_", "")
            if len(digits) > len(str(MOST_INT)) or int(digits) > MOST_INT:
                return _too_large(scope, span, f"the largest is {MOST_INT}")
            return ir.Literal(int(digits), INT, span)
        case "float":
            number = float(written.replace("_", ""))
            if number == float("inf"):
                return _too_large(scope, span, "the largest is about 1.8e308")
            return ir.Literal(number, FLOAT, span)
        case "quantity":
            return ir.Literal(written.replace("_", ""), QUANTITY, span)
        case "duration":
            return ir.Literal(written, DURATION, span)
        case "unknown":
            return _unknown_number(scope, written, span)


MOST_INT = 2**63 - 1
"""The largest `int` of both engines."""


def _too_large(scope: Scope, span: Span, largest: str) -> ir.Expr:
    scope.context.report("no-value", span, "a number of 64 bits cannot be so large", label=largest)
    return ir.Literal(0, UNKNOWN, span)


_UNITS_MEANT = {
    "gb": "G",
    "mb": "M",
    "kb": "k",
    "tb": "T",
    "gib": "Gi",
    "mib": "Mi",
    "kib": "Ki",
    "tib": "Ti",
    "g": "G",
    "gi": "Gi",
    "mi": "Mi",
    "ki": "Ki",
    "k": "k",
    "b": "",
    "mm": "m",
    "sec": "s",
    "secs": "s",
    "seconds": "s",
    "second": "s",
    "mins": "min",
    "minutes": "min",
    "minute": "min",
    "hr": "h",
    "hrs": "h",
    "hours": "h",
    "hour": "h",
    "days": "d",
    "day": "d",
    "mim": "min",
    "t": "T",
    "ti": "Ti",
}


def _unknown_number(scope: Scope, written: str, span: Span) -> ir.Expr:
    other = re.fullmatch(r"0[xXoObB][0-9a-fA-F_]+", written)
    digits = written.rstrip("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
    unit = written[len(digits) :]
    if other or not unit:
        plain = _decimal(written) if other else written.lstrip("0_") or "0"
        fixes = (Fix(f"write `{plain}`", (Edit(span, plain),)),) if plain else ()
        scope.context.report(
            "unknown-unit",
            span,
            f"`{written}` is not a decimal number" if other else f"`{written}` begins with a zero",
            label="numbers are decimal",
            fixes=(*fixes, Fix("or as text", (Edit(span, f'"{written}"'),), safe=False)),
        )
    else:
        meant = _UNITS_MEANT.get(unit.lower())
        fixes = (
            (Fix(f"did you mean `{digits}{meant}`?", (Edit(span, digits + meant),)),)
            if meant is not None
            else ()
        )
        scope.context.report(
            "unknown-unit",
            span,
            f"`{unit}` is no unit",
            label="not a number, quantity or duration",
            fixes=fixes,
            helps=("quantities end in m, k, M, G, T, Ki, Mi, Gi, Ti; durations in ms, s, min, h, d",),
        )
    return ir.Literal(0, UNKNOWN, span)


def _decimal(written: str) -> str:
    try:
        return str(int(written, 0))
    except ValueError:
        return ""


def interpolation(scope: Scope, expr: s.Interpolation) -> ir.Expr:
    """Lower a text with values in it."""
    parts: list[str | ir.Expr] = []
    for part in expr.parts:
        if isinstance(part, str):
            parts.append(part)
            continue
        lowered = expressions.as_text(scope, expressions.for_text(scope, part))
        kind = bare(lowered.type)
        if isinstance(kind, (ListOf, MapOf, Record)) and not is_artifact(kind):
            scope.context.report(
                "type-mismatch",
                lowered.span,
                f"a `{show(kind)}` has no text of its own",
                label=f"gives a `{show(kind)}`",
                fixes=(Fix("write it as JSON", (Edit(lowered.span, f"json({lowered.span.text})"),)),),
            )
        if isinstance(lowered, ir.KeyRef):
            keys.refuse_key(scope, lowered, "a text")
        parts.append(lowered)
    return ir.TextExpr(tuple(parts), STRING, expr.span)


def list_literal(scope: Scope, expr: s.ListLiteral, wanted: Kind | None) -> ir.Expr:
    """Lower a list; `wanted` types its items."""
    goal = bare(wanted) if wanted is not None else None
    item = goal.item if isinstance(goal, ListOf) else None
    items = tuple(
        expressions.value(scope, i, item)
        if item is not None
        else presence.present(scope, expressions.lower(scope, i))
        for i in expr.items
    )
    for one in items:
        keys.refuse_key(scope, one, "a list")
    kind = item if item is not None else common([bare(i.type) for i in items])
    return ir.ListExpr(items, ListOf(kind), expr.span)


def map_literal(scope: Scope, expr: s.MapLiteral, wanted: Kind | None) -> ir.Expr:
    """Lower a map: to a record, unless a map is wanted."""
    goal = bare(wanted) if wanted is not None else None
    entries: list[tuple[str, ir.Expr]] = []
    seen: dict[str, Span] = {}
    for entry in expr.entries:
        key = entry.key.text
        if key in seen:
            scope.context.report(
                "duplicate-key",
                entry.key.span,
                f"`{key}` is given twice",
                label="again here",
                labels=(Label(seen[key], "first here"),),
            )
            continue
        seen[key] = entry.key.span
        entries.append((key, _entry(scope, entry, goal)))
    if isinstance(goal, Record):
        missing = [n for n, k in goal.fields if n not in seen and not isinstance(k, Optional)]
        if missing:
            scope.context.report(
                "missing-argument",
                expr.span,
                f"the record lacks `{'`, `'.join(missing)}`",
                label=f"expected `{show(goal)}`",
            )
    elif not isinstance(goal, MapOf):
        goal = Record(tuple((k, v.type) for k, v in entries))
    return ir.MapExpr(tuple(entries), goal, expr.span)


def _entry(scope: Scope, entry: s.Entry, goal: Kind | None) -> ir.Expr:
    """Lower the value of an entry; report one that the wanted record does not have."""
    item = goal.item if isinstance(goal, MapOf) else None
    if isinstance(goal, Record):
        fields = dict(goal.fields)
        item = fields.get(entry.key.text)
        if item is None:
            scope.context.report(
                "unknown-field",
                entry.key.span,
                f"the record has no field `{entry.key.text}`",
                label=f"not in `{show(goal)}`",
                fixes=did_you_mean(entry.key.text, fields, entry.key.span),
            )
    if item is None:
        return presence.present(scope, expressions.lower(scope, entry.value))
    return expressions.value(scope, entry.value, item)
