"""Outputs of groups and pipelines: values and artifacts that a DAG gives to its call."""

from __future__ import annotations

from kfdsl import ir, kinds
from kfdsl.targets.argo import artifacts, expressions
from kfdsl.targets.argo.artifacts import presence
from kfdsl.targets.argo.expressions import text
from kfdsl.targets.argo.objects import Object
from kfdsl.targets.argo.scopes.scope import Scope


def give(scope: Scope, entry: ir.GraphOutput) -> None:
    """Declare an output of a DAG."""
    if kinds.is_artifact(entry.type):
        scope.artifact_outputs[entry.name] = _artifact(scope, entry)
        if isinstance(entry.type, kinds.Optional):
            presence.give(scope, entry.name, entry.value)
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
        return _with_default("parameter", found.tag, default)
    code = expressions.plain(value, scope).text
    default = text.ABSENT if isinstance(value.type, kinds.Optional) else None
    return _with_default("expression", code, default)


def _with_default(key: str, code: str, default: str | None) -> Object:
    return {key: code} if default is None else {key: code, "default": default}


def _artifact(scope: Scope, entry: ir.GraphOutput) -> Object:
    optional: Object = {"optional": True} if isinstance(entry.type, kinds.Optional) else {}
    return {"name": entry.name} | artifacts.source_in(entry.value, scope) | optional
