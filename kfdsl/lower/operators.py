"""Operators: syntax in, checked expressions out, with what the left side of one says about the right."""

from __future__ import annotations

from kfdsl import ir
from kfdsl import syntax as s
from kfdsl.diagnostics import Label
from kfdsl.kinds import (
    BOOL,
    DURATION,
    FLOAT,
    INT,
    JSON,
    QUANTITY,
    STRING,
    UNKNOWN,
    Enum,
    Kind,
    ListOf,
    MapOf,
    Optional,
    Scalar,
    Unknown,
    bare,
    common,
    fits,
    is_artifact,
    is_number,
    is_text,
    optional,
    show,
)
from kfdsl.lower import expecting, expressions, keys, presence
from kfdsl.lower.facts import conjuncts, covers, fact, negated
from kfdsl.lower.scope import Scope


def unary(scope: Scope, expr: s.Unary) -> ir.Expr:
    """Lower `not` or a minus."""
    if expr.operator == "not":
        return ir.Unary("not", expressions.condition(scope, expr.operand), BOOL, expr.span)
    operand = presence.present(scope, expressions.lower(scope, expr.operand))
    if (
        isinstance(operand, ir.Literal)
        and operand.type in (INT, FLOAT)
        and not isinstance(operand.value, (str, bool))
    ):
        return ir.Literal(-operand.value, operand.type, expr.span)
    if not is_number(operand.type) and operand.type != UNKNOWN:
        expecting.mismatch(scope, operand, INT)
    return ir.Unary("-", operand, operand.type, expr.span)


def binary(scope: Scope, expr: s.Binary, wanted: Kind | None = None) -> ir.Expr:
    """Lower an operator; the right side of `and` and `or` knows what the left side says."""
    sign = expr.operator
    if sign in ("and", "or"):
        left = expressions.condition(scope, expr.left)
        known = conjuncts(fact(left) if sign == "and" else negated(fact(left)))
        return ir.Binary(sign, left, expressions.condition(scope.knowing(known), expr.right), BOOL, expr.span)
    if sign == "??":
        return coalesce(scope, expr, wanted)
    left, right = (
        presence.present(scope, expressions.lower(scope, expr.left)),
        presence.present(scope, expressions.lower(scope, expr.right)),
    )
    for side in (left, right):
        keys.refuse_key(scope, side, "an expression")
    if isinstance(left.type, Unknown) or isinstance(right.type, Unknown):
        return ir.Binary(sign, left, right, BOOL if sign in _COMPARING else UNKNOWN, expr.span)
    if sign in ("==", "!="):
        return _equality(scope, expr, left, right)
    if sign in ("<", "<=", ">", ">="):
        if (
            not (is_number(left.type) and is_number(right.type))
            and not (is_text(left.type) and is_text(right.type))
            and not (
                (left.type == right.type and left.type in (DURATION, QUANTITY))
                or JSON in (left.type, right.type)
            )
        ):
            _unfit(scope, expr, left, right, "compares two numbers or two texts")
        return ir.Binary(sign, left, right, BOOL, expr.span)
    if sign == "in":
        return _contains(scope, expr, left, right)
    return _arithmetic(scope, expr, left, right)


_COMPARING = ("==", "!=", "<", "<=", ">", ">=", "in")


def _equality(scope: Scope, expr: s.Binary, left: ir.Expr, right: ir.Expr) -> ir.Expr:
    if isinstance(left.type, Enum) and isinstance(right, ir.Literal) and right.type == STRING:
        right = expecting.member(scope, right, left.type)
    elif isinstance(right.type, Enum) and isinstance(left, ir.Literal) and left.type == STRING:
        left = expecting.member(scope, left, right.type)
    elif is_artifact(left.type) or is_artifact(right.type):
        _unfit(scope, expr, left, right, "compares values, not artifacts")
    elif not fits(left.type, right.type) and not fits(right.type, left.type):
        literal = right if isinstance(right, ir.Literal) else left
        other = left if literal is right else right
        scope.context.report(
            "type-mismatch",
            literal.span,
            f"a `{show(left.type)}` and a `{show(right.type)}` are never equal",
            label=f"this is a `{show(literal.type)}`",
            labels=(Label(other.span, f"this is a `{show(other.type)}`"),),
            fixes=expecting.conversions(literal, other.type),
        )
    return ir.Binary(expr.operator, left, right, BOOL, expr.span)


