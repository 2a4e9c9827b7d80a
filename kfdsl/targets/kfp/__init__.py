"""Kubeflow Pipelines: a checked pipeline to the v2 IR that is uploaded, and what Kubernetes has to know."""

from __future__ import annotations

from collections.abc import Mapping

from kfdsl import __version__, ir
from kfdsl.diagnostics import Diagnostic
from kfdsl.targets.kfp import claims, forms, names, patches, pipelines, run_settings, values
from kfdsl.targets.kfp.dag import Dag, Frame
from kfdsl.targets.kfp.document import Document
from kfdsl.targets.kfp.findings import Findings
from kfdsl.targets.kfp.types import Object
from kfdsl.targets.manifest import Manifest

SCHEMA = "2.1.0"


def render(
    pipeline: ir.Pipeline,
    *,
    source_name: str,
    kind: str | None = None,
    parameters: Mapping[str, ir.Constant] | None = None,
    allow: frozenset[str] = frozenset(),
) -> tuple[Manifest | None, tuple[Diagnostic, ...]]:
    """Return the IR of a pipeline; or, with none, the findings KF31n for what Kubeflow cannot say or run.

    `kind` is one of `forms`, the file to upload where it is not given; `parameters` replace the defaults of its
    params; `allow` are codes and names of findings that become notes.
    """
    form = kind or forms.UPLOAD
    findings = Findings(allow)
    forms.check(pipeline, form, findings)
    given = pipeline.settings.expr("name")
    name = names.label(str(values.fixed(given, "`name`")) if given is not None else pipeline.name)
    root = Dag("root", None, Frame(pipeline, findings))
    findings.attempt(lambda: pipelines.fill_pipeline(root, pipeline, findings, parameters or {}))
    claims.finish(root, findings)
    info, config = run_settings.info(pipeline, name, findings), run_settings.config(pipeline, form, findings)
    folder = run_settings.root(pipeline.settings, findings)
    if root.frame.workspaces:
        findings.attempt(
            lambda: config.update({"workspace": run_settings.one_workspace(root.frame.workspaces)})
        )
    if findings.failed():
        return None, findings.each()
    document = Document(name, findings)
    spec: Object = {"pipelineInfo": info} | ({"defaultPipelineRoot": folder} if folder else {})
    spec |= {
        "root": document.dag(root),
        "components": document.components,
        "deploymentSpec": {"executors": document.executors},
        "schemaVersion": SCHEMA,
        "sdkVersion": f"kfdsl-{__version__}",
    }
    platform: Object = {}
    if document.platform:
        platform["deploymentSpec"] = {"executors": document.platform}
    if config:
        platform["pipelineConfig"] = config
    patches.others(pipeline.patches, findings)
    patches.of_run(pipeline.patches, "spec", spec, pipeline.span, findings)
    patches.of_run(pipeline.patches, "platform", platform, pipeline.span, findings)
    if not findings.failed():
        findings.found += patches.check(spec, platform, pipeline.name_span, findings.patched)
    made = forms.Ir(pipeline, spec, {"kubernetes": platform} if platform else {})
    written: list[Manifest] = []
    findings.attempt(lambda: written.append(forms.write(made, form, parameters or {}, source_name, findings)))
    return None if findings.failed() else written[0], findings.each()


__all__ = ["Manifest", "render"]
