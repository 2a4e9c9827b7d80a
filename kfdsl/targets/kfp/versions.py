"""A pipeline to the objects that Kubernetes keeps it in: a `Pipeline` and a `PipelineVersion`."""

from __future__ import annotations

import hashlib
import json
from typing import Final

from kfdsl import ir
from kfdsl.targets.common.constants import NotConstant, constant
from kfdsl.targets.kfp.refusal import Refused
from kfdsl.targets.kfp.types import Object

API: Final = "pipelines.kubeflow.org/v2beta1"
DIGITS: Final = 10
"""Hexadecimal digits of the digest in the name of a version."""


def objects(pipeline: ir.Pipeline, spec: Object, platform: Object) -> tuple[Object, Object]:
    """Return the pipeline, and its version with the specification in it.

    What is in a version cannot be changed on the server, so a version is named by a digest of all of it: another
    content is another object, and the same content the same, whoever compiles it and when.
    """
    info = _section(spec, "pipelineInfo")
    name = str(info["name"])
    # The display name may change on the server, and what a version holds may not.
    spec = spec | {"pipelineInfo": {key: value for key, value in info.items() if key != "displayName"}}
    described: Object = {"description": pipeline.doc} if pipeline.doc else {}
    display = _text(pipeline, "display")
    namespace = _text(pipeline, "namespace")
    place: Object = {"namespace": namespace} if namespace else {}
    labelled = {key: made for key in ("labels", "annotations") if (made := _map(pipeline, key))}
    content: Object = described | {"pipelineName": name, "pipelineSpec": spec}
    if platform:
        content["platformSpec"] = {"platforms": platform}
    whole: Object = {"apiVersion": API, "kind": "Pipeline", "metadata": {"name": name} | place | labelled}
    whole["spec"] = ({"displayName": display} if display else {}) | described
    version: Object = {
        "apiVersion": API,
        "kind": "PipelineVersion",
        "metadata": {"name": f"{name}-{digest(content)}"} | place | labelled,
        "spec": content,
    }
    return whole, version


def digest(content: Object) -> str:
    """Return some digits that differ if contents do; the order of keys does not count."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:DIGITS]


def _text(pipeline: ir.Pipeline, setting: str) -> str:
    expr = pipeline.settings.expr(setting)
    if expr is None:
        return ""
    value = constant(expr)
    if isinstance(value, NotConstant):
        raise Refused(expr.span, f"`{setting}` of a pipeline must be a constant on Kubeflow")
    return str(value)


def _map(pipeline: ir.Pipeline, setting: str) -> Object:
    expr = pipeline.settings.expr(setting)
    value = {} if expr is None else constant(expr)
    if expr is not None and isinstance(value, NotConstant):
        raise Refused(expr.span, f"`{setting}` of a pipeline must be constants on Kubeflow")
    return {key: str(one) for key, one in value.items()} if isinstance(value, dict) else {}


def _section(spec: Object, name: str) -> Object:
    value = spec[name]
    return value if isinstance(value, dict) else {}
