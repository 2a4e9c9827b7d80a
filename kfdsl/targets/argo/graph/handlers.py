"""Handlers: of the run a DAG at `spec.onExit`, of a step or group a DAG that its task hooks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kfdsl import ir, kinds
from kfdsl.targets.argo import expressions, names
from kfdsl.targets.argo.graph import plan, records, splitting
from kfdsl.targets.argo.objects import Object
from kfdsl.targets.argo.refusal import Refused
from kfdsl.targets.argo.scopes.scope import Scope
from kfdsl.targets.argo.scopes.tasks import Frame, Home, Task

if TYPE_CHECKING:
    from kfdsl.source import Span
    from kfdsl.targets.argo.graph.graphs import Builder

_RUN = {"success": "workflow.status == 'Succeeded'", "failure": "workflow.status != 'Succeeded'"}
_STEP = {
    "success": "inputs.parameters.status == 'Succeeded'",
    "failure": "inputs.parameters.status != 'Succeeded'",
}


ENDS = ("exit", "success", "failure")


def of_run(builder: Builder, main: Frame) -> tuple[str, dict[str, Object]]:
    """Build the handlers of the run; return the template for its end, and the hooks for other events."""
    pipeline = main.pipeline
    frame = Frame(pipeline, main.usage, builder.registry, in_workflow=True, is_handler=True)
    frame.homes, frame.told = main.homes, main.told
    ends = [handler for handler in pipeline.handlers if handler.event in ENDS]
    hooks: dict[str, Object] = {}
    for handler in pipeline.handlers:
        if handler not in ends:
            scope = _scope(builder, frame, f"{pipeline.name}-{handler.event}", handler.span)
            name = _unwrapped(builder, _built(builder, scope, [handler], {}))
            hooks[handler.event] = {"template": name, "expression": _event(handler, "workflow.status", scope)}
    if not ends:
        return "", hooks
    scope = _scope(builder, frame, "exit-handlers", ends[0].span)
    return _unwrapped(builder, _built(builder, scope, ends, _RUN)), hooks


def _scope(builder: Builder, frame: Frame, name: str, span: Span, hook: Task | None = None) -> Scope:
    own = builder.registry.reserve(name)
    scope = Scope(frame, own, hook, span, expressions.argument, records.code)
    builder.registry.scopes[own] = scope
    return scope


def _built(builder: Builder, scope: Scope, found: list[ir.Handler], conditions: dict[str, str]) -> Scope:
    for handler in found:
        _plan(handler, scope, conditions.get(handler.event, ""))
    plan.outside_needs(scope)
    splitting.split(scope)
    builder.tasks(scope)
    return scope


def _unwrapped(builder: Builder, scope: Scope) -> str:
    """Return the name of the template to call: of a handler of one plain step that step's."""
    only = scope.tasks[0] if len(scope.tasks) == 1 else None
    plain = only is not None and not (only.arguments or only.artifacts or only.is_conditional or only.hooks)
    if (
        only is not None
        and plain
        and isinstance(only.template, str)
        and only.inner is None
        and only.items is None
    ):
        del builder.registry.scopes[scope.name]
        return only.template
    return scope.name


def _event(handler: ir.Handler, status: str, reader: Scope | Task) -> str:
    """Return the expression that tells when a handler of another event runs."""
    running = f"{status} == 'Running'"
    if handler.when is not None:
        code = expressions.typed(handler.when, reader)
        return f"{running} && {code.at(3)}" if handler.event == "running" else code.text
    if handler.event == "running":
        return running
    raise Refused(
        handler.span,
        f"`on {handler.event}` needs a condition on Argo",
        f"write `on {handler.event} when … {{ … }}`",
    )


def _plan(handler: ir.Handler, scope: Scope, condition: str) -> None:
    first = len(scope.tasks)
    plan.graph(handler.graph, scope)
    for task in scope.tasks[first:]:
        task.condition = condition
        if handler.when is not None and handler.event in ENDS:
            task.conditions = ((handler.when, True), *task.conditions)


def of_step(builder: Builder, task: Task, found: tuple[ir.Handler, ...]) -> None:
    """Build the handlers of a step or group as hooks of its task."""
    ends = [handler for handler in found if handler.event in ENDS]
    if len(ends) == 1 and _is_one_step(ends[0]):
        hook = _hook(task, ends[0].span)
        hook.guarded = frozenset(task.scope.frame.homes)
        _direct(builder, task, hook, ends[0], _end_expression(task, ends[0], hook))
    elif ends:
        hook = _hook(task, ends[0].span)
        hook.guarded = frozenset(task.scope.frame.homes)
        scope = _scope(builder, task.scope.frame, f"{task.name}-exit", ends[0].span, hook)
        hook.inner = scope
        if any(handler.event != "exit" for handler in ends):
            scope.read(ir.RunRef("status", kinds.DURATION, ends[0].span))  # taken in as `status`, see _STEP
        task.hooks["exit"] = (_built(builder, scope, ends, _STEP).name, hook, "")
    for handler in found:
        if handler not in ends:
            hook = _hook(task, handler.span)
            if _is_one_step(handler):
                expression = _event(handler, names.path_text(("tasks", task.name, "status")), hook)
                _direct(builder, task, hook, handler, expression)
                continue
            scope = _scope(builder, task.scope.frame, f"{task.name}-{handler.event}", handler.span, hook)
            hook.inner = scope
            expression = _event(handler, names.path_text(("tasks", task.name, "status")), hook)
            task.hooks[handler.event] = (_built(builder, scope, [handler], {}).name, hook, expression)


def _is_one_step(handler: ir.Handler) -> bool:
    """Tell whether a hook can call the step itself, without a graph around it."""
    nodes = handler.graph.nodes
    if len(nodes) != 1 or not isinstance(nodes[0], ir.Step):
        return False
    step = nodes[0]
    plain = step.loop is None and step.when is None and step.after is None and not step.handlers
    return plain and step.settings.get("continue_on") is None


def _direct(builder: Builder, task: Task, hook: Task, handler: ir.Handler, expression: str) -> None:
    """Let a hook call the one step of a handler."""
    step = handler.graph.nodes[0]
    if isinstance(step, ir.Step):
        event = "exit" if handler.event in ENDS else handler.event
        task.scope.frame.homes[step.name] = Home(step, hook)
        builder.call(hook, step)
        task.hooks[event] = (str(hook.template), hook, expression)


def _end_expression(task: Task, handler: ir.Handler, hook: Task) -> str:
    status = names.path_text(("tasks", task.name, "status"))
    terms = (
        [f"{status} {'==' if handler.event == 'success' else '!='} 'Succeeded'"]
        if handler.event != "exit"
        else []
    )
    if handler.when is not None:
        terms.append(expressions.typed(handler.when, hook).at(3))
    return " && ".join(terms)


def _hook(task: Task, span: Span) -> Task:
    """Return a call that reads what the task reads, and is no task itself."""
    hook = Task(task.scope, task.name, task.node, span)
    hook.items = task.items
    hook.is_hook = True
    return hook
