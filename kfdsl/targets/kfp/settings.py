"""Settings of a step: fields of its container, its task and its pod; and those of groups and calls."""

from __future__ import annotations

from typing import Final

from kfdsl import ir
from kfdsl.targets.common.constants import NotConstant, constant
from kfdsl.targets.kfp import no_field, pods, resources, task_settings, values, variables, volumes
from kfdsl.targets.kfp.dag import Task
from kfdsl.targets.kfp.findings import Findings
from kfdsl.targets.kfp.leaf import Leaf
from kfdsl.targets.kfp.types import Object

OF_PODS: Final = ("node", "tolerate", "affinity", "image_pull_secrets", "security")
"""Settings of a pipeline that hold for each pod of a run."""


def apply(leaf: Leaf, container: Object) -> None:
    """Put the settings of a step into its container, its task and its platform settings."""
    own = leaf.settings
    no_field.refuse(own, no_field.STEP, "step", leaf.findings)
    own = ir.Settings(_of_run(leaf) | dict(own.values))
    image = own.expr("image")
    if image is not None:
        leaf.findings.attempt(lambda: container.update({"image": values.field(image, leaf, "`image`")}))
    amounts = resources.of_container(own, leaf)
    if amounts:
        container["resources"] = amounts
    variables.of_container(own, leaf, container)
    _exposed(own, container, leaf)
    volumes.mounted(own.expr("mount"), leaf)
    pods.of_pod(own, leaf)
    task_settings.of_task(own, leaf)
    for inner in leaf.body.inits:
        leaf.findings.refuse(
            inner.span.head,
            "Kubeflow Pipelines has no init containers",
            "do it in what runs, before the rest, or in a step before this one",
        )
    for sidecar in leaf.body.sidecars:
        leaf.findings.refuse(
            sidecar.span.head,
            "Kubeflow Pipelines has no sidecars",
            "start it in what runs, in an image that has both, or outside of the pipeline",
        )
    for metric in leaf.body.metrics:
        leaf.findings.refuse(
            metric.span.head,
            "Kubeflow Pipelines measures no runs for Prometheus",
            "give what is measured as an `out` of type Metrics",
        )


def _exposed(own: ir.Settings, container: Object, leaf: Leaf) -> None:
    """Note that Kubernetes would put a secret into a value that names it (kfp.md, A26)."""
    env = own.expr("env")
    words = [container.get("command"), container.get("args")]
    if env is not None and "secretAsEnv" in leaf.task.platform and "{{$.inputs.parameters" in str(words):
        leaf.findings.differs(
            env.span.head,
            "on Kubeflow a value that has `$(NAME)` in it gets the secret of that variable put in",
            "give secrets to steps whose values nobody else makes, or mount them",
        )


def _of_run(leaf: Leaf) -> dict[str, ir.Expr | ir.RangeExpr]:
    """Return what the pipeline of the run says of all its pods, and which has no other place."""
    run = leaf.task.dag.around()[-1].frame.pipeline
    if run.body is leaf.body:
        return dict(run.settings.values)
    found = {name: run.settings.values[name] for name in OF_PODS if name in run.settings.values}
    return {name: value for name, value in found.items() if not isinstance(constant(value), NotConstant)}


def of_group(own: ir.Settings, task: Task, what: str, findings: Findings) -> None:
    """Put the settings of a group, or of the call of a pipeline, into its task."""
    no_field.refuse(own, no_field.GRAPH, what, findings)
    display = own.expr("display")
    if display is not None:
        findings.attempt(
            lambda: task.fields.update({"taskInfo": {"name": values.plain(display, "`display`")}})
        )
    cache = own.expr("cache")
    if isinstance(cache, ir.MapExpr):
        findings.refuse(
            cache.span,
            "Kubeflow keeps the results of steps, not of graphs",
            "say `cache` for the steps in it",
        )


def of_call(step: ir.Step, task: Task, findings: Findings) -> None:
    """Put the settings of the call of a pipeline into its task."""
    call = step.call
    own = step.settings
    if isinstance(call, ir.Pipeline) and call.body is not None:  # its one pod has them
        own = ir.Settings(
            {name: value for name, value in own.values.items() if name not in ("retry", "timeout")}
        )
    of_group(own, task, "call of a pipeline", findings)
    if isinstance(call, ir.Pipeline):
        held = {name: value for name, value in call.settings.values.items() if name in no_field.HELD}
        no_field.refuse(ir.Settings(held), no_field.GRAPH, "pipeline that is called", findings)
    cache = own.expr("cache")
    off = isinstance(cache, ir.Literal) and cache.value is False
    task.fields["cachingOptions"] = {} if off else {"enableCache": True}
