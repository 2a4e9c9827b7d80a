"""Values that are known when a file is compiled, as expressions; and what stands for those that are wrong."""

from __future__ import annotations

from typing import Any

from kfdsl import ir
from kfdsl.kinds import BOOL, FLOAT, INT, JSON, STRING, UNKNOWN, Kind, ListOf, MapOf, Record, bare, common
from kfdsl.source import Span


def literal(value: Any, span: Span, kind: Kind | None = None) -> ir.Expr:  # noqa: ANN401  # any constant
    """Return a constant as an expression; `kind` is its type, where more is known than its value tells."""
    goal = bare(kind) if kind is not None else None
    if isinstance(value, (list, tuple)):
        inner = goal.item if isinstance(goal, ListOf) else None
        items = tuple(literal(v, span, inner) for v in value)
        return ir.ListExpr(items, goal or ListOf(common([i.type for i in items])), span)
    if isinstance(value, dict):
        fields = dict(goal.fields) if isinstance(goal, Record) else {}
        item = goal.item if isinstance(goal, MapOf) else None
        entries = tuple((str(k), literal(v, span, fields.get(str(k), item))) for k, v in value.items())
        return ir.MapExpr(entries, goal or Record(tuple((k, e.type) for k, e in entries)), span)
    if goal is not None and goal != JSON:
        return ir.Literal(value, goal, span)
    if isinstance(value, bool):
        return ir.Literal(value, BOOL, span)
    if isinstance(value, int):
        return ir.Literal(value, INT, span)
    if isinstance(value, float):
        return ir.Literal(value, FLOAT, span)
    return ir.Literal(str(value), STRING, span)


def unknown(span: Span) -> ir.Expr:
    """Return what stands for an expression that is wrong."""
    return ir.Literal("", UNKNOWN, span)
