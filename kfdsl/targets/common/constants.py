"""Expressions without references."""

from __future__ import annotations

from typing import Final, NamedTuple

from kfdsl import evaluate, ir
from kfdsl.functions import text_of
from kfdsl.node import Node
from kfdsl.targets.common.refusal import Refused


class NotConstant(NamedTuple):
    """No constant."""


NOT_CONSTANT: Final = NotConstant()


def constant(expr: ir.Expr | Node) -> ir.Constant | NotConstant:
    """Return the value of an expression without references."""
    match expr:
        case ir.Literal(value):
            return value
        case ir.ListExpr(items):
            values = [constant(item) for item in items]
            return NOT_CONSTANT if NOT_CONSTANT in values else values  # type: ignore[return-value]  # just excluded
        case ir.MapExpr(entries):
            fields = {name: constant(value) for name, value in entries}
            return NOT_CONSTANT if NOT_CONSTANT in fields.values() else fields  # type: ignore[return-value]  # same
        case ir.TextExpr(parts):
            texts = [part if isinstance(part, str) else constant(part) for part in parts]
            if NOT_CONSTANT in texts:
                return NOT_CONSTANT
            return "".join(text_of(t) for t in texts)
        case ir.Unary("-", operand):
            number = constant(operand)
            return -number if isinstance(number, (int, float)) else NOT_CONSTANT
        case ir.Cast(operand):
            return constant(operand)
        case ir.KubeflowWord(_, meaning) if meaning is not None:
            return constant(meaning)
        case ir.FunctionCall(_, arguments) if NOT_CONSTANT not in map(constant, arguments):
            return _called(expr)
        case _:
            return NOT_CONSTANT


def required(expr: ir.Expr, what: str, refused: type[Refused]) -> ir.Constant:
    """Return the value of a setting that must be constant on a target.

    Raises:
        Refused: it is not; the class of the target, which is given.
    """
    value = constant(expr)
    if isinstance(value, NotConstant):
        raise refused(expr.span, f"`{what}` must be a constant on {refused.engine}")
    return value


def _called(expr: ir.FunctionCall) -> ir.Constant | NotConstant:
    try:
        found: ir.Constant = evaluate.constant(expr)
    except (evaluate.EvaluationError, evaluate.NotConstantError):
        return NOT_CONSTANT
    return found
