"""Conditions of a schedule, which the engine evaluates before there is a run: over its facts and constants."""

from __future__ import annotations

import re
from typing import Final

from kfdsl import ir, kinds
from kfdsl.node import replace
from kfdsl.targets.argo.expressions import amounts, text
from kfdsl.targets.argo.expressions.typed import typed
from kfdsl.targets.argo.refusal import Refused
from kfdsl.targets.argo.scopes.leaf import Leaf
from kfdsl.targets.common.constants import NotConstant, constant

_LAST: Final = "cronworkflow.lastScheduledTime"
_SINCE: Final = f"(now() - {_LAST}).Seconds()"
_LITERALS: Final = re.compile("'[^']*'")
_NAMES: Final = ("let ",)
"""What the engine does not evaluate in the conditions of a schedule: it looks for such names as values."""
_MORE: Final = ("sprig.", "asInt(", "asFloat(", "jsonpath(")
_LAYOUT: Final = "Format('2006-01-02T15:04:05Z07:00')"


class Writer:
    """Writes the conditions of one schedule; times are told in its time zone."""

    def __init__(self, zone: str, leaf: Leaf) -> None:
        """Take the zone, empty for that of the engine."""
        self._zone = f".In(timezone({text.literal(zone)}))" if zone else ""
        self._leaf = leaf

    def write(self, expr: ir.Expr) -> str:
        """Return a condition as an expression of the engine."""
        return self._written(expr, _NAMES)

    def write_plain(self, expr: ir.Expr) -> str:
        """Return a condition for a place where the engine has no functions but those of its expressions."""
        return self._written(expr, (*_NAMES, *_MORE))

    def _written(self, expr: ir.Expr, missing: tuple[str, ...]) -> str:
        code = typed(self._known(expr), self._leaf).text
        if any(word in _LITERALS.sub("", code) for word in missing):
            raise Refused(expr.span, "this cannot be computed before there is a run on Argo")
        return code

    def _known(self, expr: ir.Expr) -> ir.Expr:  # noqa: C901  # one case a kind of expression
        """Return an expression whose facts, and all that is special about them, are code already."""
        if not isinstance(constant(expr), NotConstant):
            return expr
        match expr:
            case ir.EngineRef("cron"):
                return _code(self._fact(expr), expr)
            case ir.FunctionCall("present"):
                return _code(f"({_LAST} != nil)", expr)
            case ir.Unary("not", ir.FunctionCall("present")):
                return _code(f"({_LAST} == nil)", expr)
            case ir.Binary("??", ir.EngineRef("cron") as left, right):
                there, other = (typed(self._amount(side, left), self._leaf).at(1) for side in (left, right))
                return _code(f"({_LAST} == nil ? {other} : {there})", expr)
            case ir.Binary(_, left, right):
                return replace(expr, left=self._amount(left, left), right=self._amount(right, left))
            case ir.Unary(_, operand):
                return replace(expr, operand=self._known(operand))
            case ir.FunctionCall(_, arguments):
                return replace(expr, arguments=tuple(self._known(one) for one in arguments))
            case ir.TextExpr(parts):
                made = tuple(part if isinstance(part, str) else self._known(part) for part in parts)
                return replace(expr, parts=made)
            case ir.ListExpr(items):
                return replace(expr, items=tuple(self._known(item) for item in items))
            case _:
                return expr

    def _amount(self, expr: ir.Expr, like: ir.Expr) -> ir.Expr:
        """Return a side of an operator; where a duration is on the left, both are seconds."""
        if kinds.bare(like.type) != kinds.DURATION:
            return self._known(expr)
        value = constant(expr)
        if not isinstance(value, NotConstant):
            number = float(amounts.constant(value, expr, kinds.DURATION))
            return ir.Literal(int(number) if number.is_integer() else number, kinds.FLOAT, expr.span)
        return replace(self._known(expr), type=kinds.FLOAT)

    def _fact(self, expr: ir.EngineRef) -> str:
        field = expr.path[0]
        if field == "since_last":
            return _SINCE
        # The engine looks for `a.b.In` as for a value if only names stand before the point.
        times = {"last": f"({_LAST} ?? now())", "now": "now()"}
        return f"{times[field]}{self._zone}.{_LAYOUT}" if field in times else f"cronworkflow.{field}"


def _code(code: str, expr: ir.Expr) -> ir.Expr:
    """Return what stands for an expression that is written: see `functions.engine_value`."""
    return ir.EngineRef("", (code,), kinds.bare(expr.type), expr.span)
