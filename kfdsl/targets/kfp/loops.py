"""Loops: the DAG of one item, and the lists that it is started for."""

from __future__ import annotations

from kfdsl import ir, kinds
from kfdsl.functions import json_text
from kfdsl.targets.common.constants import NotConstant, constant
from kfdsl.targets.kfp import names, reading, types
from kfdsl.targets.kfp.dag import Dag, Source, Task
from kfdsl.targets.kfp.findings import Findings
from kfdsl.targets.kfp.refusal import Refused


def looped(node: ir.Step | ir.Group, loop: ir.Loop, dag: Dag, findings: Findings) -> Dag:
    """Return the DAG of one item of a loop; a product is loops in a loop."""
    for name, items, kind in loop.variables:
        inner = dag.child(f"for-{name}-{shown(node)}", node.span, node)
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


def shown(node: ir.Step | ir.Group) -> str:
    """Return the name of a step or group, or of the first step in one without a name."""
    if isinstance(node, ir.Step) or not node.anonymous:
        return node.name
    first = next(node.graph.steps(), None)
    return first.name if first is not None else "steps"
