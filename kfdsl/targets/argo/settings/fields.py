"""Texts of fields that Kubernetes does not expand, and of those that only take constants."""

from __future__ import annotations

from kfdsl import ir, kinds
from kfdsl.targets.argo import expressions
from kfdsl.targets.argo.expressions import Reader, amounts, text
from kfdsl.targets.argo.objects import Object
from kfdsl.targets.argo.refusal import Refused
from kfdsl.targets.argo.scopes.leaf import Leaf
from kfdsl.targets.common.constants import NotConstant, constant, required
from kfdsl.units import go_duration


def constant_of(expr: ir.Expr, what: str) -> ir.Constant:
    """Return the value of a setting that Argo takes no tag for."""
    return required(expr, what, Refused)


def config_key(key: ir.KeyRef, pipeline: ir.Pipeline) -> Object:
    """Return the selector of a key of a config that a pipeline sees."""
    resource = pipeline.resources[key.resource]
    name = str(constant_of(resource.value, "config")) if resource.value is not None else resource.name
    return {"configMapKeyRef": {"name": name, "key": str(constant_of(key.key, "config"))}}


def field_text(expr: ir.Expr, reader: Reader) -> str:
    """Return the text of a field that Kubernetes does not expand: an image, a label."""
    value = constant(expr)
    if not isinstance(value, NotConstant):
        result = text.of_constant(value)
        if text.has_tag(result):
            raise Refused(
                expr.span, "`{{` cannot stand here on Argo, which would read it as its own placeholder"
            )
        return result
    return meant(expr, reader)


def name_text(expr: ir.Expr, leaf: Leaf) -> str:
    """Return the text of a field whose valid values have no `$` or brace, as images and names."""
    needed = leaf.brace, leaf.none
    found = expressions.reference(expr, leaf)
    if found is not None and found.is_plain and not found.levels and found.path[0]:
        result = found.tag
    elif isinstance(expr, ir.TextExpr) and isinstance(constant(expr), NotConstant):
        result = "".join(part if isinstance(part, str) else name_text(part, leaf) for part in expr.parts)
    else:
        result = field_text(expr, leaf)
    leaf.brace, leaf.none = needed
    return result


def meant(expr: ir.Expr, reader: Reader) -> str:
    """Return the text of a value where nothing undoes form E, so it is undone in the tag."""
    found = expressions.reference(expr, reader)
    if (
        found is not None
        and found.is_plain
        and not found.levels
        and (found.raw or not found.loaded)
        and found.path[0]
    ):
        return found.tag
    if isinstance(expr, ir.TextExpr):
        return "".join(part if isinstance(part, str) else meant(part, reader) for part in expr.parts)
    return expressions.tag(expressions.plain(expr, reader).text)


def resource_name(resource: ir.Resource, leaf: Leaf) -> str:
    """Return the name of a secret, config or claim in Kubernetes."""
    return name_text(resource.value, leaf) if resource.value is not None else resource.name


def as_written(expr: ir.Expr, leaf: Leaf) -> object:
    """Return a value whose form is that of Kubernetes, with values of the run in it as texts."""
    match expr:
        case ir.MapExpr(entries):
            return {key: as_written(value, leaf) for key, value in entries}
        case ir.ListExpr(items):
            return [as_written(item, leaf) for item in items]
        case ir.Literal(value, kind) if kind in (kinds.INT, kinds.FLOAT, kinds.BOOL):
            return value
        case _:
            return name_text(expr, leaf)


def duration(expr: ir.Expr, reader: Reader) -> str:
    """Return a duration as Go reads it."""
    value = constant(expr)
    if isinstance(value, NotConstant):
        if isinstance(reader, Leaf) and isinstance(expr, ir.InputRef) and _is_go_duration(expr, reader):
            return reader.read(expr).tag
        return expressions.tag(amounts.go_duration(expressions.typed(expr, reader).text))
    return go_duration(str(value))


def _is_go_duration(expr: ir.InputRef, leaf: Leaf) -> bool:
    """Tell whether this call gives an input a constant that Go reads as it is written."""
    own = leaf.read(expr).path[-1]
    given = leaf.task.arguments if leaf.task is not None else []
    value = next((one.get("value") for one in given if one["name"] == own), None)
    return isinstance(value, str) and "{{" not in value and value == go_duration(value) != ""