def _contains(scope: Scope, expr: s.Binary, left: ir.Expr, right: ir.Expr) -> ir.Expr:
    kind = right.type
    good = (
        (isinstance(kind, ListOf) and (fits(left.type, kind.item) or fits(kind.item, left.type)))
        or (is_text(kind) and is_text(left.type))
        or (isinstance(kind, MapOf) and is_text(left.type))
    )
    if not good:
        _unfit(scope, expr, left, right, "looks for an item in a list, or a text in a text")
    return ir.Binary("in", left, right, BOOL, expr.span)


def _arithmetic(scope: Scope, expr: s.Binary, left: ir.Expr, right: ir.Expr) -> ir.Expr:
    sign = expr.operator
    for side in (left, right):
        if not is_number(side.type) and side.type != JSON:
            helps = ('texts are joined by `"${a}${b}"`',) if sign == "+" and is_text(side.type) else ()
            scope.context.report(
                "type-mismatch",
                side.span,
                f"`{sign}` works on numbers, this is `{show(side.type)}`",
                label=f"gives a `{show(side.type)}`",
                helps=helps,
            )
            return ir.Binary(sign, left, right, UNKNOWN, expr.span)
    whole = left.type == INT and right.type == INT
    if sign == "%" and not whole:
        _unfit(scope, expr, left, right, "is the remainder of two `int`s")
    return ir.Binary(sign, left, right, INT if whole and sign != "/" else FLOAT, expr.span)


def _unfit(scope: Scope, expr: s.Binary, left: ir.Expr, right: ir.Expr, what: str) -> None:
    scope.context.report(
        "type-mismatch",
        expr.span,
        f"`{expr.operator}` {what}",
        label=f"a `{show(left.type)}` and a `{show(right.type)}`",
    )


def coalesce(scope: Scope, expr: s.Binary, wanted: Kind | None, *, textual: bool = False) -> ir.Expr:
    """Lower `a ?? b`: of type `T` if one of them is always there, else of type `T?`.

    That is so where `b` is present, or `a` and `b` are outputs of all branches of one `if … else`.
    Where the result becomes text (`textual`), a number may stand in for a text and the reverse.
    """
    left = expressions.lower(scope, expr.left, wanted)
    right = expressions.lower(scope, expr.right, wanted)
    for side in (left, right):
        keys.refuse_key(scope, side, "an expression")
    if isinstance(left, ir.ListExpr) or isinstance(left.type, Unknown) or isinstance(right.type, Unknown):
        return ir.Binary(
            "??", left, right, left.type if isinstance(left, ir.ListExpr) else UNKNOWN, expr.span
        )
    one, other = bare(left.type), bare(right.type)
    scalar = isinstance(one, (Scalar, Enum)) and isinstance(other, (Scalar, Enum))
    if not fits(other, one) and not fits(one, other) and not (textual and scalar):
        scope.context.report(
            "type-mismatch",
            right.span,
            f"expected `{show(one)}`, found `{show(other)}`",
            label=f"gives a `{show(other)}`",
            labels=(Label(left.span, f"a `{show(left.type)}`"),),
        )
    kind = _absent_result(left, right)
    if textual and scalar and not fits(other, one):
        kind = optional(STRING) if isinstance(kind, Optional) else STRING
    if isinstance(kind, Optional):
        operands = list(presence.operands(left)) + list(presence.operands(right))
        if all(isinstance(o, ir.OutputRef) for o in operands):
            infos = [scope.steps[o.step] for o in operands if isinstance(o, ir.OutputRef)]
            safe = (
                not any(i.may_fail or i.name in scope.place.failed for i in infos)
                and scope.place.handler is None
            )
            if safe and covers([tuple(presence.remaining(scope, i)) for i in infos]):
                kind = kind.item
    return ir.Binary("??", left, right, kind, expr.span)


def _absent_result(left: ir.Expr, right: ir.Expr) -> Kind:
    """Return the type of `left ?? right`."""
    kind = common([bare(left.type), bare(right.type)])
    return optional(kind) if isinstance(right.type, Optional) else kind
