"""The size of a manifest: what is larger than Argo, Kubernetes or Linux takes is an error with its place."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

from kfdsl.codes import report
from kfdsl.targets.argo import limits
from kfdsl.targets.argo.refusal import TooLarge

if TYPE_CHECKING:
    from kfdsl.diagnostics import Diagnostic
    from kfdsl.source import Span
    from kfdsl.targets.argo.objects import Object

SHOWN = 5
"""How many of the largest templates a finding names."""


def check(manifest: Object, spans: dict[int, Span], whole: Span) -> Iterator[TooLarge]:
    """Yield what is too large in a manifest; `whole` is the place of its pipeline."""
    bodies = list(_bodies(manifest))
    yield from _annotations(manifest, whole)
    for body in bodies:
        yield from _parts(body, spans.get(id(body), whole))
    size = len(written(manifest))
    if size > limits.OBJECT:
        yield TooLarge(
            whole.head,
            f"the manifest has {_shown(size)}: Argo keeps objects of at most {_shown(limits.OBJECT)}",
            *_largest(bodies),
            "let scripts and files be part of the image, or make a part a pipeline of `kind` WorkflowTemplate",
        )


def warnings(manifest: Object, spans: dict[int, Span], whole: Span) -> Iterator[Diagnostic]:
    """Yield what runs only where Argo's controller may create ConfigMaps."""
    for body in _bodies(manifest):
        size = len(written(body)) if any(True for _ in _containers(body)) else 0
        if size > limits.TEMPLATE:
            yield report(
                "large-template",
                spans.get(id(body), whole).head,
                f"this step has {_shown(size)}: over {_shown(limits.TEMPLATE)} Argo keeps it in a ConfigMap",
                helps=("the role of Argo's controller must allow it to create `configmaps`",),
            )


def written(value: object) -> bytes:
    """Return a part of a manifest as Kubernetes keeps it."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "surrogatepass")


def _bodies(manifest: Object) -> Iterator[Object]:
    """Yield the templates, those inside tasks too."""
    spec = manifest.get("spec")
    if isinstance(spec, dict) and isinstance(spec.get("workflowSpec"), dict):
        spec = spec["workflowSpec"]
    templates = spec.get("templates") if isinstance(spec, dict) else None
    for template in templates if isinstance(templates, list) else []:
        yield template
        dag = template.get("dag")
        tasks = dag.get("tasks", []) if isinstance(dag, dict) else []
        yield from (task["inline"] for task in tasks if "inline" in task)


def _parts(body: Object, span: Span) -> Iterator[TooLarge]:
    yield from _annotations(body, span)
    inputs, measured = body.get("inputs"), body.get("metrics")
    parameters = inputs.get("parameters", []) if isinstance(inputs, dict) else []
    if len(parameters) > limits.PARAMETERS:
        yield TooLarge(
            span.head,
            f"{len(parameters)} values come into one template: Argo takes {limits.PARAMETERS}",
            "gather them in a list or map, or read them from an artifact",
        )
    metrics = measured.get("prometheus", []) if isinstance(measured, dict) else []
    if len(metrics) > limits.METRICS:
        yield TooLarge(span.head, f"{len(metrics)} metrics of one template: Argo takes {limits.METRICS}")
    for container in _containers(body):
        yield from _texts(container, span)


def _annotations(holder: Object, span: Span) -> Iterator[TooLarge]:
    metadata = holder.get("metadata")
    found = metadata.get("annotations", {}) if isinstance(metadata, dict) else {}
    size = sum(len(f"{key}{value}".encode("utf-8", "surrogatepass")) for key, value in found.items())
    if size > limits.ANNOTATIONS:
        yield TooLarge(
            span.head, f"the annotations have {_shown(size)}: Kubernetes takes {_shown(limits.ANNOTATIONS)}"
        )


def _containers(body: Object) -> Iterator[Object]:
    found = [body.get("container"), body.get("script")]
    several = body.get("containerSet")
    found += several.get("containers", []) if isinstance(several, dict) else []
    for key in ("initContainers", "sidecars"):
        beside = body.get(key)
        found += beside if isinstance(beside, list) else []
    yield from (one for one in found if isinstance(one, dict))


def _texts(container: Object, span: Span) -> Iterator[TooLarge]:
    """Yield the arguments and variables that Linux does not take when the program starts."""
    for key, what in (("command", "an argument"), ("args", "an argument")):
        listed = container.get(key)
        for one in listed if isinstance(listed, list) else []:
            if len(str(one).encode("utf-8", "surrogatepass")) >= limits.TEXT:
                yield _too_long(what, str(one), span)
    env = container.get("env")
    for one in env if isinstance(env, list) else []:
        text = f"{one.get('name')}={one.get('value', '')}"
        if len(text.encode("utf-8", "surrogatepass")) >= limits.TEXT:
            yield _too_long(f"the variable `{one.get('name')}`", text, span)


def _too_long(what: str, text: str, span: Span) -> TooLarge:
    size = len(text.encode("utf-8", "surrogatepass"))
    return TooLarge(
        span.head,
        f"{what} of a container has {_shown(size)}: Linux takes less than {_shown(limits.TEXT)}",
        "let it be a file of the image, or an artifact: `load(text = …)`",
    )


def _largest(bodies: list[Object]) -> Iterator[str]:
    sizes = sorted(((len(written(body)), str(body.get("name", "a step"))) for body in bodies), reverse=True)
    listed = ", ".join(f"`{name}` {_shown(size)}" for size, name in sizes[:SHOWN])
    if listed:
        yield f"the largest templates: {listed}"


def _shown(size: int) -> str:
    """Return a number of bytes as people read it."""
    return f"{size / 1024**2:.2f} MiB" if size >= 1024**2 else f"{size / 1024:.0f} KiB"
