"""Calls of pipelines that are objects of their own in the cluster: by reference, not as copies."""

from __future__ import annotations

from kfdsl import ir, kinds
from kfdsl.targets.argo import names
from kfdsl.targets.argo.expressions import text
from kfdsl.targets.argo.objects import Object
from kfdsl.targets.common.constants import NotConstant, constant

KINDS = ("WorkflowTemplate", "ClusterWorkflowTemplate")


def of_step(pipeline: ir.Pipeline) -> Object:
    """Return the reference of a step to the template that a pipeline begins with."""
    return _object(pipeline) | {"template": entrypoint(pipeline)} | _scope(pipeline)


def of_whole(pipeline: ir.Pipeline) -> tuple[Object, list[Object]] | None:
    """Return the reference that `pipeline x = y(…)` is, and its constant arguments.

    None for other pipelines, and where params get to `y` under other names: then a step calls it.
    """
    step = _only_step(pipeline)
    if step is None or not isinstance(step.call, ir.Pipeline) or step.call.kind not in KINDS:
        return None
    passed: set[str] = set()
    made: list[Object] = []
    for name, value in step.arguments:
        if value == ir.ParamRef(name, value.type, value.span):
            passed.add(name)
            continue
        known = constant(value)
        if isinstance(known, NotConstant) or kinds.is_artifact(value.type):
            return None
        made.append({"name": name, "value": text.encoded_constant(known)})
    if passed != {param.name for param in pipeline.params}:
        return None
    return _object(step.call) | _scope(step.call), made


def _only_step(pipeline: ir.Pipeline) -> ir.Step | None:
    """Return the step of `pipeline x = y(…)`, which stands where the name of the pipeline does."""
    nodes = pipeline.graph.nodes if pipeline.graph is not None else ()
    if len(nodes) != 1 or not isinstance(nodes[0], ir.Step) or pipeline.handlers:
        return None
    step = nodes[0]
    own = step.loop or step.when or step.after or step.handlers or step.settings.values
    return step if step.name_span.start == pipeline.name_span.start and not own else None


def _object(pipeline: ir.Pipeline) -> Object:
    name = pipeline.settings.expr("name")
    return {"name": str(constant(name)) if name is not None else names.template_name(pipeline.name)}


def _scope(pipeline: ir.Pipeline) -> Object:
    return {"clusterScope": True} if pipeline.kind == "ClusterWorkflowTemplate" else {}


def entrypoint(pipeline: ir.Pipeline) -> str:
    """Return the name of the template that a pipeline begins with: its own, unless a step's is called so."""
    own = names.template_name(pipeline.name)
    if pipeline.graph is None:
        return own
    taken = {names.template_name(step.call.name) for step in pipeline.graph.steps()}
    return own if own not in taken else names.unique("main", taken)
