"""What engines do of their own accord where a program says nothing: found when it is checked for several of them."""

from __future__ import annotations

from collections.abc import Iterator

from kfdsl import ir
from kfdsl.codes import report
from kfdsl.diagnostics import Diagnostic

SHOWN = 5
"""Steps that a finding names."""


def differences(program: ir.Program) -> tuple[Diagnostic, ...]:
    """Return the notes KF312 on what Kubeflow Pipelines and Argo do differently by habit."""
    found = (_caching(pipeline) for pipeline in program.pipelines)
    return tuple(one for one in found if one is not None)


def _caching(pipeline: ir.Pipeline) -> Diagnostic | None:
    """Note the steps that Kubeflow does not run again and Argo does."""
    names = list(dict.fromkeys(_uncached(pipeline, set())))
    if not names:
        return None
    shown = ", ".join(f"`{name}`" for name in names[:SHOWN]) + (", …" if len(names) > SHOWN else "")
    which = f"{shown} does" if len(names) == 1 else f"{len(names)} steps ({shown}) do"
    return report(
        "differs-on-kfp",
        pipeline.name_span,
        f"{which} not set `cache`: Kubeflow takes what an equal step made before, Argo runs it",
        helps=("`cache = false` of a step, or in `defaults { }`, makes both run it",),
    )


def _uncached(pipeline: ir.Pipeline, seen: set[str]) -> Iterator[str]:
    """Yield the names of steps, those of called pipelines included, that run something and set no `cache`."""
    if pipeline.name in seen:
        return
    seen.add(pipeline.name)
    body = pipeline.body
    if body is not None and _is_open(body) and body.settings.get("cache") is None:
        yield pipeline.name
    graphs = [pipeline.graph] if pipeline.graph is not None else []
    graphs += [handler.graph for handler in pipeline.handlers]
    for step in (step for graph in graphs for step in graph.steps()):
        if step.settings.get("cache") is not None:
            continue
        if isinstance(step.call, ir.Body):
            if _is_open(step.call):
                yield step.name
        elif isinstance(step.call, ir.Pipeline) and step.call.settings.get("cache") is None:
            yield from _uncached(step.call, seen)


def _is_open(body: ir.Body) -> bool:
    """Tell whether a body runs a container of its own."""
    return not isinstance(body.run, ir.BuiltIn)
