"""Conditions that the engine evaluates by itself: retries, answers of a server.

There its own values exist and nothing else, so all other parts come in as texts of constants, by tags inside
the expression: numbers as they are, texts in base64, so that no value is read as code.
"""

from __future__ import annotations

from kfdsl import ir, kinds
from kfdsl.node import replace
from kfdsl.targets.argo.expressions import tag
from kfdsl.targets.argo.expressions.typed import as_text, typed
from kfdsl.targets.argo.scopes.leaf import Leaf
from kfdsl.targets.common.constants import NotConstant, constant


def condition(expr: ir.Expr, leaf: Leaf) -> str:
    """Return a condition over `last` or `response`."""
    needed = leaf.brace, leaf.none
    code = typed(_handed_in(expr, leaf), leaf).text
    leaf.brace, leaf.none = needed  # no container sees what is read here
    return code


def _handed_in(expr: ir.Expr, leaf: Leaf) -> ir.Expr:
    """Return the expression with all parts that the engine does not know as texts to be put in."""
    if not isinstance(constant(expr), NotConstant):
        return expr
    if not any(isinstance(part, ir.EngineRef) for part in ir.walk(expr)):
        return ir.EngineRef("", (_as_constant(expr, leaf),), expr.type, expr.span)
    match expr:
        case ir.Unary(_, operand) | ir.Cast(operand):
            return replace(expr, operand=_handed_in(operand, leaf))
        case ir.Binary(_, left, right):
            return replace(expr, left=_handed_in(left, leaf), right=_handed_in(right, leaf))
        case ir.FunctionCall(_, arguments):
            return replace(expr, arguments=tuple(_handed_in(one, leaf) for one in arguments))
        case ir.TextExpr(parts):
            made = tuple(part if isinstance(part, str) else _handed_in(part, leaf) for part in parts)
            return replace(expr, parts=made)
        case ir.ListExpr(items):
            return replace(expr, items=tuple(_handed_in(item, leaf) for item in items))
        case ir.FieldOf(base):
            return replace(expr, base=_handed_in(base, leaf))
        case ir.IndexOf(base, index):
            return replace(expr, base=_handed_in(base, leaf), index=_handed_in(index, leaf))
        case _:
            return expr


def _as_constant(expr: ir.Expr, leaf: Leaf) -> str:
    """Return the text of a constant with the value of an expression."""
    kind = kinds.bare(expr.type)
    if kind in (kinds.INT, kinds.FLOAT, kinds.BOOL):
        return f"({tag(typed(expr, leaf).text)})"
    if kinds.is_text(kind) or kind in (kinds.DURATION, kinds.QUANTITY):
        return f"fromBase64('{tag(f'toBase64({as_text(expr, leaf).text})')}')"
    written = f"sprig.toRawJson({typed(expr, leaf).text})"
    return f"fromJSON(fromBase64('{tag(f'toBase64({written})')}'))"
