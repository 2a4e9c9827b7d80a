"""Facts of steps: what the engine tells of any task, such as its exit code; read like outputs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kfdsl import ir
from kfdsl.kinds import Kind
from kfdsl.targets.argo.expressions.reference import Reference
from kfdsl.targets.argo.refusal import Refused
from kfdsl.targets.argo.scopes import declared

if TYPE_CHECKING:
    from kfdsl.targets.argo.objects import Object
    from kfdsl.targets.argo.scopes.tasks import Task

SKIPPED: Final = "Skipped"
"""The status of a step in a group that did not run."""
_OF_ALL_ROUNDS: Final = ("status", "exit_code")
_OF_THE_END: Final = ("exitCode", "hostNodeName")


def reference(task: Task, word: str, kind: Kind) -> Reference:
    """Return a fact of a task as its own DAG sees it.

    A task that was skipped has an id and times as well, though they mean nothing.
    """
    path = ("tasks", task.name, word)
    if word in _OF_THE_END:
        return Reference(path, kind, encoded=False, nil=task.is_conditional or task.tolerant)
    skips = task.name if task.is_conditional and word not in ("status", "ip") else ""
    return Reference(path, kind, encoded=False, skips=skips)


def after_failure(expr: ir.OutputRef, found: Reference, task: Task, *, tolerant: bool) -> Reference:
    """Return what a call sees that may run after the step has failed."""
    if task.in_hook and (found.path != ("tasks", task.name, "status") or not task.is_hook):
        raise Refused(
            expr.span,
            "of facts, a handler of a step can read the `status` of that step only on Argo",
            "let another step read it `after` this one is `done`",
        )
    if found.path[2] == "outputs" and not tolerant:
        raise Refused(
            expr.span,
            f"Argo does not tell `{expr.output}` of a step in another group that may have failed",
            f"read it in the group of `{expr.step}`, or give that step `continue_on`",
        )
    return found._replace(nil=True) if found.path[2] in _OF_THE_END else found


def carried(found: Reference) -> Object:
    """Return from where a DAG takes a fact that it gives to its call."""
    if found.path[-1] == "status" or found.skips:
        return {"expression": found.code}  # Argo checks tags, and knows of no status there
    if found.nil or found.marked:
        return {"parameter": found.tag, "default": found.otherwise}
    return {"parameter": found.tag}


def check_reader(expr: ir.OutputRef | ir.EachRef | ir.ItemOutputRef, *, in_handler: bool) -> None:
    """Refuse facts where Argo does not tell them."""
    if in_handler:
        raise Refused(
            expr.span,
            f"a handler of the run cannot read `{expr.output}` of a step on Argo",
            "`run.failures` tells what failed",
        )
    if not isinstance(expr, ir.OutputRef) and expr.output in _OF_ALL_ROUNDS:
        raise Refused(
            expr.span,
            f"Argo gathers `{expr.output}` of the rounds that succeeded only",
            "let the loop run a group whose last step reads it `after` the first is `done`",
        )


def check_record(expr: ir.OutputRef | ir.EachRef | ir.ItemOutputRef, node: ir.Step | ir.Group) -> None:
    """Refuse what no record holds."""
    output = expr.output or ""
    if isinstance(node, ir.Step) and not isinstance(node.call, ir.PipelineRef):
        if not declared.fact(node, output):
            return
        what = f"`{output}` of an item that may be skipped or fail"
    else:
        what = "a record of what a group or another pipeline gives"
    other = f"read the list `{expr.step}.*.{output or 'OUTPUT'}`"
    raise Refused(expr.span, f"{what} cannot be read on Argo", other)
