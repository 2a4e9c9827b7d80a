"""The meaning of expressions: a checked expression and the values of its references give a value.

Used by constant folding, defaults, conditions and, later, tests and local runs, so that all mean the same.
"""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable, Iterable
from typing import Any

from kfdsl import ir
from kfdsl.functions import FUNCTIONS, LARGEST, json_text, text_of
from kfdsl.kinds import DURATION, QUANTITY, Kind, Unknown, bare, holds, show
from kfdsl.units import amount, seconds

ABSENT = None
"""The value of an absent `T?`; the language has no null, so nothing else is None."""

ITEM = 16
"""Characters that an item of a list or map counts as."""

_TOO_LARGE = f"it has more than {LARGEST} characters, an item of a list counted as {ITEM}"

Lookup = Callable[[ir.Expr], Any]


class NotConstantError(Exception):
    """The expression needs a value that is known at run time only."""


class UnknownError(NotConstantError):
    """The expression holds a mistake that has been reported."""


class EvaluationError(Exception):
    """The expression has no value: a division by zero, an index out of range, a text that is no number."""


def constant(expr: ir.Expr) -> Any:  # noqa: ANN401  # any constant
    """Return the value of an expression without references.

    Raises:
        NotConstantError: it has references.
        EvaluationError: it has no value.

    """
    value = evaluate(expr, _no_reference)
    _check_size(value)
    return value


def _check_size(value: Any) -> None:  # noqa: ANN401  # any constant
    """Refuse what no engine could hold; a list that stands at many places counts at each of them."""
    waiting, size = [value], 0
    while waiting:
        one = waiting.pop()
        inside = list(one.values()) if isinstance(one, dict) else one if isinstance(one, list) else ()
        size += len(one) if isinstance(one, str) else ITEM * len(inside)
        if size > LARGEST:
            raise EvaluationError(_TOO_LARGE)
        waiting += inside


def _no_reference(expr: ir.Expr) -> Any:  # noqa: ANN401  # any constant
    raise NotConstantError(type(expr).__name__)


def evaluate(expr: ir.Expr, lookup: Lookup) -> Any:  # noqa: ANN401, C901  # any constant; a match over expressions
    """Return the value of an expression; `lookup` gives those of references, ABSENT for what is absent.

    Raises:
        EvaluationError: it has no value.

    """
    match expr:
        case ir.Literal():
            return _literal(expr)
        case ir.ListExpr(items):
            return [evaluate(item, lookup) for item in items]
        case ir.MapExpr(entries):
            return {key: evaluate(value, lookup) for key, value in entries}
        case ir.TextExpr(parts):
            return _text(parts, lookup)
        case ir.Unary(sign, operand):
            return _unary(sign, evaluate(operand, lookup))
        case ir.Binary():
            return _binary(expr, lookup)
        case ir.FieldOf(base, name):
            return _field(evaluate(base, lookup), name)
        case ir.IndexOf(base, index):
            return _item(evaluate(base, lookup), evaluate(index, lookup))
        case ir.Cast(operand, kind):
            return _read_as(kind, evaluate(operand, lookup))
        case ir.FunctionCall(name, arguments):
            return _call(name, [evaluate(a, lookup) for a in arguments])
        case _:
            return lookup(expr)


def _field(record: Any, name: str) -> Any:  # noqa: ANN401  # any constant
    return record.get(name) if isinstance(record, dict) else None


def _unary(sign: str, value: Any) -> Any:  # noqa: ANN401  # any constant
    if sign == "not":
        return not value
    if isinstance(value, str):  # a duration or quantity
        raise UnknownError
    return -value


def _text(parts: Iterable[str | ir.Expr], lookup: Lookup) -> str:
    texts, size = [], 0
    for part in parts:
        texts.append(part if isinstance(part, str) else text_of(evaluate(part, lookup)))
        size += len(texts[-1])
        if size > LARGEST:
            raise EvaluationError(_TOO_LARGE)
    return "".join(texts)


def _literal(expr: ir.Literal) -> Any:  # noqa: ANN401  # any constant
    if isinstance(expr.type, Unknown):
        raise UnknownError
    return expr.value


def _item(value: Any, index: Any) -> Any:  # noqa: ANN401  # any constant
    try:
        return value[index]
    except (IndexError, KeyError, TypeError) as error:
        message = f"there is no item {index!r}"
        raise EvaluationError(message) from error


def _call(name: str, arguments: list[Any]) -> Any:  # noqa: ANN401  # any constant
    if name == "date":
        raise NotConstantError(name)
    try:
        return FUNCTIONS[name].compute(*arguments)
    except NotImplementedError as error:
        raise NotConstantError(name) from error
    except (ValueError, TypeError, ArithmeticError, re.error) as error:
        message = f"`{name}` has no result: {error}"
        raise EvaluationError(message) from error


def _read_as(kind: Kind, value: Any) -> Any:  # noqa: ANN401  # any constant
    """Return a JSON value that has the shape of a type."""
    if not holds(kind, value):
        message = f"{json_text(value)} is no `{show(kind)}`"
        raise EvaluationError(message)
    return value


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


def _binary(expr: ir.Binary, lookup: Lookup) -> Any:  # noqa: ANN401  # any constant
    sign = expr.operator
    if sign in ("and", "or"):
        left = evaluate(expr.left, lookup)
        return evaluate(expr.right, lookup) if left == (sign == "and") else left
    if sign == "??":
        left = evaluate(expr.left, lookup)
        return evaluate(expr.right, lookup) if left is ABSENT else left
    left = _measure(expr.left.type, evaluate(expr.left, lookup))
    right = _measure(expr.right.type, evaluate(expr.right, lookup))
    try:
        if sign == "in":
            return left in right
        if sign in _SIMPLE:
            return _in_range(_SIMPLE[sign](left, right))
    except TypeError as error:
        message = f"`{sign}` does not work on these values"
        raise EvaluationError(message) from error
    if right == 0:
        message = "division by zero"
        raise EvaluationError(message)
    if sign == "/":
        return _in_range(left / right)
    rest = abs(left) % abs(right)
    return rest if left >= 0 else -rest


def _measure(kind: Kind, value: Any) -> Any:  # noqa: ANN401  # any constant
    """Return a duration or quantity as a number, so that `300s == 5min` and `2Gi > 500Mi`."""
    if bare(kind) == DURATION and isinstance(value, str):
        return seconds(value)
    if bare(kind) == QUANTITY and isinstance(value, str):
        return amount(value)
    return value


def _in_range(value: Any) -> Any:  # noqa: ANN401  # any constant
    """Return a number that the engines have too: 64 bits, finite."""
    whole = isinstance(value, int) and not isinstance(value, bool) and not -(2**63) <= value < 2**63
    if whole or (isinstance(value, float) and not math.isfinite(value)):
        message = "the result is beyond 64 bits"
        raise EvaluationError(message)
    return value
