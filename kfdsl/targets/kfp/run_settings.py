"""Settings of a run: of the pipeline's specification, and of its platform settings."""

from __future__ import annotations

from kfdsl import ir
from kfdsl.functions import text_of
from kfdsl.targets.common.constants import NotConstant, constant
from kfdsl.targets.kfp import claims, no_field, settings, values
from kfdsl.targets.kfp.findings import Findings
from kfdsl.targets.kfp.refusal import Refused
from kfdsl.targets.kfp.types import Object

_TTL = {
    "done": "resourceTtlOnCompletion",
    "success": "resourceTtlOnSuccess",
    "failure": "resourceTtlOnFailure",
}


def root(own: ir.Settings, findings: Findings) -> str:
    """Return where artifacts of the run are put; empty where the server decides it."""
    value = own.expr("root")
    found: list[str] = []
    if value is not None:
        findings.attempt(lambda: found.append(values.plain(value, "`root`")))
    return "".join(found)


def info(pipeline: ir.Pipeline, name: str, findings: Findings) -> Object:
    """Return what a pipeline is called and what it does."""
    made: Object = {"name": name}
    display = pipeline.settings.expr("display")
    if display is not None:
        findings.attempt(lambda: made.update({"displayName": values.plain(display, "`display`")}))
    return made | ({"description": pipeline.doc} if pipeline.doc else {})


def config(pipeline: ir.Pipeline, form: str, findings: Findings) -> Object:
    """Return the platform settings of a run, and note what has no field there, or not in this form."""
    own = pipeline.settings
    no_field.refuse(own, no_field.RUN, "pipeline", findings)
    for name in settings.OF_PODS:
        value = own.get(name)
        if value is not None and pipeline.body is None and isinstance(constant(value), NotConstant):
            findings.refuse(
                value.span,
                f"`{name}` of a pipeline is constant on Kubeflow",
                "say it in `defaults { … }`, for each step",
            )
    for name, (having, way) in no_field.OF_FORMS.items():
        value = own.get(name)
        if value is not None and form not in having:
            findings.differs(value.span, f"what is uploaded to Kubeflow does not hold `{name}`", way)
    made: Object = {}
    timeout, ttl = own.expr("timeout"), own.expr("ttl")
    if timeout is not None:
        findings.attempt(lambda: made.update({"activeDeadlineSeconds": values.seconds(timeout, "`timeout`")}))
    if ttl is not None:
        given = dict(ttl.entries) if isinstance(ttl, ir.MapExpr) else {"done": ttl}
        for name, value in given.items():
            findings.attempt(lambda n=name, v=value: made.update({_TTL[n]: values.seconds(v, "`ttl`")}))  # type: ignore[misc]
    return made


def workspace(found: ir.Resource) -> Object:
    """Return the workspace of a run."""
    given = dict(found.arguments)
    claims.known(given, ("size", "class", "mode"))
    patch: Object = {}
    if "mode" in given:
        patch["accessModes"] = list(claims.modes(given))
    if "class" in given:
        patch["storageClassName"] = values.plain(given["class"], "`class`")
    return {"size": text_of(values.fixed(given["size"], "`size`")), "kubernetes": {"pvcSpecPatch": patch}}


def one_workspace(found: list[ir.Resource]) -> Object:
    """Return the workspace that the steps of a run mount; there is one.

    Raises:
        Refused: they mount several.
    """
    first = found[0]
    for other in found[1:]:
        if other != first:
            raise Refused(
                other.span.head, "a run has one workspace on Kubeflow", "mount one of them everywhere"
            )
    return workspace(first)
