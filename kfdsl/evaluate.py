"""The meaning of expressions: a checked expression and the values of its references give a value.

Used by constant folding, defaults, conditions and, later, tests and local runs, so that all mean the same.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from kfdsl import ir
from kfdsl.functions import FUNCTIONS, text_of

ABSENT = None
"""The value of an absent `T?`; the language has no null, so nothing else is None."""

Lookup = Callable[[ir.Expr], Any]


class NotConstantError(Exception):
    """The expression needs a value that is known at run time only."""


class EvaluationError(Exception):
    """The expression has no value: a division by zero, an index out of range, a text that is no number."""


def constant(expr: ir.Expr) -> Any:  # noqa: ANN401  # any constant
    """Return the value of an expression without references.

    Raises:
        NotConstantError: it has references.
        EvaluationError: it has no value.

    """
    return evaluate(expr, _no_reference)


def _no_reference(expr: ir.Expr) -> Any:  # noqa: ANN401
    raise NotConstantError(type(expr).__name__)


def evaluate(expr: ir.Expr, lookup: Lookup) -> Any:  # noqa: ANN401
    """Return the value of an expression; `lookup` gives those of references, ABSENT for what is absent.

    Raises:
        EvaluationError: it has no value.

    """
    match expr:
        case ir.Literal(value):
            return value
        case ir.ListExpr(items):
            return [evaluate(item, lookup) for item in items]
        case ir.MapExpr(entries):
            return {key: evaluate(value, lookup) for key, value in entries}
        case ir.TextExpr(parts):
            return "".join(p if isinstance(p, str) else text_of(evaluate(p, lookup)) for p in parts)
        case ir.Unary(sign, operand):
            value = evaluate(operand, lookup)
            return not value if sign == "not" else -value
        case ir.Binary():
            return _binary(expr, lookup)
        case ir.FieldOf(base, name):
            record = evaluate(base, lookup)
            return record.get(name) if isinstance(record, dict) else None
        case ir.IndexOf(base, index):
            return _item(evaluate(base, lookup), evaluate(index, lookup))
        case ir.FunctionCall(name, arguments):
            return _call(name, [evaluate(a, lookup) for a in arguments])
        case _:
            return lookup(expr)


def _item(value: Any, index: Any) -> Any:  # noqa: ANN401
    try:
        return value[index]
    except (IndexError, KeyError, TypeError) as error:
        message = f"there is no item {index!r}"
        raise EvaluationError(message) from error


def _call(name: str, arguments: list[Any]) -> Any:  # noqa: ANN401
    if name in ("date", "jsonpath"):
        raise NotConstantError(name)
    try:
        return FUNCTIONS[name].compute(*arguments)
    except (ValueError, TypeError, ArithmeticError) as error:
        message = f"`{name}` has no result: {error}"
        raise EvaluationError(message) from error


_SIMPLE: dict[str, Callable[[Any, Any], Any]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
}


def _binary(expr: ir.Binary, lookup: Lookup) -> Any:  # noqa: ANN401
    sign = expr.operator
    if sign in ("and", "or"):
        left = evaluate(expr.left, lookup)
        return evaluate(expr.right, lookup) if left == (sign == "and") else left
    if sign == "??":
        left = evaluate(expr.left, lookup)
        return evaluate(expr.right, lookup) if left is ABSENT else left
    left, right = evaluate(expr.left, lookup), evaluate(expr.right, lookup)
    if sign == "in":
        return left in right
    if sign in _SIMPLE:
        return _SIMPLE[sign](left, right)
    if right == 0:
        message = "division by zero"
        raise EvaluationError(message)
    if sign == "/":
        return left / right
    return left - right * int(left / right)
