"""Pipelines: their params and outputs, their graphs, and calls of pipelines in them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Final

from kfdsl import ir, kinds
from kfdsl.targets.common.constants import NotConstant, constant
from kfdsl.targets.kfp import (
    copies,
    handlers,
    importers,
    leaves,
    opened,
    patches,
    plan,
    reading,
    settings,
    types,
)
from kfdsl.targets.kfp.arguments import give
from kfdsl.targets.kfp.dag import Dag, Frame, Source, Task
from kfdsl.targets.kfp.findings import Findings
from kfdsl.targets.kfp.refusal import Refused

NO_PARAMETERS: Final[Mapping[str, ir.Constant]] = {}


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
    task.component_name = pipeline.name
    settings.of_call(step, task, findings)
    patches.refuse_called(pipeline, findings)
    pipeline, given = opened.with_texts(pipeline, dict(step.arguments))
    inner = Dag(pipeline.name, task, Frame(pipeline, findings, task.dag.frame))
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
        default = None
        if isinstance(param.default, (ir.LoadedRef, ir.PlaceRef)):
            if dag.task is None:  # a call gives it to its pipeline
                dag.frame.params[name] = importers.loaded(param.default, param.type, dag, name, findings)
                continue
        elif param.default is not None:
            default = constant(param.default)
        made = types.definition(param.type, param.doc)
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
        if kinds.is_artifact(param.type) and dag.frame.parent is None and param.default is None:
            findings.unrunnable(
                param.span,
                "a run of Kubeflow cannot be given an artifact",
                "let a step `load` it from an address",
            )
        dag.inputs[name] = made, kinds.is_artifact(param.type)
        dag.frame.params[name] = Source(dag, name, param.type, name)


def fill_pipeline(
    dag: Dag, pipeline: ir.Pipeline, findings: Findings, parameters: Mapping[str, ir.Constant] = NO_PARAMETERS
) -> None:
    """Build the graph of a pipeline in its outermost DAG."""
    declare(dag, pipeline, parameters, findings)
    if pipeline.body is not None:
        step = _one(pipeline, pipeline.body)
        tasks = plan.placed(dag.add(pipeline.name, pipeline.name_span, step), step, ())
        for made in pipeline.body.outputs:
            dag.give_out(Source(dag, made.name, made.type, made.name, tasks[0]), made.name, made.doc)
    else:
        tasks = _graph(pipeline, dag, findings)
    for task in tasks:
        findings.attempt(partial(fill, task, findings))
    plan.connect(dag.frame)
    for entry in pipeline.outputs:
        findings.attempt(partial(_output, entry, dag))


def _graph(pipeline: ir.Pipeline, dag: Dag, findings: Findings) -> list[Task]:
    """Place the steps of a pipeline and of its handlers; return the tasks to be filled."""
    frame = dag.frame
    frame.joined = copies.joins((pipeline.graph, pipeline.outputs))
    frame.gathered = copies.gathered((pipeline.graph, pipeline.handlers))
    begin = len(findings.later)
    if pipeline.handlers:
        findings.differs(
            pipeline.handlers[0].span.head, "on Kubeflow, the run does not fail where only its handler does"
        )
    inner, tasks = handlers.around(pipeline.handlers, dag, findings, plan.graph)
    if pipeline.graph is not None:
        tasks += plan.graph(pipeline.graph, inner, findings)
    conditions = findings.later[begin:]  # they may read steps that are written below them
    del findings.later[begin:]
    for action in conditions:
        findings.attempt(action)
    return tasks


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
    many = any(isinstance(one, ir.EachRef) for one in ir.walk(entry.value))
    dag.frame.lenient = "nothing" if isinstance(entry.type, kinds.Optional) else "empty" if many else ""
    try:
        dag.give_out(dag.local(found), entry.name, entry.doc)
    finally:
        dag.frame.lenient = ""
