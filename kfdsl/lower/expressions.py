"""Expressions: syntax to checked expressions, with types, presence and what they read."""

from __future__ import annotations

from typing import assert_never

from kfdsl import ir
from kfdsl import syntax as s
from kfdsl.diagnostics import Label
from kfdsl.kinds import BOOL, JSON, STRING, UNKNOWN, Kind, Optional, bare, is_artifact, optional, show
from kfdsl.lower import calls, expecting, literals, operators, presence, references
from kfdsl.lower.scope import Scope


def value(
    scope: Scope, expr: s.Expression, wanted: Kind | None = None, asked: Label | None = None
) -> ir.Expr:
    """Lower an expression that must have a value, of the wanted type if one is given."""
    lowered = lower(scope, expr, wanted)
    return (
        expecting.expect(scope, lowered, wanted, asked)
        if wanted is not None
        else presence.present(scope, lowered)
    )


def declared(scope: Scope, expr: s.Expression, wanted: Kind, asked: Label | None = None) -> ir.Expr:
    """Lower an expression where its type is written: `json` is read as that type."""
    lowered = lower(scope, expr, wanted)
    if bare(lowered.type) == JSON and bare(wanted) != JSON and not is_artifact(wanted):
        value_ = lowered if isinstance(wanted, Optional) else presence.present(scope, lowered, wanted)
        kind = optional(bare(wanted)) if isinstance(value_.type, Optional) else bare(wanted)
        return ir.Cast(value_, kind, expr.span)
    return expecting.expect(scope, lowered, wanted, asked)


def condition(scope: Scope, expr: s.Expression) -> ir.Expr:
    """Lower a condition: a bool."""
    lowered = presence.present(scope, lower(scope, expr, BOOL))
    if lowered.type not in (BOOL, UNKNOWN):
        scope.context.report(
            "not-a-condition",
            lowered.span,
            f"a condition is `bool`, this is `{show(lowered.type)}`",
            label=f"gives a `{show(lowered.type)}`",
            helps=("compare it with something",) if not is_artifact(lowered.type) else (),
        )
    return lowered


def text(scope: Scope, expr: s.Expression) -> ir.Expr:
    """Lower an expression that becomes text: of a command, an environment variable, a label."""
    return as_text(scope, for_text(scope, expr))


def for_text(scope: Scope, expr: s.Expression) -> ir.Expr:
    """Lower an expression that becomes text: the sides of its `??` may be of different types."""
    if isinstance(expr, s.Binary) and expr.operator == "??":
        return operators.coalesce(scope, expr, None, textual=True)
    return lower(scope, expr, None)


def as_text(scope: Scope, lowered: ir.Expr) -> ir.Expr:
    """Check that a value can become text; what is declared optional is the empty text when absent."""
    if isinstance(lowered, (ir.InputRef, ir.ParamRef, ir.ItemRef)):
        return lowered
    return presence.present(scope, lowered)


def lower(  # noqa: C901, PLR0912  # a match over all expressions
    scope: Scope, expr: s.Expression, wanted: Kind | None = None
) -> ir.Expr:
    """Lower an expression, optional or not; `wanted` helps to type literals."""
    match expr:
        case s.Name() | s.Field() | s.Each() | s.Index():
            return references.lower(scope, expr)
        case s.Number():
            return literals.number(scope, expr)
        case s.Bool(truth, span):
            return ir.Literal(truth, BOOL, span)
        case s.Text(content, _, span):
            return ir.Literal(content, STRING, span)
        case s.Interpolation():
            return literals.interpolation(scope, expr)
        case s.ListLiteral():
            return literals.list_literal(scope, expr, wanted)
        case s.MapLiteral():
            return literals.map_literal(scope, expr, wanted)
        case s.Call():
            return calls.lower(scope, expr, wanted)
        case s.Unary():
            return operators.unary(scope, expr)
        case s.Binary():
            return operators.binary(scope, expr, wanted)
        case s.Parenthesis(inner, _):
            return lower(scope, inner, wanted)
        case s.VariableRef() | s.IfPresent() | s.KubeflowWord():
            from kfdsl.lower.kubeflow import expressions  # noqa: PLC0415  # few programs import YAML

            return expressions.lower(scope, expr)
        case _:
            assert_never(expr)
