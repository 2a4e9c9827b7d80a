"""Which task of which DAG runs each step: what needs a DAG of its own gets one here."""

from __future__ import annotations

from kfdsl import ir, kinds
from kfdsl.lower import facts
from kfdsl.targets.argo import expressions, names
from kfdsl.targets.argo.graph import opening, order, records, results, told
from kfdsl.targets.argo.graph.items import Items
from kfdsl.targets.argo.refusal import Refused
from kfdsl.targets.argo.scopes import declared
from kfdsl.targets.argo.scopes.scope import Scope
from kfdsl.targets.argo.scopes.tasks import Home, Task, loops_around
from kfdsl.targets.argo.settings import fields
from kfdsl.targets.common import usage

Conditions = tuple[tuple[ir.Expr, bool], ...]


def graph(nodes: ir.Graph, scope: Scope) -> None:
    """Give each step and group of a graph its place."""
    _place(opening.opened(nodes), scope, (), {})


def _place(nodes: ir.Graph, scope: Scope, conditions: Conditions, needs: dict[str, None]) -> None:
    for node in nodes.nodes:
        match node:
            case ir.Step():
                _step(node, scope, conditions, needs)
            case ir.Group():
                _group(node, scope, conditions, needs)
            case ir.Choice(branches):
                inner = needs | dict.fromkeys(need.step for need in node.needs)
                earlier: Conditions = conditions
                for condition, branch in branches:
                    own = earlier if condition is None else (*_unsaid(earlier, condition), (condition, True))
                    _place(branch, scope, own, inner)
                    if condition is not None:
                        earlier = (*earlier, (condition, False))


def _unsaid(earlier: Conditions, own: ir.Expr) -> Conditions:
    """Leave out that a branch before was not taken where the own condition says so: `x == 1` and `x == 2`."""
    known = facts.conjuncts(facts.fact(own))
    return tuple(
        (expr, taken)
        for expr, taken in earlier
        if taken or not facts.implied(facts.negated(facts.fact(expr)), known)
    )


def _outer(
    node: ir.Step | ir.Group, name: str, scope: Scope, conditions: Conditions, needs: dict[str, None]
) -> Task:
    task = scope.add_task(node, name, node.name_span if isinstance(node, ir.Step) else node.span)
    task.conditions = conditions
    task.needs = needs | dict.fromkeys(need.step for need in node.needs)
    task.order = node.after
    task.skippable = order.has_condition(node.after)
    task.guarded = frozenset(
        step for step, entry in results.named(node.after).items() if entry.result != "succeeded"
    )
    if node.loop is None:
        task.own_when = node.when
    return task


def _inner_scope(task: Task, name: str) -> Scope:
    inner = Scope(task.scope.frame, name, task, task.span, expressions.argument, records.code)
    task.inner = inner
    return inner


def _told(task: Task) -> Task:
    """Give what a handler of the run reads of a DAG a DAG of its own, and that one too, which ends with it."""
    frame, node = task.scope.frame, task.node
    if not frame.is_main or not told.outputs_of(node, frame.usage):
        return task
    alone = _inner_scope(task, f"{task.name}-told").add_task(node, task.name, task.span)
    frame.told[node.name] = scope = _inner_scope(alone, f"{task.name}-outputs")
    return scope.add_task(node, task.name, task.span)


def _looped(task: Task, node: ir.Step | ir.Group, *, own_dag: bool, tolerant: bool, suffix: str) -> Task:
    """Give a loop or a handled failure a DAG of its own where it needs one; return the task of the items."""
    if own_dag or tolerant:
        inner = _inner_scope(task, f"{task.name}-{suffix}")
        task = inner.add_task(node, task.name, task.span)
        task.tolerant = tolerant
        if tolerant and node.loop is None:
            _give_status(inner, task, node)
        if node.loop is not None and node.loop.at_most is not None:
            inner.settings["parallelism"] = fields.constant_of(node.loop.at_most, "at_most")
    if node.loop is not None:
        task.items = Items(node.loop, task)
        task.own_when = node.when
    return task


def _give_status(scope: Scope, task: Task, node: ir.Step | ir.Group) -> None:
    """Let the DAG of a handled failure tell how it ended: the DAG itself succeeds."""
    status = {"expression": names.path_text(("tasks", task.name, "status"))}
    scope.outputs["status"] = {"name": "status", "valueFrom": status}
    if declared.fact(node, "status"):
        scope.given[node.name, "status"] = "status"


def _step(step: ir.Step, scope: Scope, conditions: Conditions, needs: dict[str, None]) -> None:
    frame = scope.frame
    gathered = frame.usage.gathered.get(step.name, set())
    values = any(output is None or not kinds.is_artifact(_kind(step, output)) for output in gathered)
    outer = _outer(step, step.name, scope, conditions, needs)
    tolerant = step.settings.get("continue_on") is not None
    task = _looped(
        _told(outer),
        step,
        own_dag=_needs_own_dag(
            step, gathered=values or (bool(gathered) and outer.is_conditional), skippable=outer.is_conditional
        ),
        tolerant=tolerant,
        suffix="loop" if step.loop else "continue",
    )
    stdout = _prints(step) and (
        outer.is_conditional or step.loop is not None or tolerant or step.name in frame.usage.watched
    )
    with_records = None in gathered
    with_facts = any(output and declared.fact(step, output) for output in gathered)
    if stdout or with_records or with_facts or (step.loop is not None and step.handlers):
        task = _inner_scope(task, f"{step.name}-item" if step.loop else f"{step.name}-output").add_task(
            step, step.name, task.span
        )
    if step.settings.get("daemon") is not None:
        _check_daemon(step, alone=task is not outer)
    home = frame.homes[step.name] = Home(step, task)
    home.tolerant, home.stdout, home.records = tolerant, stdout, with_records
    if isinstance(step.call, ir.Pipeline) and keeps_files(step.call):
        _with_positions(home)
    _number_items(home, gathered)


