"""Shapes of numbers: counts, durations, quantities and their ranges, with what is suspicious about them."""

from __future__ import annotations

from decimal import Decimal

from kfdsl import ir
from kfdsl import syntax as s
from kfdsl.diagnostics import Edit, Fix
from kfdsl.kinds import DURATION, FLOAT, INT, QUANTITY, UNKNOWN, bare, fits, is_number, show
from kfdsl.lower import expecting, expressions, presence, shapes
from kfdsl.lower.constants import unknown
from kfdsl.lower.scope import Scope
from kfdsl.lower.shapes import Checked, Shape
from kfdsl.units import amount, seconds


def number(scope: Scope, expr: s.Expression | s.Range) -> Checked:
    """Check an int that may be a value, and is not below 0."""
    lowered = shapes.of_type(INT)(scope, expr)
    if isinstance(lowered, ir.Literal) and isinstance(lowered.value, int) and lowered.value < 0:
        scope.context.report("invalid-value", lowered.span, "this cannot be negative", label="below 0")
    return lowered


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
    plain = shapes.no_range(scope, expr)
    if plain is None:
        return unknown(expr.span)
    lowered = presence.present(scope, expressions.lower(scope, plain, DURATION))
    if isinstance(lowered, ir.Literal) and lowered.type == INT:
        scope.context.report(
            "wrong-unit",
            lowered.span,
            f"`{lowered.value}` of what? a duration has a unit",
            label="no unit",
            fixes=(Fix("did you mean seconds?", (Edit(lowered.span, f"{lowered.value}s"),), safe=False),),
        )
        return unknown(expr.span)
    return expecting.expect(scope, lowered, DURATION)


SMALLEST = {"cpu": Decimal("0.001"), "memory": Decimal(1024), "disk": Decimal(1024)}
LARGEST = {"cpu": Decimal(10_000), "memory": Decimal(2**50), "disk": Decimal(2**55)}
"""Amounts beyond which something else was meant; Kubernetes itself takes them, and no pod ever starts."""


def quantity_of(what: str) -> Shape:
    """Return the shape of one amount of `cpu`, `memory`, `disk` or another resource."""

    def check(scope: Scope, expr: s.Expression | s.Range) -> Checked:
        plain = shapes.no_range(scope, expr)
        return _amount(scope, plain, what) if plain is not None else unknown(expr.span)

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
            and amount(str(low.value)) > amount(str(high.value))
        ):
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
    lowered = presence.present(scope, expressions.lower(scope, expr, QUANTITY))
    if lowered.type not in (QUANTITY, INT, FLOAT, UNKNOWN):
        expecting.mismatch(scope, lowered, QUANTITY)
        return unknown(expr.span)
    if isinstance(lowered, ir.Literal) and lowered.type != UNKNOWN:
        _suspicious(scope, lowered, what)
    return lowered


def _suspicious(scope: Scope, expr: ir.Literal, what: str) -> None:
    value, written = amount(str(expr.value)), expr.span.text
    if value < 0:
        scope.context.report("invalid-value", expr.span, f"`{what}` cannot be negative", label="below 0")
    elif what in SMALLEST and 0 < value < SMALLEST[what]:
        _too_small(scope, expr, what, value)
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


def _too_small(scope: Scope, expr: ir.Literal, what: str, value: Decimal) -> None:
    """Report an amount that is hardly enough for anything; thousandths of a byte come of `m` for mega."""
    written = expr.span.text
    size = f"{value.normalize():f} {'cores' if what == 'cpu' else 'bytes'}"
    label = "hardly enough for anything"
    units = [("Mi", "mebibytes")] if written.isdigit() else []
    if what != "cpu" and written.endswith("m"):
        size = "half a byte" if value == Decimal("0.5") else size
        label = "`m` means 1/1000, which is right for cpu only"
        units = [("Mi", "mebibytes"), ("M", "megabytes")]
    digits = written.removesuffix("m")
    scope.context.report(
        "suspicious-quantity",
        expr.span,
        f"`{what} = {written}` asks for {size}",
        label=label,
        fixes=tuple(Fix(f"did you mean {name}?", (Edit(expr.span, digits + unit),)) for unit, name in units),
    )


def measured(scope: Scope, expr: s.Expression | s.Range) -> Checked:
    """Check a number of a metric."""
    plain = shapes.no_range(scope, expr)
    if plain is None:
        return unknown(expr.span)
    lowered = presence.present(scope, expressions.lower(scope, plain))
    if not is_number(bare(lowered.type)) and not fits(lowered.type, DURATION):
        scope.context.report(
            "type-mismatch",
            lowered.span,
            f"a metric is a number, this is `{show(lowered.type)}`",
            label="not a number",
        )
    return lowered
