"""Parts of artifacts: files and folders inside of those that are kept as they are."""

from __future__ import annotations

from kfdsl import ir
from kfdsl.targets.argo.objects import Object
from kfdsl.targets.argo.refusal import Refused
from kfdsl.targets.argo.scopes.leaf import option
from kfdsl.targets.argo.scopes.tasks import Task
from kfdsl.targets.argo.settings import fields


def of(source: Object, expr: ir.PartOf, task: Task) -> Object:
    """Return from where an argument takes a part of what is at `source`: the engine adds the path to its key."""
    if "from" not in source:
        raise Refused(
            expr.span,
            "Argo takes parts of what a step or param gives only",
            "write the whole path where the artifact is loaded from",
        )
    made = _producer(expr.base, task)
    if made is not None and option(made, "archive") != "none":
        raise Refused(
            expr.span,
            f"Argo keeps `{made.name}` as one archive, which has no parts",
            f'keep it as it is: `out {made.name}: … {{ archive = "none" }}`',
        )
    return source | {"subPath": fields.field_text(expr.path, task)}


def _producer(expr: ir.Expr, task: Task) -> ir.Output | None:
    """Return the declaration of an artifact that a step of this manifest makes."""
    if not isinstance(expr, ir.OutputRef):
        return None
    node = task.scope.frame.homes[expr.step].node
    call = node.call if isinstance(node, ir.Step) else None
    if isinstance(node, ir.Group):
        inner = next((entry.value for entry in node.outputs if entry.name == expr.output), None)
        return _producer(inner, task) if inner is not None else None
    if not isinstance(call, ir.Body):
        return None
    return next((entry for entry in call.outputs if entry.name == expr.output), None)