def _check_daemon(step: ir.Step, *, alone: bool) -> None:
    """Refuse a daemon that would end as soon as it is ready, and handlers that would never run."""
    daemon = step.settings.expr("daemon")
    if not isinstance(daemon, ir.Literal) or not daemon.value:
        return
    if alone:
        raise Refused(
            daemon.span,
            "a daemon with `continue_on`, `at_most` or handlers in a loop has a DAG of its own on Argo, "
            "with which it ends",
        )
    for handler in step.handlers:
        if handler.event != "running":
            raise Refused(handler.span.head, f"Argo runs no `on {handler.event}` of a daemon")


def keeps_files(pipeline: ir.Pipeline) -> bool:
    """Tell whether a pipeline or one that it calls gathers artifacts: each call needs a place for them."""
    if usage.Usage(pipeline).gathers_files:
        return True
    return any(isinstance(call, ir.Pipeline) and keeps_files(call) for call in usage.calls(pipeline))


def _kind(step: ir.Step, output: str) -> kinds.Kind:
    if isinstance(step.call, ir.PipelineRef):
        return kinds.UNKNOWN
    return next((entry.type for entry in step.call.outputs if entry.name == output), kinds.UNKNOWN)


def _prints(step: ir.Step) -> bool:
    return isinstance(step.call, ir.Body) and any(
        declared.is_stdout(step, entry.name) for entry in step.call.outputs
    )


def _needs_own_dag(node: ir.Step | ir.Group, *, gathered: bool, skippable: bool) -> bool:
    """Tell whether a loop must stand alone: to limit it, or since its list may come out empty."""
    loop, when = node.loop, node.when
    if loop is None:
        return False
    if loop.at_most is not None:
        return True
    return gathered and (
        skippable or when is not None or any(_may_be_empty(xs) for _, xs, _ in loop.variables)
    )


def _may_be_empty(expr: ir.Expr) -> bool:
    from kfdsl.targets.argo.graph.items import listed  # noqa: PLC0415

    found = listed(expr)
    return not isinstance(found, list) or not found


def _number_items(home: Home, gathered: set[str | None]) -> None:
    """Let the items of all loops around a step carry their position, if its artifacts are gathered."""
    step = home.node
    if isinstance(step, ir.Group) or not any(
        output and kinds.is_artifact(_kind(step, output)) for output in gathered
    ):
        return
    _with_positions(home)


def _with_positions(home: Home) -> None:
    for task in loops_around(home):
        if task.items is not None:
            task.items.positions = True


def _group(group: ir.Group, scope: Scope, conditions: Conditions, needs: dict[str, None]) -> None:
    name = _group_name(group)
    outer = _outer(group, name, scope, conditions, needs)
    inner_steps = {step.name for step in group.graph.steps()}
    gathered = (
        any(step in scope.frame.usage.gathered for step in inner_steps)
        or group.name in scope.frame.usage.gathered
    )
    tolerant = group.settings.get("continue_on") is not None
    task = _looped(
        _told(outer),
        group,
        own_dag=_needs_own_dag(group, gathered=gathered, skippable=outer.is_conditional),
        tolerant=tolerant,
        suffix="loop" if group.loop else "continue",
    )
    if group.loop is not None and group.handlers:
        task = _inner_scope(task, f"{name}-item").add_task(group, name, task.span)
    home = scope.frame.homes[group.name] = Home(group, task)
    home.tolerant = tolerant
    _place(group.graph, _inner_scope(task, name), (), {})


def _group_name(group: ir.Group) -> str:
    if not group.anonymous:
        return group.name
    return "for-" + "-".join(name for name, _, _ in group.loop.variables) if group.loop else "group"


def outside_needs(scope: Scope) -> tuple[dict[str, None], dict[str, ir.AfterStep]]:
    """Return what the steps of a DAG wait for outside it; add that to what its call waits for.

    The second are those that it waits for in whatever way they end.
    """
    found: dict[str, None] = {}
    ended: dict[str, ir.AfterStep] = {}
    for task in scope.tasks:
        if task.inner is not None:
            needs, inner = outside_needs(task.inner)
            task.needs |= needs
            task.ended |= inner
        own = results.named(task.order)
        asked = {name: entry for name, entry in (own | task.ended).items() if scope.task_of(name) is None}
        told_of = {scope.task_around(name) for name in own}
        found |= {
            name: None
            for name in task.needs
            if name in scope.frame.homes
            and scope.task_of(name) is None
            and (not told_of or scope.task_around(name) not in told_of)
        }
        ended |= asked
    needed = {scope.task_around(name) for name in found} if ended else set()
    for name, entry in ended.items():
        if scope.task_around(name) in needed:
            raise Refused(
                entry.span,
                f"in one loop, one step waits for the success of `{name}` and another for another end: "
                "Argo starts a loop as a whole",
                "put them into two loops",
            )
    return found, ended


__all__ = ["graph", "outside_needs"]
