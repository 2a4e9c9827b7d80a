"""`patch kfp.…`: merged into what is made of a step or a pipeline, and the check of the whole."""

from __future__ import annotations

from typing import Any, Final

from kfdsl import ir
from kfdsl.codes import report
from kfdsl.diagnostics import Diagnostic
from kfdsl.source import Span
from kfdsl.targets.common.patches.patched import Patched
from kfdsl.targets.kfp.findings import Findings
from kfdsl.targets.kfp.types import Object

_OF_STEP: Final = {
    "task": ("PipelineTaskSpec", "a task"),
    "component": ("ComponentSpec", "a component"),
    "executor": ("PipelineDeploymentConfig.ExecutorSpec", "an executor"),
    "platform": ("KubernetesExecutorConfig", "the settings of a pod"),
}
_OF_RUN: Final = {
    "spec": ("PipelineSpec", "a pipeline"),
    "platform": ("SinglePlatformSpec", "the platform's settings"),
}


def of_step(patches: tuple[ir.Patch, ...], word: str, made: Object, span: Span, findings: Findings) -> None:
    """Merge what a step says of its task, component, executor or platform settings."""
    for patch in patches:
        if patch.path == ("kfp", word):
            _apply(patch, made, _OF_STEP[word], span, findings)


def of_run(patches: tuple[ir.Patch, ...], word: str, made: Object, span: Span, findings: Findings) -> None:
    """Merge what a pipeline says of its specification or platform settings."""
    for patch in patches:
        if patch.path == ("kfp", word):
            _apply(patch, made, _OF_RUN[word], span, findings)


def of_body(body: ir.Body, pipeline: ir.Pipeline) -> tuple[ir.Patch, ...]:
    """Return the patches of a step; those of a pipeline of one body are both its step's and its own."""
    if pipeline.body is not body:
        return body.patches
    own = tuple(patch for patch in pipeline.patches if patch.path[1:] not in (("spec",), ("platform",)))
    return (*body.patches, *own)


def refuse_called(pipeline: ir.Pipeline, findings: Findings) -> None:
    """Refuse the patches of a pipeline that another one calls."""
    for patch in pipeline.patches:
        if patch.path in (("kfp", "spec"), ("kfp", "platform")):
            findings.refuse(
                patch.span.head,
                f"`{pipeline.name}` is called here and becomes a component, so that nothing is left to patch",
                "patch the pipeline that calls it, or the steps",
            )


def others(patches: tuple[ir.Patch, ...], findings: Findings) -> None:
    """Note the patches that are for another engine."""
    for patch in patches:
        if patch.path[0] != "kfp":
            findings.differs(
                patch.span.head, f"`patch {'.'.join(patch.path)}` is for Argo, and says nothing to Kubeflow"
            )


def _apply(patch: ir.Patch, made: Object, to: tuple[str, str], span: Span, findings: Findings) -> None:
    from kfdsl.targets.common.patches.application import Application  # noqa: PLC0415  # YAML takes its time
    from kfdsl.targets.kfp import schema  # noqa: PLC0415  # few programs have patches

    definition, place = to
    wanted = schema.reference(definition)
    one = Application(patch, schema.schemas(), findings.patched, span)
    value = one.checked(schema.shape(partial=True), wanted, place)
    if value is not None:
        one.merge(made, value, wanted)


def check(spec: Object, platform: Object, span: Span, patched: Patched) -> list[Diagnostic]:
    """Hold a pipeline against the schema: what does not fit is said of a patch, or a bug of kfdsl."""
    from kfdsl.targets.kfp import schema  # noqa: PLC0415  # read once a run, at its end

    shape = schema.shape()
    found = []
    for made, definition in ((spec, "PipelineSpec"), (platform, "SinglePlatformSpec")):
        for problem in shape.problems(made, schema.reference(definition)):
            path = ".".join(map(str, problem.path))
            written = _written(problem.path, made, patched)
            if written is not None:
                found.append(
                    report("invalid-patch", written, f"with this patch, in `{path}`: {problem.message}")
                )
                continue
            message = (
                f"internal: what kfdsl makes of this is not what Kubeflow takes: {path}: {problem.message}"
            )
            helps = ("this is a bug of kfdsl: please report it with the program",)
            found.append(report("invalid-manifest", span.head, message, helps=helps))
    return found


def _written(path: tuple[str | int, ...], made: Object, patched: Patched) -> Span | None:
    """Return where a patch says what stands at a path."""
    value: Any = made
    found = None
    for key in path:
        if isinstance(value, dict):
            found = patched.written(value, str(key)) or found
        try:
            value = value[key]
        except (KeyError, IndexError):
            break
    return found
