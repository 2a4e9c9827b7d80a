"""Conditions over an object of Kubernetes, in the form of a label selector: all that Argo takes there.

`labels.Parse` of Kubernetes reads them: the fields are paths in the object, the values must be such that a label
could have, and `<` and `>` compare whole numbers.
"""

from __future__ import annotations

import re

from kfdsl import ir, kinds
from kfdsl.targets.argo.expressions import text
from kfdsl.targets.argo.refusal import Refused
from kfdsl.targets.argo.scopes.leaf import Leaf
from kfdsl.targets.argo.settings.fields import field_text
from kfdsl.targets.common.constants import NotConstant, constant

_LABEL = re.compile(r"([A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?")
_WHOLE = re.compile(r"-?[0-9]+")


def selector(expr: ir.Expr, leaf: Leaf) -> str:
    """Return a condition over `object` as a selector."""
    match expr:
        case ir.Binary("and", left, right):
            return f"{selector(left, leaf)},{selector(right, leaf)}"
        case ir.Binary("==" | "!=" as operator, left, right):
            return f"{_field(left)} {operator} {_value(right, leaf)}"
        case ir.Binary("<" | ">" as operator, left, right):
            value = _value(right, leaf)
            if not (_is_run_time(right) or _WHOLE.fullmatch(value)):
                raise Refused(right.span, f"Argo compares whole numbers by `{operator}` here")
            return f"{_field(left)} {operator} {value}"
        case ir.Binary("in", left, right):
            return f"{_field(left)} in ({', '.join(_values(right, leaf))})"
        case _:
            raise Refused(
                expr.span,
                "Argo takes comparisons of fields by `==`, `!=`, `<`, `>` and `in` here, joined by `and`",
            )


def json_path(expr: ir.Expr) -> str:
    """Return a path in the object as JSONPath; a dot in a key is escaped."""
    match expr:
        case ir.EngineRef("object", path):
            return "{" + "".join("." + part.replace(".", r"\.") for part in path) + "}"
        case ir.FieldOf(base, name):
            return json_path(base)[:-1] + "." + name.replace(".", r"\.") + "}"
        case ir.IndexOf(base, ir.Literal(index)):
            inner = f"[{index}]" if isinstance(index, int) else "." + str(index).replace(".", r"\.")
            return json_path(base)[:-1] + inner + "}"
        case _:
            raise Refused(expr.span, "this must be a path in the object on Argo, as `object.metadata.name`")


def _values(expr: ir.Expr, leaf: Leaf) -> list[str]:
    known = constant(expr)
    if isinstance(known, list):
        return [_label(value, expr) for value in known]
    if isinstance(expr, ir.ListExpr):
        return [_value(item, leaf) for item in expr.items]
    raise Refused(expr.span, "the list must be written out here on Argo")


def _field(expr: ir.Expr) -> str:
    return json_path(expr)[2:-1]


def _is_run_time(expr: ir.Expr) -> bool:
    return isinstance(constant(expr), NotConstant)


def _value(expr: ir.Expr, leaf: Leaf) -> str:
    value = constant(expr)
    if isinstance(value, NotConstant):
        if kinds.bare(expr.type) in (kinds.INT, kinds.BOOL):
            return field_text(expr, leaf)
        raise Refused(
            expr.span,
            "a value that is known when the pipeline runs must be an `int` or `bool` here on Argo",
            "other texts could be read as a part of the condition",
        )
    return _label(value, expr)


def _label(value: ir.Constant, expr: ir.Expr) -> str:
    written = text.of_constant(value)
    if not _LABEL.fullmatch(written):
        raise Refused(
            expr.span,
            "Argo compares with texts here that a label could have: letters, digits, `-`, `_` and `.`, 63 at most",
        )
    return written


__all__ = ["json_path", "selector"]
