"""Which task of which DAG runs each step: conditions, loops, groups and called pipelines are DAGs."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from kfdsl import ir, kinds
from kfdsl.functions import json_text
from kfdsl.node import Node
from kfdsl.targets.argo.constants import NotConstant, constant
from kfdsl.targets.kfp import leaves, names, reading, settings, types
from kfdsl.targets.kfp.arguments import give
from kfdsl.targets.kfp.dag import Dag, Source, Task
from kfdsl.targets.kfp.findings import Findings
from kfdsl.targets.kfp.refusal import Refused

NO_PARAMETERS: Mapping[str, ir.Constant] = {}


class Conditional(Node):
    """A condition, and whether it must hold or must not."""

    expr: ir.Expr
    holds: bool


def graph(nodes: ir.Graph, dag: Dag, findings: Findings) -> list[Task]:
    """Place the steps of a graph in a DAG; return the tasks with a body or a called pipeline, to be filled."""
    made: list[Task] = []
    for node in nodes.nodes:
        match node:
            case ir.Step():
                made += _step(node, dag, findings)
            case ir.Group():
                made += _group(node, dag, findings)
            case ir.Choice():
                made += _choice(node, dag, findings)
    return made


def _step(step: ir.Step, dag: Dag, findings: Findings) -> list[Task]:
    inner = _within(step, dag, findings)
    task = inner.add(step.name, step.name_span, step)
    dag.frame.homes[step.name] = task
    return [task]


def _group(group: ir.Group, dag: Dag, findings: Findings) -> list[Task]:
    inner = _within(group, dag, findings)
    if inner is dag:
        inner = dag.child(group.name, group.span, group)
    task = inner.task_or_bug
    dag.frame.homes[group.name] = task
    dag.frame.groups[group.name] = group, inner
    return graph(group.graph, inner, findings)


def _within(node: ir.Step | ir.Group, dag: Dag, findings: Findings) -> Dag:
    """Return the DAG inside the loop and the condition of a step or group: this one where it has none."""
    if node.loop is not None:
        dag = _looped(node, node.loop, dag, findings)
    if node.when is not None:
        dag = _under((Conditional(node.when, holds=True),), f"when-{_shown(node)}", dag, node, findings)
    return dag


def _shown(node: ir.Step | ir.Group) -> str:
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


def _choice(choice: ir.Choice, dag: Dag, findings: Findings) -> list[Task]:
    first = next(choice.branches[0][1].steps(), None)
    name = first.name if first is not None else "steps"
    if len(choice.branches) > 1:
        dag = dag.child(f"branches-{name}", choice.span)
    made: list[Task] = []
    earlier: tuple[Conditional, ...] = ()
    for condition, branch in choice.branches:
        own = earlier if condition is None else (*earlier, Conditional(condition, holds=True))
        inside = next(branch.steps(), None)
        inner = _under(own, f"if-{inside.name if inside else name}", dag, None, findings)
        made += graph(branch, inner, findings)
        if condition is not None:
            earlier = (*earlier, Conditional(condition, holds=False))
    return made


def _under(
    conditions: tuple[Conditional, ...],
    name: str,
    dag: Dag,
    node: ir.Step | ir.Group | None,
    findings: Findings,
) -> Dag:
    """Return a DAG that runs under conditions."""
    inner = dag.child(name, node.span if node is not None else conditions[0].expr.span, node)
    task = inner.task_or_bug
    findings.later.append(lambda: _condition(conditions, inner, task))
    return inner


def _condition(conditions: tuple[Conditional, ...], inner: Dag, task: Task) -> None:
    texts = []
    for one in conditions:
        code = reading.condition(one.expr, inner)
        texts.append(
            code.text
            if one.holds and len(conditions) == 1
            else code.at(3)
            if one.holds
            else f"!({code.text})"
        )
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
        tasks = [dag.add(pipeline.name, pipeline.name_span, step)]
        dag.frame.homes[step.name] = tasks[0]
    else:
        begin = len(findings.later)
        tasks = graph(pipeline.graph, dag, findings) if pipeline.graph is not None else []
        conditions = findings.later[begin:]
        del findings.later[begin:]
        for action in conditions:
            findings.attempt(action)
    for task in tasks:
        findings.attempt(partial(fill, task, findings))
    if pipeline.body is not None:
        for made in pipeline.body.outputs:
            dag.give_out(Source(dag, made.name, made.type, made.name, tasks[0]), made.name, made.doc)
    if pipeline.graph is not None:
        _edges(pipeline.graph, dag)
    for entry in pipeline.outputs:
        findings.attempt(partial(_output, entry, dag))
    if pipeline.handlers:
        raise Refused(pipeline.handlers[0].span.head, "handlers are not compiled for Kubeflow yet")


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


def _edges(nodes: ir.Graph, dag: Dag) -> None:
    """Let every task wait for what the steps and groups in it wait for."""
    homes = dag.frame.homes
    for node in nodes.nodes:
        if isinstance(node, ir.Choice):
            for _, branch in node.branches:
                first = next(branch.steps(), None)
                if first is not None:
                    for need in node.needs:
                        _edge(homes[first.name], homes[need.step])
                _edges(branch, dag)
            continue
        for need in node.needs:
            _edge(homes[node.name], homes[need.step])
        if isinstance(node, ir.Group):
            _edges(node.graph, dag)


def _edge(task: Task, other: Task) -> None:
    """Let a task, or what it is in, wait for another, or what that is in, in the nearest DAG that has both."""
    around: Task | None = task
    while around is not None:
        found = around.dag.task_around(other)
        if found is not None:
            around.wait_for(found)
            return
        around = around.dag.task
