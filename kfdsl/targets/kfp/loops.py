"""Loops: the DAG of one item, and the lists that it is started for."""

from __future__ import annotations

from functools import partial

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
        around = _is_computed(items)
        if around:
            dag = dag.child(f"items-{name}-{shown(node)}", node.span, node)
        inner = dag.child(f"for-{name}-{shown(node)}", node.span, node)
        task = inner.task_or_bug
        key = names.free(f"{names.CHANNEL}{name}-loop-item", inner.inputs)
        inner.inputs[key] = types.definition(kind), kinds.is_artifact(kind)
        inner.items[name] = Source(inner, key, kind, f"{name}-loop-item")
        task.iterator = {"itemInput": key}
        findings.later.append(partial(_iterate, items, task, findings, around=around))
        dag = inner
    if loop.at_most is not None:
        limit = constant(loop.at_most)
        if isinstance(limit, NotConstant):
            findings.refuse(loop.at_most.span, "`at_most` is a constant on Kubeflow")
            return dag
        if len(loop.variables) > 1:
            findings.refuse(
                loop.at_most.span,
                "Kubeflow limits each loop by itself, not the product of two",
                "write a `for` in a `for`, and limit one of them",
            )
        dag.task_or_bug.fields["iteratorPolicy"] = {"parallelismLimit": limit}
    return dag


def _iterate(items: ir.Expr, task: Task, findings: Findings, *, around: bool) -> None:
    """Give a loop the list that it is started for; `around` tells that it has a DAG where to compute that."""
    value = constant(items)
    if not isinstance(value, NotConstant):
        task.iterator["items"] = {"raw": json_text(value)}
        return
    found = reading.selector(items, task.dag)
    if found is None:
        raise Refused(items.span, f"Kubeflow cannot loop over `{items.span.text}`", "make the list in a step")
    made, code = found
    artifacts = kinds.is_artifact(items.type)
    if artifacts:
        findings.unrunnable(
            items.span,
            "the engine of Kubeflow cannot loop over artifacts",
            "loop over values, and read the list of artifacts in one step",
        )
    if code and around:
        made, code = _computed(made, code, items, task.dag), ""
    name = f"{names.CHANNEL}{made.channel}"
    task.give(name, task.dag.local(made))
    if task.inner is not None:
        task.inner.inputs[name] = types.definition(items.type), artifacts
    if code:
        binding = task.parameters[name]
        task.parameters[name] = binding | {"parameterExpressionSelector": code}  # type: ignore[operator]  # an object
    task.iterator["items"] = {"inputArtifact" if artifacts else "inputParameter": name}


def _is_computed(items: ir.Expr) -> bool:
    """Tell whether a list is made of another value, which the engine would do in each round once more."""
    if not isinstance(constant(items), NotConstant):
        return False
    match items:
        case (
            ir.ParamRef()
            | ir.ItemRef()
            | ir.OutputRef()
            | ir.EachRef()
            | ir.FunctionCall("flat", (ir.EachRef(),))
        ):
            return False
        case _:
            return True


def _computed(made: Source, code: str, items: ir.Expr, dag: Dag) -> Source:
    """Return a list that is computed where it enters the DAG around its loop."""
    around = dag.task_or_bug
    name = names.free(f"{names.CHANNEL}{made.channel}-items", dag.inputs)
    around.give(name, around.dag.local(made))
    around.parameters[name] = around.parameters[name] | {"parameterExpressionSelector": code}  # type: ignore[operator]  # an object
    dag.inputs[name] = types.definition(items.type), False
    return Source(dag, name, items.type, f"{made.channel}-items")


def shown(node: ir.Step | ir.Group) -> str:
    """Return the name of a step or group, or of the first step in one without a name."""
    if isinstance(node, ir.Step) or not node.anonymous:
        return node.name
    first = next(node.graph.steps(), None)
    return first.name if first is not None else "steps"
