"""Kubeflow Pipelines: a checked pipeline to the v2 IR that is uploaded, and what Kubernetes has to know."""

from __future__ import annotations

from collections.abc import Mapping

from kfdsl import __version__, ir
from kfdsl.diagnostics import Diagnostic
from kfdsl.targets.argo import Manifest
from kfdsl.targets.kfp import forms, names, pipelines
from kfdsl.targets.kfp.dag import Dag
from kfdsl.targets.kfp.document import Document
from kfdsl.targets.kfp.findings import Findings
from kfdsl.targets.kfp.types import Object

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
    root = Dag("root", None, pipeline)
    findings.attempt(lambda: pipelines.fill_pipeline(root, pipeline, findings, parameters or {}))
    if findings.failed():
        return None, tuple(findings.found)
    document = Document()
    name = names.label(pipeline.name)
    spec: Object = {
        "pipelineInfo": {"name": name} | ({"description": pipeline.doc} if pipeline.doc else {}),
        "root": document.dag(root),
        "components": document.components,
        "deploymentSpec": {"executors": document.executors},
        "schemaVersion": SCHEMA,
        "sdkVersion": f"kfdsl-{__version__}",
    }
    platform: Object = {}
    if document.platform:
        platform = {"kubernetes": {"deploymentSpec": {"executors": document.platform}}}
    made = forms.Ir(pipeline, spec, platform)
    written: list[Manifest] = []
    findings.attempt(lambda: written.append(forms.write(made, form, parameters or {}, source_name, findings)))
    return None if findings.failed() else written[0], tuple(findings.found)


__all__ = ["Manifest", "render"]
