"""What a setting's value may look like: one function a shape, syntax in, checked expression out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from kfdsl import ir
from kfdsl import syntax as s
from kfdsl.diagnostics import Edit, Fix, Label
from kfdsl.kinds import BOOL, INT, JSON, STRING, UNKNOWN, Kind, ListOf, MapOf, Record, Unknown
from kfdsl.lower import expressions, keys, presence
from kfdsl.lower.constants import unknown
from kfdsl.lower.context import did_you_mean
from kfdsl.lower.scope import Scope
from kfdsl.nearest import nearest

Checked: TypeAlias = "ir.Expr | ir.RangeExpr"
Shape: TypeAlias = Callable[[Scope, "s.Expression | s.Range"], Checked]


def no_range(scope: Scope, expr: s.Expression | s.Range) -> s.Expression | None:
    """Return an expression; report a range where none belongs."""
    if isinstance(expr, s.Range):
        scope.context.report("invalid-value", expr.span, "this takes one value, not a range", label="a range")
        return None
    return expr


def of_type(kind: Kind) -> Shape:
    """Return the shape of a value of a type, known at run time or before."""

    def check(scope: Scope, expr: s.Expression | s.Range) -> Checked:
        plain = no_range(scope, expr)
        if plain is None:
            return unknown(expr.span)
        if kind == STRING and _without_quotes(scope, plain):
            return unknown(expr.span)
        lowered = expressions.value(scope, plain, kind)
        keys.refuse_key(scope, lowered, "a setting")
        return lowered

    return check


def _without_quotes(scope: Scope, expr: s.Expression) -> bool:
    """Report a word where a text belongs, if it is not nearly a name that exists."""
    if not isinstance(expr, s.Name) or expr.text in scope.steps or expr.text in scope.roots:
        return False
    word = expr.text
    if word in scope.values or scope.module.missing(word) or nearest(word, scope.values) is not None:
        return False
    scope.context.report(
        "unknown-name",
        expr.span,
        f"nothing here is called `{word}`",
        label="not found",
        fixes=(Fix("if a text is meant, put it in quotes", (Edit(expr.span, f'"{word}"'),), safe=False),),
    )
    return True


def constant_of(kind: Kind) -> Shape:
    """Return the shape of a value that must be known when the file is compiled."""

    def check(scope: Scope, expr: s.Expression | s.Range) -> Checked:
        lowered = of_type(kind)(scope, expr)
        if isinstance(lowered, ir.RangeExpr) or isinstance(lowered.type, Unknown):
            return lowered
        return scope.module.fold(lowered)

    return check


text: Shape = of_type(STRING)
constant_text: Shape = constant_of(STRING)
constant_int: Shape = constant_of(INT)
flag: Shape = constant_of(BOOL)


def as_text(scope: Scope, expr: s.Expression | s.Range) -> Checked:
    """Check a value that becomes text."""
    plain = no_range(scope, expr)
    if plain is None:
        return unknown(expr.span)
    lowered = expressions.text(scope, plain)
    if isinstance(lowered, ir.KeyRef):
        keys.refuse_key(scope, lowered, "this")
    return lowered


def words(*known: str) -> Shape:
    """Return the shape of one of some words."""

    def check(scope: Scope, expr: s.Expression | s.Range) -> Checked:
        if isinstance(expr, s.Name) and expr.text not in scope.values:
            meant = expr.text if expr.text in known else nearest(expr.text, known)
            if meant:
                scope.context.report(
                    "unknown-name",
                    expr.span,
                    f"nothing here is called `{expr.text}`",
                    label="words stand in quotes",
                    fixes=(Fix(f'did you mean `"{meant}"`?', (Edit(expr.span, f'"{meant}"'),)),),
                )
                return unknown(expr.span)
        lowered = constant_text(scope, expr)
        if isinstance(lowered, ir.Literal) and lowered.type == STRING and lowered.value not in known:
            shown = ", ".join(f'"{w}"' for w in known)
            scope.context.report(
                "invalid-value",
                lowered.span,
                f"`{lowered.value}` is none of {shown}",
                label="not one of them",
                fixes=did_you_mean(f'"{lowered.value}"', [f'"{w}"' for w in known], lowered.span),
            )
        return lowered

    return check


def list_of(item: Shape) -> Shape:
    """Return the shape of a list, each item of which has a shape."""

    def check(scope: Scope, expr: s.Expression | s.Range) -> Checked:
        if isinstance(expr, s.ListLiteral):
            items = tuple(_expression(item(scope, i)) for i in expr.items)
            return ir.ListExpr(items, ListOf(UNKNOWN), expr.span)
        scope.context.report(
            "invalid-value",
            expr.span,
            "this takes a list",
            label="expected `[ … ]`",
            fixes=(Fix("make it a list", (Edit(expr.span, f"[{expr.span.text}]"),)),)
            if not isinstance(expr, s.Range)
            else (),
        )
        return unknown(expr.span)

    return check


def map_of(item: Shape, key: Callable[[Scope, s.Name], None] | None = None) -> Shape:
    """Return the shape of a map, each value of which has a shape; `key` checks the keys."""

    def check(scope: Scope, expr: s.Expression | s.Range) -> Checked:
        if not isinstance(expr, s.MapLiteral):
            scope.context.report(
                "invalid-value", expr.span, "this takes a map", label="expected `{ key = value }`"
            )
            return unknown(expr.span)
        entries: list[tuple[str, ir.Expr]] = []
        for entry in unique(scope, expr):
            if key is not None:
                key(scope, entry.key)
            entries.append((entry.key.text, _expression(item(scope, entry.value))))
        return ir.MapExpr(tuple(entries), MapOf(UNKNOWN), expr.span)

    return check


def record_of(fields: Mapping[str, Shape], required: tuple[str, ...] = ()) -> Shape:
    """Return the shape of a map with known keys."""

    def check(scope: Scope, expr: s.Expression | s.Range) -> Checked:
        if not isinstance(expr, s.MapLiteral):
            scope.context.report(
                "invalid-value", expr.span, "this takes a map", label=f"with the keys {', '.join(fields)}"
            )
            return unknown(expr.span)
        entries: list[tuple[str, ir.Expr]] = []
        for entry in unique(scope, expr):
            shape = fields.get(entry.key.text)
            if shape is None:
                scope.context.report(
                    "unknown-setting",
                    entry.key.span,
                    f"there is no `{entry.key.text}` here",
                    label=f"known: {', '.join(fields)}",
                    fixes=did_you_mean(entry.key.text, fields, entry.key.span),
                )
                continue
            entries.append((entry.key.text, _expression(shape(scope, entry.value))))
        for name in required:
            if not any(e.key.text == name for e in expr.entries):
                scope.context.report(
                    "missing-argument", expr.span, f"`{name}` is missing", label="needed here"
                )
        return ir.MapExpr(tuple(entries), Record(tuple((k, v.type) for k, v in entries)), expr.span)

    return check


def unique(scope: Scope, expr: s.MapLiteral) -> list[s.Entry]:
    """Return the entries of a map; report keys that are given twice."""
    seen: dict[str, s.Entry] = {}
    for entry in expr.entries:
        first = seen.setdefault(entry.key.text, entry)
        if first is not entry:
            scope.context.report(
                "duplicate-key",
                entry.key.span,
                f"`{entry.key.text}` is given twice",
                label="again here",
                labels=(Label(first.key.span, "first here"),),
            )
    return list(seen.values())


def either(*shapes: tuple[Callable[[s.Expression | s.Range], bool], Shape], otherwise: Shape) -> Shape:
    """Return the shape that is chosen by how the value is written."""

    def check(scope: Scope, expr: s.Expression | s.Range) -> Checked:
        for test, shape in shapes:
            if test(expr):
                return shape(scope, expr)
        return otherwise(scope, expr)

    return check


def is_map(expr: s.Expression | s.Range) -> bool:
    """Tell whether a value is written as a map."""
    return isinstance(expr, s.MapLiteral)


def is_list(expr: s.Expression | s.Range) -> bool:
    """Tell whether a value is written as a list."""
    return isinstance(expr, s.ListLiteral)


def free(scope: Scope, expr: s.Expression | s.Range) -> Checked:
    """Check a value whose form belongs to Kubernetes: maps, lists and scalars as written."""
    plain = no_range(scope, expr)
    if plain is None:
        return unknown(expr.span)
    if isinstance(plain, s.ListLiteral):
        return ir.ListExpr(tuple(_expression(free(scope, i)) for i in plain.items), ListOf(JSON), plain.span)
    if isinstance(plain, s.MapLiteral):
        entries = tuple((e.key.text, _expression(free(scope, e.value))) for e in unique(scope, plain))
        return ir.MapExpr(entries, MapOf(JSON), plain.span)
    return presence.present(scope, expressions.lower(scope, plain))


def condition_over(root: str, fields: Mapping[str, Kind]) -> Shape:
    """Return the shape of a condition that may also read `root.field`."""

    def check(scope: Scope, expr: s.Expression | s.Range) -> Checked:
        plain = no_range(scope, expr)
        if plain is None:
            return unknown(expr.span)
        return expressions.condition(scope.with_roots({root: fields}, near=True), plain)

    return check


def condition(scope: Scope, expr: s.Expression | s.Range) -> Checked:
    """Check a condition."""
    plain = no_range(scope, expr)
    return expressions.condition(scope, plain) if plain is not None else unknown(expr.span)


def _expression(checked: Checked) -> ir.Expr:
    """Return what a shape inside a list or map gives; only settings themselves are ranges."""
    return unknown(checked.span) if isinstance(checked, ir.RangeExpr) else checked
