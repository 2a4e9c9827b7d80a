"""What a place wants of a value: a checked expression and a type in, the expression or a finding out."""

from __future__ import annotations

import re

from kfdsl import ir
from kfdsl.diagnostics import Edit, Fix, Label
from kfdsl.kinds import (
    BOOL,
    DURATION,
    FLOAT,
    INT,
    QUANTITY,
    STRING,
    Enum,
    Kind,
    Optional,
    Scalar,
    bare,
    fits,
    show,
)
from kfdsl.lower import presence
from kfdsl.lower.context import did_you_mean
from kfdsl.lower.scope import Scope
from kfdsl.source import Span
from kfdsl.units import number_kind


def expect(scope: Scope, expr: ir.Expr, wanted: Kind, asked: Label | None = None) -> ir.Expr:
    """Check a value against the type that its place wants."""
    goal = bare(wanted)
    if isinstance(goal, Enum) and isinstance(expr, ir.Literal) and expr.type == STRING:
        return member(scope, expr, goal)
    if isinstance(expr, ir.Literal) and goal == FLOAT and expr.type == INT:
        return ir.Literal(expr.value, INT, expr.span)
    if not isinstance(wanted, Optional):
        expr = presence.present(scope, expr, wanted)
    if not fits(expr.type, wanted) and not isinstance(expr.type, Optional):
        mismatch(scope, expr, goal, asked)
    return expr


def mismatch(scope: Scope, expr: ir.Expr, wanted: Kind, asked: Label | None = None) -> None:
    """Report a value of the wrong type, with what mends it where that is known."""
    given = expr.type
    if {given, wanted} == {DURATION, QUANTITY}:
        fixes: tuple[Fix, ...] = ()
        if isinstance(expr, ir.Literal) and str(expr.value).endswith("m"):
            fixes = (Fix("did you mean minutes?", (Edit(expr.span, f"{expr.value}in"),)),)
        what = (
            "no duration: `m` is one thousandth, minutes are `min`"
            if fixes
            else f"a {show(given)}, not a {show(wanted)}"
        )
        scope.context.report(
            "wrong-unit",
            expr.span,
            f"`{expr.span.text}` is {what}",
            label=f"expected a {show(wanted)}",
            fixes=fixes,
        )
        return
    labels: tuple[Label, ...] = ()
    fixes = conversions(expr, wanted)
    if isinstance(expr, ir.ParamRef):
        declared = scope.values.get(expr.name)
        if declared is not None:
            labels = (Label(declared.declared, f"`{expr.name}` is a `{show(given)}` here"),)
            fixes = _declared_as(declared.declared, wanted) or fixes
    elif isinstance(expr, ir.OutputRef) and expr.step in scope.steps:
        at = scope.steps[expr.step].outputs_at.get(expr.output)
        labels = (Label(at, f"`{expr.output}` is a `{show(given)}` here"),) if at else ()
    scope.context.report(
        "type-mismatch",
        expr.span,
        f"expected `{show(wanted)}`, found `{show(given)}`",
        label=f"gives a `{show(given)}`",
        labels=(*labels, asked) if asked is not None else labels,
        fixes=fixes,
    )


_DECLARED = re.compile(r'\s*:\s*string\s*=\s*"([^"\n]*)"')


def _declared_as(name: Span, wanted: Kind) -> tuple[Fix, ...]:
    """Return the edit that declares a param as a number where its default is one in quotes."""
    found = _DECLARED.match(name.source.text, name.end)
    if found is None or number_kind(found[1]) not in (show(wanted), "int") or wanted not in (INT, FLOAT):
        return ()
    span = Span(name.source, found.start(), found.end())
    edit = Edit(span, f": {show(wanted)} = {found[1]}")
    return (Fix(f"declare the param as `{show(wanted)}`", (edit,), safe=False),)


def conversions(expr: ir.Expr, wanted: Kind) -> tuple[Fix, ...]:
    """Return the edit that turns a literal into the wanted type."""
    if not isinstance(expr, ir.Literal):
        if wanted == STRING and isinstance(expr.type, Scalar):
            return (Fix("make it text", (Edit(expr.span, f"string({expr.span.text})"),), safe=False),)
        return ()
    plain = str(expr.value)
    if (
        wanted in (INT, FLOAT, DURATION, QUANTITY)
        and expr.type == STRING
        and number_kind(plain) in ("int", show(wanted))
    ):
        return (Fix("remove the quotes", (Edit(expr.span, plain),)),)
    if wanted == BOOL and plain in ("true", "false") and expr.type == STRING:
        return (Fix("remove the quotes", (Edit(expr.span, plain),)),)
    if wanted == STRING and expr.type != BOOL:
        return (Fix("put it in quotes", (Edit(expr.span, f'"{expr.span.text}"'),)),)
    return ()


def member(scope: Scope, expr: ir.Literal, goal: Enum) -> ir.Expr:
    """Return a text as a member of an enum; report one that is none."""
    if expr.value not in goal.members:
        quoted = [f'"{m}"' for m in goal.members]
        fixes = did_you_mean(f'"{expr.value}"', quoted, expr.span)
        scope.context.report(
            "type-mismatch",
            expr.span,
            f"`{expr.value}` is none of {', '.join(quoted)}",
            label=f"expected `{show(goal)}`",
            fixes=fixes,
        )
    return ir.Literal(expr.value, goal, expr.span)
