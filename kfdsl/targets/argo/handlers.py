"""Handlers: of the run a DAG at `spec.onExit`, of a step or group a DAG that its task hooks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kfdsl import ir
from kfdsl.targets.argo import expressions, names, plan, records
from kfdsl.targets.argo.refusal import Refused
from kfdsl.targets.argo.scope import Frame, Object, Scope, Task

if TYPE_CHECKING:
    from kfdsl.targets.argo.graphs import Builder

_RUN = {"success": "workflow.status == 'Succeeded'", "failure": "workflow.status != 'Succeeded'"}
_STEP = {"success": "inputs.parameters.status == 'Succeeded'", "failure": "inputs.parameters.status != 'Succeeded'"}
_WORDS = {"running": "Running", "pending": "Pending"}


def of_run(builder: Builder, main: Frame) -> str:
    """Build the handlers of the run; return the name of their template, empty where there are none."""
    pipeline = main.pipeline
    if not pipeline.handlers:
        return ""
    odd = next((handler for handler in pipeline.handlers if handler.event not in ("exit", "success", "failure")), None)
    if odd is not None:
        raise Refused(odd.span, f"`on {odd.event}` of a run is not rendered for Argo yet")
    frame = Frame(pipeline, main.usage, in_workflow=True, is_handler=True)
    frame.homes = main.homes
    name = builder.registry.reserve("exit-handlers")
    scope = Scope(frame, name, None, pipeline.handlers[0].span, expressions.argument, records.code)
    builder.registry.scopes[name] = scope
    for handler in pipeline.handlers:
        _plan(handler, scope, _RUN.get(handler.event, ""))
    plan.outside_needs(scope)
    builder.tasks(scope)
    only = scope.tasks[0] if len(scope.tasks) == 1 else None
    if only is not None and not (only.arguments or only.artifacts or only.conditions or only.own_when or only.condition):
        if isinstance(only.template, str) and only.inner is None and only.items is None:
            del builder.registry.scopes[name]
            return only.template
    return name


def _plan(handler: ir.Handler, scope: Scope, condition: str) -> None:
    first = len(scope.tasks)
    plan.graph(handler.graph, scope)
    for task in scope.tasks[first:]:
        task.condition = condition
        if handler.when is not None:
            task.conditions = ((handler.when, True), *task.conditions)


def of_step(builder: Builder, task: Task, found: tuple[ir.Handler, ...]) -> None:
    """Build the handlers of a step or group as hooks of its task."""
    ends = [handler for handler in found if handler.event in ("exit", "success", "failure")]
    for handler in found:
        if handler not in ends:
            raise Refused(handler.span, f"`on {handler.event}` is not rendered for Argo yet")
    if not ends:
        return
    frame = task.scope.frame
    hook = Task(task.scope, task.name, task.node, ends[0].span)
    hook.items = task.items
    hook.guarded = frozenset(frame.homes)
    name = builder.registry.reserve(f"{task.name}-exit")
    scope = Scope(frame, name, hook, ends[0].span, expressions.argument, records.code)
    hook.inner = scope
    builder.registry.scopes[name] = scope
    if any(handler.event != "exit" for handler in ends):
        scope.parameters["status"] = {"name": "status"}
        hook.arguments.append({"name": "status", "value": "{{tasks." + task.name + ".status}}"})
    for handler in ends:
        _plan(handler, scope, _STEP.get(handler.event, ""))
    plan.outside_needs(scope)
    builder.tasks(scope)
    task.hooks["exit"] = (name, hook)


def when_code(task: Task) -> str:
    """Return the condition that the event of a handler adds."""
    return task.condition


def run_output(frame: Frame, step: str, output: str) -> str:
    """Return the path of an output in a handler of the run."""
    return names.path_text(("workflow", "outputs", "parameters", f"{step}-{output}"), safe_from=2)


__all__ = ["Object", "of_run", "of_step", "run_output", "when_code"]
