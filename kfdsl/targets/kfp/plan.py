"""Which task of which DAG runs each step: conditions, loops, groups and called pipelines are DAGs."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from kfdsl import ir, kinds
from kfdsl.functions import json_text
from kfdsl.node import replace
from kfdsl.targets.argo.constants import NotConstant, constant
from kfdsl.targets.argo.usage import Usage
from kfdsl.targets.kfp import copies, handlers, leaves, names, reading, settings, types, units
from kfdsl.targets.kfp.arguments import give
from kfdsl.targets.kfp.dag import Dag, Frame, Source, Task
from kfdsl.targets.kfp.findings import Findings
from kfdsl.targets.kfp.refusal import Refused
from kfdsl.targets.kfp.units import Conditional, Member, Unit

NO_PARAMETERS: Mapping[str, ir.Constant] = {}


def graph(nodes: ir.Graph, dag: Dag, findings: Findings) -> list[Task]:
    """Place the steps of a graph in a DAG; return the tasks with a body or a called pipeline, to be filled."""
    if not _branching(nodes, dag.frame):
        return [
            task
            for node in nodes.nodes
            if not isinstance(node, ir.Choice)
            for task in _member(node, dag, findings)
        ]
    made, shared = copies.copied(nodes, dag.frame)
    sets = units.gather(made, shared)
    inner: dict[int, Dag] = {}
    tasks: list[Task] = []
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
    if lone is not None and lone.name in dag.frame.joined:
        task = dag.add(lone.name, lone.name_span, lone)
        findings.later.append(partial(_condition, unit.conditions, task))
        return _placed(task, lone, unit.needs)
    negative = not unit.conditions[-1].holds
    inner = dag.child(f"{'else' if negative else 'if'}-{unit.first}", unit.span, unit.node)
    task = inner.task_or_bug
    findings.later.append(partial(_condition, unit.conditions, task))
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
    return node if isinstance(node.call, ir.Body) else None


def _member(node: Member, dag: Dag, findings: Findings) -> list[Task]:
    """Place a step or group: its loop, then its condition, then itself."""
    if node.loop is not None:
        dag = _looped(node, node.loop, dag, findings)
    if node.when is not None:
        inner = dag.child(f"if-{_shown(node)}", node.span, node)
        findings.later.append(partial(_condition, (Conditional(node.when, holds=True),), inner.task_or_bug))
        dag = inner
    if isinstance(node, ir.Step):
        return _handled(node, dag, findings)
    if node.loop is None and node.when is None:
        dag = dag.child(node.name if not node.anonymous else f"group-{_shown(node)}", node.span, node)
    task = dag.task_or_bug
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
    return [*tasks, *_placed(dag.add(step.name, step.name_span, step), step, ())]


def _placed(task: Task, step: ir.Step, needs: tuple[ir.Need, ...]) -> list[Task]:
    task.dag.frame.homes.setdefault(step.name, []).append(task)
    task.dag.frame.edges.append((task, (*needs, *step.needs)))
    return [task]


def _shown(node: Member) -> str:
    if isinstance(node, ir.Step) or not node.anonymous:
        return node.name
    first = next(node.graph.steps(), None)
    return first.name if first is not None else "steps"


def _looped(node: ir.Step | ir.Group, loop: ir.Loop, dag: Dag, findings: Findings) -> Dag:
    """Return the DAG of one item of a loop; a product is loops in a loop."""
    for name, items, kind in loop.variables:
        inner = dag.child(f"for-{name}-{_shown(node)}", node.span, node)
        task = inner.task_or_bug
        key = names.free(f"{names.CHANNEL}{name}-loop-item", inner.inputs)
        inner.inputs[key] = types.definition(kind), False
        inner.items[name] = Source(inner, key, kind, f"{name}-loop-item")
        task.iterator = {"itemInput": key}

        def iterate(items: ir.Expr = items, task: Task = task, outer: Dag = dag) -> None:
            task.iterator["items"] = _items(items, task, outer)

        findings.later.append(iterate)
        dag = inner
    if loop.at_most is not None:
        limit = constant(loop.at_most)
        if isinstance(limit, NotConstant):
            raise Refused(loop.at_most.span, "`at_most` is a constant on Kubeflow")
        if len(loop.variables) > 1:
            raise Refused(
                loop.at_most.span,
                "Kubeflow limits each loop by itself, not the product of two",
                "write a `for` in a `for`, and limit one of them",
            )
        dag.task_or_bug.fields["iteratorPolicy"] = {"parallelismLimit": limit}
    return dag


def _items(items: ir.Expr, task: Task, dag: Dag) -> types.Object:
    value = constant(items)
    if not isinstance(value, NotConstant):
        return {"raw": json_text(value)}
    if kinds.is_artifact(items.type):
        raise Refused(items.span, "Kubeflow cannot loop over artifacts")
    found = reading.selector(items, dag)
    if found is None:
        raise Refused(items.span, f"Kubeflow cannot loop over `{items.span.text}`", "make the list in a step")
    made, code = found
    name = f"{names.CHANNEL}{made.channel}"
    local = dag.local(made)
    task.give(name, local)
    inner = task.inner
    if inner is not None:
        inner.inputs[name] = types.definition(items.type), False
    if code:
        binding = task.parameters[name]
        task.parameters[name] = binding | {"parameterExpressionSelector": code}  # type: ignore[operator]  # an object
    return {"inputParameter": name}


def _condition(conditions: tuple[Conditional, ...], task: Task) -> None:
    """Give a task the condition under which it runs, and the inputs that the condition reads."""
    reader = task.inner if task.inner is not None else task
    texts = []
    for one in conditions:
        code = reading.condition(one.expr, reader)
        alone = len(conditions) == 1
        texts.append(f"!({code.text})" if not one.holds else code.text if alone else code.at(3))
    task.condition = " && ".join(texts)


def fill(task: Task, findings: Findings) -> None:
    """Give a task its component and inputs, and let it wait for what its step needs."""
    step = task.node
    if not isinstance(step, ir.Step):
        return
    match step.call:
        case ir.Body():
            leaves.fill(task, step.call, step, findings)
        case ir.Pipeline():
            _call(task, step.call, step, findings)
        case ir.PipelineRef():
            raise Refused(step.name_span, "Kubeflow has no recursion: a pipeline cannot call itself")


def _call(task: Task, pipeline: ir.Pipeline, step: ir.Step, findings: Findings) -> None:
    inner = Dag(pipeline.name, task, pipeline)
    task.component_name = pipeline.name
    settings.caching(step.settings, task)
    given = dict(step.arguments)
    fill_pipeline(inner, pipeline, findings)
    for param in pipeline.params:
        value = given.get(param.name, param.default)
        if value is not None:
            findings.attempt(partial(give, task, param.name, value, param.type, findings))


def declare(
    dag: Dag, pipeline: ir.Pipeline, parameters: Mapping[str, ir.Constant], findings: Findings
) -> None:
    """Declare the params of a pipeline as the inputs of its outermost DAG."""
    for param in pipeline.params:
        name = param.name
        made = types.definition(param.type, param.doc)
        default = constant(param.default) if param.default is not None else None
        if isinstance(default, NotConstant):
            findings.refuse(
                pipeline.span if param.default is None else param.default.span,
                "a default is a constant on Kubeflow",
            )
            default = None
        default = parameters.get(name, default)
        if default is not None:
            made["defaultValue"] = types.constant(default, param.type)
        if default is not None or isinstance(param.type, kinds.Optional):
            made["isOptional"] = True
        dag.inputs[name] = made, kinds.is_artifact(param.type)
        dag.frame.params[name] = Source(dag, name, param.type, name)


def fill_pipeline(
    dag: Dag, pipeline: ir.Pipeline, findings: Findings, parameters: Mapping[str, ir.Constant] = NO_PARAMETERS
) -> None:
    """Build the graph of a pipeline in its outermost DAG."""
    declare(dag, pipeline, parameters, findings)
    if pipeline.body is not None:
        step = _one(pipeline, pipeline.body)
        tasks = _placed(dag.add(pipeline.name, pipeline.name_span, step), step, ())
    else:
        frame = dag.frame
        frame.joined = copies.joins((pipeline.graph, pipeline.outputs))
        frame.gathered = set(Usage(pipeline).gathered)
        begin = len(findings.later)
        if pipeline.handlers:
            findings.differs(
                pipeline.handlers[0].span.head,
                "on Kubeflow, the run does not fail where only its handler does",
            )
        inner, tasks = handlers.around(pipeline.handlers, dag, findings, graph)
        tasks += graph(pipeline.graph, inner, findings) if pipeline.graph is not None else []
        conditions = findings.later[begin:]
        del findings.later[begin:]
        for action in conditions:
            findings.attempt(action)
    for task in tasks:
        findings.attempt(partial(fill, task, findings))
    if pipeline.body is not None:
        for made in pipeline.body.outputs:
            dag.give_out(Source(dag, made.name, made.type, made.name, tasks[0]), made.name, made.doc)
    for task, needs in dag.frame.edges:
        for need in needs:
            for home in dag.frame.homes.get(need.step, ()):
                _edge(task, home)
    for entry in pipeline.outputs:
        findings.attempt(partial(_output, entry, dag))


def _one(pipeline: ir.Pipeline, body: ir.Body) -> ir.Step:
    """Return a pipeline of one body as a step of it."""
    return ir.Step(
        pipeline.name, body, pipeline.arguments, body.settings, None, None, None, (), (), "", pipeline.span,
        pipeline.name_span,
    )  # fmt: skip


def _output(entry: ir.GraphOutput, dag: Dag) -> None:
    found = reading.source(entry.value, dag)
    if found is None:
        raise Refused(
            entry.value.span,
            "an output of a pipeline on Kubeflow is an output of a step",
            "compute it in a step",
        )
    local = dag.local(found)
    dag.give_out(local, entry.name, entry.doc)


def _edge(task: Task, other: Task) -> None:
    """Let a task, or what it is in, wait for another, or what that is in, in the nearest DAG that has both."""
    around: Task | None = task
    while around is not None:
        found = around.dag.task_around(other)
        if found is not None:
            around.wait_for(found)
            return
        around = around.dag.task
