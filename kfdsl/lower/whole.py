"""`pipeline x = y(…)`: where only values differ, `x` is `y` with its handlers and settings, under another name."""

from __future__ import annotations

from kfdsl import ir
from kfdsl.evaluate import EvaluationError, NotConstantError, constant
from kfdsl.kinds import is_artifact
from kfdsl.lower import settings
from kfdsl.node import replace

_OF_OBJECT = ("name", "name_prefix", "schedule")
"""Settings that say which object a pipeline is."""
_REFERRED = ("WorkflowTemplate", "ClusterWorkflowTemplate")


def same_run(pipeline: ir.Pipeline) -> ir.Pipeline:
    """Return a pipeline that is one call as the pipeline that it calls; as it is where it is more than that."""
    step = pipeline.graph.nodes[0] if pipeline.graph is not None and pipeline.graph.nodes else None
    if not isinstance(step, ir.Step) or not isinstance(step.call, ir.Pipeline) or pipeline.handlers:
        return pipeline
    called = step.call
    if called.kind in _REFERRED or called.applied is not None or _calls(called, called.name):
        return pipeline
    params = _params(pipeline, step, called)
    resources = {**pipeline.resources, **called.resources}
    if params is None or any(resources[name] != one for name, one in pipeline.resources.items()):
        return pipeline
    inherited = {name: value for name, value in called.settings.values.items() if name not in _OF_OBJECT}
    return replace(
        called,
        name=pipeline.name,
        kind=pipeline.kind,
        params=params,
        settings=ir.Settings(settings.merge(inherited, pipeline.settings.values)),
        metrics=(*called.metrics, *pipeline.metrics),
        patches=(*called.patches, *pipeline.patches),
        resources=resources,
        doc=pipeline.doc or called.doc,
        span=pipeline.span,
        name_span=pipeline.name_span,
    )


def _params(pipeline: ir.Pipeline, step: ir.Step, called: ir.Pipeline) -> tuple[ir.Param, ...] | None:
    """Return the params of the called pipeline with the values of the call as defaults.

    None where a value is computed, or a param has another name there.
    """
    given, own = dict(step.arguments), {param.name: param for param in pipeline.params}
    made: list[ir.Param] = []
    for param in called.params:
        value = given.get(param.name)
        if value is None:
            made.append(param)
        elif isinstance(value, ir.ParamRef) and value.name == param.name:
            outer = own.pop(param.name)
            made.append(replace(outer, type=param.type, where=outer.where or param.where))
        elif _is_fixed(value):
            made.append(replace(param, default=value))
        else:
            return None
    return tuple(made) if not own else None


def _is_fixed(value: ir.Expr) -> bool:
    if is_artifact(value.type):
        return isinstance(value, (ir.PlaceRef, ir.LoadedRef))
    if isinstance(value, ir.KeyRef):
        return True
    try:
        constant(value)
    except (NotConstantError, EvaluationError):
        return False
    return True


def _calls(pipeline: ir.Pipeline, name: str) -> bool:
    """Tell whether a pipeline calls one of a name, which stands for itself inside it."""
    graphs = [pipeline.graph, *(handler.graph for handler in pipeline.handlers)]
    steps = [step for graph in graphs if graph is not None for step in graph.steps()]
    return any(
        step.call.name == name if isinstance(step.call, ir.PipelineRef) else _calls(step.call, name)
        for step in steps
        if isinstance(step.call, (ir.Pipeline, ir.PipelineRef))
    )
