"""Outputs of groups and pipelines: values and artifacts that a DAG gives to its call."""

from __future__ import annotations

from kfdsl import ir, kinds
from kfdsl.targets.argo import artifacts, expressions, names, text
from kfdsl.targets.argo.refusal import Refused
from kfdsl.targets.argo.scope import Object, Scope


def give(scope: Scope, entry: ir.GraphOutput) -> None:
    """Declare an output of a DAG."""
    if kinds.is_artifact(entry.type):
        scope.artifact_outputs[entry.name] = _artifact(scope, entry)
        return
    made: Object = {"name": entry.name}
    if entry.doc:
        made["description"] = entry.doc
    scope.outputs[entry.name] = made | {"valueFrom": _value_from(scope, entry.value)}


def _value_from(scope: Scope, value: ir.Expr) -> Object:
    """Outputs of DAGs are raw texts, with the marker where they are absent."""
    found = expressions.reference(value, scope)
    if found is not None and found.path[0] == "tasks":
        if found.levels and kinds.bare(found.kind) != kinds.STRING:
            return {"expression": f"sprig.toJson({expressions.typed(value, scope).text})", "default": "[]"}
        default = "[]" if found.levels else text.ABSENT if found.optional else None
        return {"parameter": found.tag} | ({} if default is None else {"default": default})
    code = expressions.plain(value, scope).text
    default = text.ABSENT if isinstance(value.type, kinds.Optional) else None
    return {"expression": code} | ({} if default is None else {"default": default})


def _artifact(scope: Scope, entry: ir.GraphOutput) -> Object:
    optional: Object = {"optional": True} if isinstance(entry.type, kinds.Optional) else {}
    match entry.value:
        case ir.OutputRef(step, output):
            path = artifacts.fetch(scope, step, output)
            return {"name": entry.name, "from": "{{" + ".".join(path) + "}}"} | optional
        case ir.Binary("??", ir.OutputRef(step, output), ir.OutputRef(other, second)):
            first, then = artifacts.fetch(scope, step, output), artifacts.fetch(scope, other, second)
            status = names.path_text(("tasks", first[1], "status"))
            code = f"{status} == 'Succeeded' ? {names.path_text(first)} : {names.path_text(then)}"
            return {"name": entry.name, "fromExpression": code} | optional
        case ir.ParamRef(name):
            return {"name": entry.name, "from": "{{" + ".".join(artifacts.param(scope, name)) + "}}"}
        case _:
            raise Refused(entry.value.span, "this artifact is not rendered for Argo yet")
