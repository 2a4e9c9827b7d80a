"""Runs of objects that are not of the project: `pipeline x = extern("workflow-template/NAME") { param … }`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from kfdsl import ir, kinds
from kfdsl.targets.argo.artifacts import places
from kfdsl.targets.argo.expressions import text
from kfdsl.targets.argo.objects import Object, sections
from kfdsl.targets.argo.refusal import Refused
from kfdsl.targets.argo.scopes.leaf import Leaf
from kfdsl.targets.argo.settings.fields import config_key
from kfdsl.targets.common.constants import NotConstant, constant

SCOPES: Final = {"workflow-template": False, "cluster-workflow-template": True}


class Named(NamedTuple):
    """What `extern` names: an object, and one of its templates, or none for the whole object."""

    name: str
    template: str
    cluster: bool


def named(run: ir.BuiltIn) -> Named | None:
    """Return what an `extern` names; None where Argo has no such thing."""
    reference = run.argument("reference")
    value = constant(reference) if reference is not None else ""
    parts = value.split("/") if isinstance(value, str) else []
    if not (2 <= len(parts) <= 3) or parts[0] not in SCOPES or not all(parts):
        return None
    return Named(parts[1], parts[2] if len(parts) == 3 else "", SCOPES[parts[0]])


def of_run(
    pipeline: ir.Pipeline, kind: str, parameters: Mapping[str, ir.Constant], leaf: Leaf
) -> Object | None:
    """Return the beginning of a spec that runs an object of the cluster, None for other pipelines."""
    run = pipeline.body.run if pipeline.body is not None else None
    if not isinstance(run, ir.BuiltIn) or run.name != "extern":
        return None
    found = named(run)
    if found is None:
        raise Refused(
            run.span,
            "Argo runs `workflow-template/NAME` and `cluster-workflow-template/NAME`,"
            " or one template: `workflow-template/NAME/TEMPLATE`",
        )
    if kind not in ("Workflow", "CronWorkflow"):
        raise Refused(run.span, f"a {kind} cannot be a reference to another object")
    if pipeline.handlers:
        raise Refused(
            pipeline.handlers[0].span,
            "a run of another object has the handlers of that object, and no others",
        )
    arguments = _arguments(pipeline, parameters, leaf)
    spec: Object = {"arguments": arguments} if arguments else {}
    if found.template:
        spec["entrypoint"] = found.template
    return spec | {
        "workflowTemplateRef": {"name": found.name} | ({"clusterScope": True} if found.cluster else {})
    }


def _arguments(pipeline: ir.Pipeline, parameters: Mapping[str, ir.Constant], leaf: Leaf) -> Object:
    """Return the arguments; what has no value is left to the object, which may have one."""
    given = dict(pipeline.arguments)
    values: list[Object] = []
    files: list[Object] = []
    bound = pipeline.body.inputs if pipeline.body is not None else ()
    every: list[ir.Param | ir.Input] = [*pipeline.params, *(one for one in bound if one.name in given)]
    for param in every:
        default = given[param.name] if isinstance(param, ir.Input) else param.default
        if kinds.is_artifact(param.type):
            if isinstance(default, (ir.PlaceRef, ir.LoadedRef)):
                files.append({"name": param.name} | places.located(default, leaf))
        elif param.name in parameters and isinstance(param, ir.Param):
            values.append({"name": param.name, "value": _plain(parameters[param.name], param)})
        elif isinstance(default, ir.KeyRef):
            values.append({"name": param.name, "valueFrom": config_key(default, pipeline)})
        elif default is not None:
            value = constant(default)
            if isinstance(value, NotConstant):
                raise Refused(default.span, "this must be a constant: there is no step that could compute it")
            values.append({"name": param.name, "value": _plain(value, param)})
    return sections(values, files)


def _plain(value: ir.Constant, param: ir.Param | ir.Input) -> str:
    """Return the text of a value as it is meant: the object knows nothing of form E."""
    written = text.of_constant(value)
    if text.has_tag(written):
        raise Refused(
            param.span, "`{{` cannot stand here on Argo, which would read it as its own placeholder"
        )
    return written
