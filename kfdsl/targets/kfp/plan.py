"""Which task of which DAG runs each step: conditions, loops, groups and handlers are DAGs."""

from __future__ import annotations

from functools import partial

from kfdsl import ir
from kfdsl.node import replace
from kfdsl.targets.kfp import copies, endings, handlers, importers, loops, reading, settings, units
from kfdsl.targets.kfp.dag import Dag, Frame, Task
from kfdsl.targets.kfp.findings import Findings
from kfdsl.targets.kfp.units import Conditional, Member, Unit


def graph(nodes: ir.Graph, dag: Dag, findings: Findings) -> list[Task]:
    """Place the steps of a graph in a DAG; return the tasks with a body or a called pipeline, to be filled."""
    nodes = endings.handled(nodes, findings)
    if not _branching(nodes, dag.frame):
        tasks: list[Task] = []
        for node in nodes.nodes:
            if not isinstance(node, ir.Choice):
                findings.attempt(lambda node=node: tasks.extend(_member(node, dag, findings)))  # type: ignore[misc]
        return tasks
    made, shared = copies.copied(nodes, dag.frame)
    sets = units.gather(made, shared)
    inner: dict[int, Dag] = {}
    tasks = []
    for unit in made:
        place = dag
        if unit.around is not None:
            if unit.around not in inner:
                first = sets[unit.around][0]
                word = "branches" if first.choice is not None else "maybe"
                inner[unit.around] = dag.child(f"{word}-{first.first}", first.span)
            place = inner[unit.around]
        findings.attempt(lambda unit=unit, place=place: tasks.extend(_unit(unit, place, findings)))  # type: ignore[misc]
    return tasks


def _branching(nodes: ir.Graph, frame: Frame) -> bool:
    """Tell whether anything in a graph may be skipped, or be nothing."""
    return any(
        isinstance(node, ir.Choice)
        or (node.when is not None and node.loop is None)
        or (node.loop is not None and bool(frame.gathered))
        for node in nodes.nodes
    )


def _unit(unit: Unit, dag: Dag, findings: Findings) -> list[Task]:
    if not unit.conditions:
        return _content(unit, dag, findings)
    lone = _lone(unit)
    if lone is not None and (lone.name in dag.frame.joined or copies.reads_artifacts(lone)):
        task = dag.add(lone.name, lone.name_span, lone)
        task.conditional = True
        findings.later.append(partial(condition, unit.conditions, task))
        return placed(task, lone, unit.needs)
    negative = not unit.conditions[-1].holds
    inner = dag.child(f"{'else' if negative else 'if'}-{unit.first}", unit.span, unit.node)
    task = inner.task_or_bug
    task.conditional = True
    findings.later.append(partial(condition, unit.conditions, task))
    dag.frame.edges.append((task, unit.needs))
    return _content(unit, inner, findings)


def _content(unit: Unit, dag: Dag, findings: Findings) -> list[Task]:
    node = unit.node
    if node is not None:  # the condition of a loop is one of its items
        return _member(node if node.loop is not None else replace(node, when=None), dag, findings)
    return graph(unit.graph, dag, findings) if unit.graph is not None else []


def _lone(unit: Unit) -> ir.Step | None:
    """Return the one container that a unit is; its own task can have the condition (kfp.md, S4)."""
    node: object = unit.node
    if unit.graph is not None and len(unit.graph.nodes) == 1:
        node = unit.graph.nodes[0]
        if isinstance(node, ir.Step) and node.when is not None:
            return None
    if not isinstance(node, ir.Step) or node.loop is not None or node.handlers:
        return None
    if isinstance(node.call, ir.Body) and not importers.is_load(node.call):
        return node
    return None


def _member(node: Member, dag: Dag, findings: Findings) -> list[Task]:
    """Place a step or group: its loop, then its condition, then itself."""
    if node.loop is not None:
        dag = loops.looped(node, node.loop, dag, findings)
    if node.when is not None:
        inner = dag.child(f"if-{loops.shown(node)}", node.span, node)
        inner.task_or_bug.conditional = True
        findings.later.append(partial(condition, (Conditional(node.when, holds=True),), inner.task_or_bug))
        dag = inner
    if isinstance(node, ir.Step):
        return _handled(node, dag, findings)
    if node.loop is None and node.when is None:
        dag = dag.child(node.name if not node.anonymous else f"group-{loops.shown(node)}", node.span, node)
    task = dag.task_or_bug
    settings.of_group(node.settings, task, "group", findings)
    dag.frame.homes.setdefault(node.name, []).append(task)
    dag.frame.groups.setdefault(node.name, []).append((node, dag))
    dag.frame.edges.append((task, node.needs))
    inner, tasks = handlers.around(node.handlers, dag, findings, graph)
    return [*tasks, *graph(node.graph, inner, findings)]


def _handled(step: ir.Step, dag: Dag, findings: Findings) -> list[Task]:
    """Place a step, with its handlers in a DAG around it."""
    tasks: list[Task] = []
    if step.handlers:
        dag = dag.child(f"handled-{step.name}", step.span, step)
        dag, tasks = handlers.around(step.handlers, dag, findings, graph)
    if importers.needs_dag(step):
        dag = dag.child(step.name, step.name_span, step)
    return [*tasks, *placed(dag.add(step.name, step.name_span, step), step, ())]


def placed(task: Task, step: ir.Step, needs: tuple[ir.Need, ...]) -> list[Task]:
    """Let a task be the home of a step, and wait for what it needs; return it."""
    task.dag.frame.homes.setdefault(step.name, []).append(task)
    task.dag.frame.edges.append((task, (*needs, *step.needs)))
    return [task]


def condition(conditions: tuple[Conditional, ...], task: Task) -> None:
    """Give a task the condition under which it runs, and the inputs that the condition reads."""
    reader = task.inner if task.inner is not None else task
    texts = []
    for one in conditions:
        code = reading.condition(one.expr, reader)
        alone = len(conditions) == 1
        texts.append(f"!({code.text})" if not one.holds else code.text if alone else code.at(3))
    task.condition = " && ".join(texts)


def connect(frame: Frame) -> None:
    """Let every task wait for what its step, group or branch waits for."""
    for task, needs in frame.edges:
        for need in needs:
            for home in frame.homes.get(need.step, ()):
                _edge(task, home)


def _edge(task: Task, other: Task) -> None:
    """Let a task, or what it is in, wait for another, or what that is in, in the nearest DAG that has both."""
    around: Task | None = task
    while around is not None:
        found = around.dag.task_around(other)
        if found is not None:
            around.wait_for(found)
            return
        around = around.dag.task
