"""What a setting's value may look like: one function a shape, syntax in, checked expression out."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import TypeAlias

from kfdsl import ir
from kfdsl import syntax as s
from kfdsl.kinds import (
    BOOL,
    DURATION,
    FLOAT,
    INT,
    JSON,
    QUANTITY,
    STRING,
    UNKNOWN,
    Kind,
    ListOf,
    MapOf,
    Record,
    Unknown,
    bare,
    fits,
    is_artifact,
    is_number,
    show,
)
from kfdsl.lower import expressions, references
from kfdsl.lower.context import Edit, Fix, Label, did_you_mean
from kfdsl.lower.scope import Scope
from kfdsl.nearest import nearest
from kfdsl.units import amount, seconds

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
            return references.unknown(expr.span)
        if kind == STRING and _without_quotes(scope, plain):
            return references.unknown(expr.span)
        lowered = expressions.value(scope, plain, kind)
        references.refuse_key(scope, lowered, "a setting")
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
        "unknown-name", expr.span, f"nothing here is called `{word}`", label="not found",
        fixes=(Fix("if a text is meant, put it in quotes", (Edit(expr.span, f'"{word}"'),), safe=False),),
    )  # fmt: skip
    return True


def constant_of(kind: Kind) -> Shape:
    """Return the shape of a value that must be known when the file is compiled."""

    def check(scope: Scope, expr: s.Expression | s.Range) -> Checked:
        lowered = of_type(kind)(scope, expr)
        if isinstance(lowered, ir.RangeExpr) or isinstance(lowered.type, Unknown):
            return lowered
        return scope.module.fold(lowered)

    return check


def number(scope: Scope, expr: s.Expression | s.Range) -> Checked:
    """Check an int that may be a value, and is not below 0."""
    lowered = of_type(INT)(scope, expr)
    if isinstance(lowered, ir.Literal) and isinstance(lowered.value, int) and lowered.value < 0:
        scope.context.report("invalid-value", lowered.span, "this cannot be negative", label="below 0")
    return lowered


text: Shape = of_type(STRING)
constant_text: Shape = constant_of(STRING)
constant_int: Shape = constant_of(INT)
flag: Shape = constant_of(BOOL)


def as_text(scope: Scope, expr: s.Expression | s.Range) -> Checked:
    """Check a value that becomes text."""
    plain = no_range(scope, expr)
    if plain is None:
        return references.unknown(expr.span)
    lowered = expressions.text(scope, plain)
    if isinstance(lowered, ir.KeyRef):
        references.refuse_key(scope, lowered, "this")
    return lowered


def words(*known: str) -> Shape:
    """Return the shape of one of some words."""

    def check(scope: Scope, expr: s.Expression | s.Range) -> Checked:
        if isinstance(expr, s.Name) and expr.text not in scope.values:
            meant = expr.text if expr.text in known else nearest(expr.text, known)
            if meant:
                scope.context.report(
                    "unknown-name", expr.span, f"nothing here is called `{expr.text}`", label="words stand in quotes",
                    fixes=(Fix(f'did you mean `"{meant}"`?', (Edit(expr.span, f'"{meant}"'),)),),
                )  # fmt: skip
                return references.unknown(expr.span)
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


def duration(scope: Scope, expr: s.Expression | s.Range) -> Checked:
    """Check a duration longer than nothing."""
    lowered = delay(scope, expr)
    if isinstance(lowered, ir.Literal) and lowered.type == DURATION and seconds(str(lowered.value)) <= 0:
        scope.context.report(
            "invalid-value", lowered.span, "this takes no time at all", label="must be longer than 0"
        )
    return lowered


def delay(scope: Scope, expr: s.Expression | s.Range) -> Checked:
    """Check a duration, which may be nothing."""
    plain = no_range(scope, expr)
    if plain is None:
        return references.unknown(expr.span)
    lowered = expressions.present(scope, expressions.lower(scope, plain, DURATION))
    if isinstance(lowered, ir.Literal) and lowered.type == INT:
        scope.context.report(
            "wrong-unit",
            lowered.span,
            f"`{lowered.value}` of what? a duration has a unit",
            label="no unit",
            fixes=(Fix("did you mean seconds?", (Edit(lowered.span, f"{lowered.value}s"),), safe=False),),
        )
        return references.unknown(expr.span)
    return expressions.expect(scope, lowered, DURATION)


SMALLEST = {"cpu": Decimal("0.001"), "memory": Decimal(1024), "disk": Decimal(1024)}
LARGEST = {"cpu": Decimal(10_000), "memory": Decimal(2**50), "disk": Decimal(2**55)}
"""Amounts beyond which something else was meant; Kubernetes itself takes them, and no pod ever starts."""


def quantity_of(what: str) -> Shape:
    """Return the shape of one amount of `cpu`, `memory`, `disk` or another resource."""

    def check(scope: Scope, expr: s.Expression | s.Range) -> Checked:
        plain = no_range(scope, expr)
        return _amount(scope, plain, what) if plain is not None else references.unknown(expr.span)

    return check


def range_of(what: str) -> Shape:
    """Return the shape of `a`, `a..b`, `a..` or `..b` of a resource."""

    def check(scope: Scope, expr: s.Expression | s.Range) -> Checked:
        if not isinstance(expr, s.Range):
            one = _amount(scope, expr, what)
            return ir.RangeExpr(one, one, expr.span)
        low = _amount(scope, expr.low, what) if expr.low is not None else None
        high = _amount(scope, expr.high, what) if expr.high is not None else None
        if (
            isinstance(low, ir.Literal)
            and isinstance(high, ir.Literal)
            and UNKNOWN not in (low.type, high.type)
        ):
            if amount(str(low.value)) > amount(str(high.value)):
                swapped = f"{high.span.text}..{low.span.text}"
                scope.context.report(
                    "request-over-limit",
                    expr.span,
                    f"`{what}` requests more than its limit",
                    label="request..limit",
                    fixes=(Fix("swap them", (Edit(expr.span, swapped),)),),
                )
        return ir.RangeExpr(low, high, expr.span)

    return check


def _amount(scope: Scope, expr: s.Expression, what: str) -> ir.Expr:
    lowered = expressions.present(scope, expressions.lower(scope, expr, QUANTITY))
    if lowered.type not in (QUANTITY, INT, FLOAT, UNKNOWN):
        expressions.mismatch(scope, lowered, QUANTITY)
        return references.unknown(expr.span)
    if isinstance(lowered, ir.Literal) and lowered.type != UNKNOWN:
        _suspicious(scope, lowered, what)
    return lowered


def _suspicious(scope: Scope, expr: ir.Literal, what: str) -> None:
    value, written = amount(str(expr.value)), expr.span.text
    if value < 0:
        scope.context.report("invalid-value", expr.span, f"`{what}` cannot be negative", label="below 0")
    elif what in SMALLEST and 0 < value < SMALLEST[what]:
        if what != "cpu" and written.endswith("m"):
            size = "half a byte" if value == Decimal("0.5") else f"{value.normalize():f} bytes"
            digits = written[:-1]
            fixes = tuple(
                Fix(f"did you mean {name}?", (Edit(expr.span, digits + unit),))
                for unit, name in (("Mi", "mebibytes"), ("M", "megabytes"))
            )
            scope.context.report(
                "suspicious-quantity",
                expr.span,
                f"`{what} = {written}` asks for {size}",
                label="`m` means 1/1000, which is right for cpu only",
                fixes=fixes,
            )
        else:
            fixes = (
                (Fix("did you mean mebibytes?", (Edit(expr.span, f"{written}Mi"),)),)
                if written.isdigit()
                else ()
            )
            unit = "bytes" if what != "cpu" else "cores"
            scope.context.report(
                "suspicious-quantity",
                expr.span,
                f"`{what} = {written}` asks for {value.normalize():f} {unit}",
                label="hardly enough for anything",
                fixes=fixes,
            )
    elif what in LARGEST and value > LARGEST[what]:
        fixes = (
            (Fix("did you mean thousandths?", (Edit(expr.span, f"{written}m"),)),)
            if what == "cpu" and written.isdigit()
            else ()
        )
        scope.context.report(
            "suspicious-quantity",
            expr.span,
            f"`{what} = {written}` is more than any machine has",
            label="too large",
            fixes=fixes,
        )


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
        return references.unknown(expr.span)

    return check


def map_of(item: Shape, key: Callable[[Scope, s.Name], None] | None = None) -> Shape:
    """Return the shape of a map, each value of which has a shape; `key` checks the keys."""

    def check(scope: Scope, expr: s.Expression | s.Range) -> Checked:
        if not isinstance(expr, s.MapLiteral):
            scope.context.report(
                "invalid-value", expr.span, "this takes a map", label="expected `{ key = value }`"
            )
            return references.unknown(expr.span)
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
            return references.unknown(expr.span)
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


def is_bool(expr: s.Expression | s.Range) -> bool:
    """Tell whether a value is `true` or `false`."""
    return isinstance(expr, s.Bool)


def is_number_literal(expr: s.Expression | s.Range) -> bool:
    """Tell whether a value is a number, quantity or duration."""
    return isinstance(expr, s.Number)


def free(scope: Scope, expr: s.Expression | s.Range) -> Checked:
    """Check a value whose form belongs to Kubernetes: maps, lists and scalars as written."""
    plain = no_range(scope, expr)
    if plain is None:
        return references.unknown(expr.span)
    if isinstance(plain, s.ListLiteral):
        return ir.ListExpr(tuple(_expression(free(scope, i)) for i in plain.items), ListOf(JSON), plain.span)
    if isinstance(plain, s.MapLiteral):
        entries = tuple((e.key.text, _expression(free(scope, e.value))) for e in unique(scope, plain))
        return ir.MapExpr(entries, MapOf(JSON), plain.span)
    return expressions.present(scope, expressions.lower(scope, plain))


def condition_over(root: str, fields: Mapping[str, Kind]) -> Shape:
    """Return the shape of a condition that may also read `root.field`."""

    def check(scope: Scope, expr: s.Expression | s.Range) -> Checked:
        plain = no_range(scope, expr)
        if plain is None:
            return references.unknown(expr.span)
        return expressions.condition(scope.with_roots({root: fields}), plain)

    return check


def condition(scope: Scope, expr: s.Expression | s.Range) -> Checked:
    """Check a condition."""
    plain = no_range(scope, expr)
    return expressions.condition(scope, plain) if plain is not None else references.unknown(expr.span)


def value(scope: Scope, expr: s.Expression | s.Range) -> Checked:
    """Check a number of a metric."""
    plain = no_range(scope, expr)
    if plain is None:
        return references.unknown(expr.span)
    lowered = expressions.present(scope, expressions.lower(scope, plain))
    if not is_number(bare(lowered.type)) and not fits(lowered.type, DURATION):
        scope.context.report(
            "type-mismatch",
            lowered.span,
            f"a metric is a number, this is `{show(lowered.type)}`",
            label="not a number",
        )
    return lowered


_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")


def variable_name(scope: Scope, name: s.Name) -> None:
    """Check the name of an environment variable."""
    if not _VARIABLE.fullmatch(name.text):
        scope.context.report(
            "invalid-name",
            name.span,
            f"`{name.text}` cannot be an environment variable",
            label="letters, digits and `_`",
        )


def variable(scope: Scope, expr: s.Expression | s.Range) -> Checked:
    """Check the value of an environment variable: a text, a key of a secret or config, or `field(…)`."""
    plain = no_range(scope, expr)
    if plain is None:
        return references.unknown(expr.span)
    if isinstance(plain, s.Call) and isinstance(plain.function, s.Name) and plain.function.text == "field":
        arguments = [expressions.value(scope, a.value, STRING) for a in plain.arguments]
        if len(arguments) != 1:
            scope.context.report(
                "missing-argument",
                plain.span,
                "`field` takes the path of a field of the pod",
                label="one text",
            )
        return ir.FunctionCall("field", tuple(arguments), STRING, plain.span)
    return expressions.text(scope, plain)


def key_or_text(scope: Scope, expr: s.Expression | s.Range) -> Checked:
    """Check a text or a key of a config."""
    plain = no_range(scope, expr)
    if plain is None:
        return references.unknown(expr.span)
    lowered = expressions.value(scope, plain, STRING)
    if isinstance(lowered, ir.KeyRef):
        references.refuse_secret(scope, lowered, "this")
    return lowered


def resource_name(*kinds: str) -> Shape:
    """Return the shape of the name of a declared secret, config, volume or store."""

    def check(scope: Scope, expr: s.Expression | s.Range) -> Checked:
        if isinstance(expr, s.Name):
            found = scope.values.get(expr.text)
            if found is not None and found.what in kinds:
                return ir.Literal(expr.text, STRING, expr.span)
            if found is not None:
                scope.context.report(
                    "type-mismatch",
                    expr.span,
                    f"`{expr.text}` is a {found.what}, not a {' or '.join(kinds)}",
                    label="not possible here",
                    labels=(Label(found.declared, "declared here"),),
                )
                return references.unknown(expr.span)
            known = [n for n, v in scope.values.items() if v.what in kinds]
            scope.context.report(
                "unknown-name",
                expr.span,
                f"no {' or '.join(kinds)} is called `{expr.text}`",
                label="not found",
                fixes=did_you_mean(expr.text, known, expr.span),
            )
            return references.unknown(expr.span)
        scope.context.report(
            "invalid-value",
            expr.span,
            f"this takes the name of a {' or '.join(kinds)}",
            label="declare it first",
        )
        return references.unknown(expr.span)

    return check


def _expression(checked: Checked) -> ir.Expr:
    """Return what a shape inside a list or map gives; only settings themselves are ranges."""
    return references.unknown(checked.span) if isinstance(checked, ir.RangeExpr) else checked


def is_file(kind: Kind) -> bool:
    """Tell whether a type is one of artifacts."""
    return is_artifact(kind)
