"""The rule of a param, its `where`, in; keywords of JSON Schema that say the same out.

A rule is split at `and`; what a part says that JSON Schema cannot is left to the caller to tell.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

from kfdsl import ir
from kfdsl.evaluate import EvaluationError, NotConstantError, constant
from kfdsl.kinds import BOOL, INT, STRING, Enum, Kind, ListOf, MapOf, Optional, Record, is_number, is_text

Schema: TypeAlias = dict[str, Any]

MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
BOUNDS = {"<": "exclusiveMaximum", "<=": "maximum", ">": "exclusiveMinimum", ">=": "minimum"}

_PORTABLE = re.compile(
    r"(?:[^\\(\[]|\\[dDwWbB^$\\.*+?()\[\]{}|/nrtfv]|\((?!\?)|\(\?:|\[\^?(?:[^\\\[\]]|\\[dDwWnrtfv\\\]\-])+\])*"
)
"""Regular expressions that ECMA-262, which JSON Schema takes, reads as Argo's do."""


def schemas(rule: ir.Expr, name: str, kind: Kind) -> tuple[list[Schema], list[ir.Expr]]:
    """Return what the parts of the rule of a param are as schemas, and the parts that are not."""
    said, unsaid = [], []
    for part in _parts(rule):
        schema = None if isinstance(kind, Optional) else _Rule(name, kind).schema(part)
        if schema is None:
            unsaid.append(part)
        else:
            said.append(schema)
    return said, unsaid


def _parts(rule: ir.Expr) -> Iterator[ir.Expr]:
    if isinstance(rule, ir.Binary) and rule.operator == "and":
        yield from _parts(rule.left)
        yield from _parts(rule.right)
    else:
        yield rule


class _Rule:
    """The rules of one param; each method returns None for what JSON Schema cannot say exactly."""

    def __init__(self, name: str, kind: Kind) -> None:
        self.name = name
        self.kind = kind

    def schema(self, expr: ir.Expr) -> Schema | None:
        match expr:
            case ir.Unary("not", operand):
                inner = self.schema(operand)
                return None if inner is None else {"not": inner}
            case ir.Binary("and" | "or" as sign, left, right):
                both = (self.schema(left), self.schema(right))
                return None if None in both else {"allOf" if sign == "and" else "anyOf": list(both)}
            case ir.Binary("in", left, right):
                return self._membership(left, right)
            case ir.Binary(sign, left, right):
                return self._comparison(sign, left, right) or self._comparison(
                    MIRRORED.get(sign, sign), right, left
                )
            case ir.FunctionCall(function, (subject, other)) if self._is_param(subject) and is_text(
                self.kind
            ):
                return self._text(function, _value(other))
            case _ if self._is_param(expr):
                return {"const": True}
            case _:
                return None

    def _is_param(self, expr: ir.Expr) -> bool:
        return isinstance(expr, ir.ParamRef) and expr.name == self.name

    def _comparison(self, sign: str, left: ir.Expr, right: ir.Expr) -> Schema | None:
        value = _value(right)
        if value is None:
            return None
        if self._is_param(left):
            return self._bound(sign, value)
        match left:
            case ir.FunctionCall("len", (subject,)) if self._is_param(subject):
                return self._length(sign, value)
            case ir.Binary("%", subject, divisor) if self._is_param(subject) and self.kind == INT:
                by = _value(divisor)
                if sign == "==" and value == 0 and isinstance(by, int) and by:
                    return {"multipleOf": abs(by)}
        return None

    def _bound(self, sign: str, value: Any) -> Schema | None:  # noqa: ANN401  # any constant
        if sign in BOUNDS:
            return {BOUNDS[sign]: value} if is_number(self.kind) else None
        comparable = is_number(self.kind) or is_text(self.kind) or self.kind == BOOL
        if sign not in ("==", "!=") or not comparable:
            return None
        return {"const": value} if sign == "==" else {"not": {"const": value}}

    def _length(self, sign: str, value: Any) -> Schema | None:  # noqa: ANN401  # any constant
        if isinstance(self.kind, ListOf):
            unit = "Items"
        elif isinstance(self.kind, MapOf):
            unit = "Properties"
        elif self.kind == STRING or isinstance(self.kind, Enum):
            unit = "Length"
        else:
            return None
        if not isinstance(value, int) or value < 0:
            return None
        match sign:
            case "<" if value > 0:
                return {f"max{unit}": value - 1}
            case "<=":
                return {f"max{unit}": value}
            case ">":
                return {f"min{unit}": value + 1}
            case ">=":
                return {f"min{unit}": value}
            case "==" | "!=":
                exactly = {f"min{unit}": value, f"max{unit}": value}
                return exactly if sign == "==" else {"not": exactly}
            case _:
                return None

    def _membership(self, left: ir.Expr, right: ir.Expr) -> Schema | None:
        if self._is_param(left):
            values = _value(right)
            plain = is_number(self.kind) or is_text(self.kind)
            return {"enum": values} if isinstance(values, list) and values and plain else None
        value = _value(left)
        if not self._is_param(right) or value is None:
            return None
        if is_text(self.kind):
            return {"pattern": escaped(value)}
        if isinstance(self.kind, ListOf) and (is_number(self.kind.item) or is_text(self.kind.item)):
            return {"contains": {"const": value}}
        if isinstance(self.kind, (MapOf, Record)):
            return {"required": [value]}
        return None

    def _text(self, function: str, value: Any) -> Schema | None:  # noqa: ANN401  # any constant
        if not isinstance(value, str):
            return None
        if function == "matches":
            return {"pattern": value} if _PORTABLE.fullmatch(value) else None
        patterns: dict[str, Callable[[str], str]] = {
            "starts_with": lambda text: f"^{escaped(text)}",
            "ends_with": lambda text: f"{escaped(text)}$",
        }
        return {"pattern": patterns[function](value)} if function in patterns else None


def escaped(text: str) -> str:
    """Return the regular expression of ECMA-262 that matches a text."""
    return re.sub(r"[\\^$.*+?()\[\]{}|/]", r"\\\g<0>", text)


def _value(expr: ir.Expr) -> Any:  # noqa: ANN401  # any constant
    """Return the value of a constant, None for what is none."""
    try:
        return constant(expr)
    except (NotConstantError, EvaluationError):
        return None
