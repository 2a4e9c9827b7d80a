"""Programs that import files of Kubeflow, compiled for both targets; and what a container receives."""

# Manifests are read without their types.

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from kfdsl import ir
from kfdsl.compiler import analyze_text
from kfdsl.diagnostics import Diagnostic
from kfdsl.kinds import show
from kfdsl.targets import argo, kfp

FILES = Path(__file__).parent / "files"
_REFERENCE = re.compile(r"\$\$|\$\(([A-Za-z_.-][A-Za-z0-9_.-]*)\)")


def program(text: str, folder: Path = FILES) -> ir.Pipeline:
    """Return the only pipeline of a text without mistakes."""
    result = analyze_text(f"edition 2026\n{text}\n", name="x.pipe", root=str(folder), target=None)
    assert result.program is not None, [str(d.span) + " " + d.message for d in result.diagnostics]
    (only,) = result.program.pipelines
    return only


def findings(text: str, folder: Path, target: str | None = None) -> tuple[Diagnostic, ...]:
    """Return what a check of a text finds."""
    return analyze_text(f"edition 2026\n{text}\n", name="x.pipe", root=str(folder), target=target).diagnostics


def body(component: str, file: str, folder: Path = FILES) -> ir.Body:
    """Return the body of an imported component that needs no arguments."""
    return called(program(f'import "{file}" {{ {component} as it }}\npipeline p {{ step s = it() }}', folder))


def called(pipeline: ir.Pipeline) -> ir.Body:
    """Return the body that the last step of a pipeline calls."""
    assert pipeline.graph is not None
    step = list(pipeline.graph.steps())[-1]
    assert isinstance(step.call, ir.Body)
    return step.call


def interface(found: ir.Body) -> dict[str, str]:
    """Return the types of inputs and outputs by name."""
    inputs = {one.name: show(one.type) for one in found.inputs}
    return inputs | {one.name: show(one.type) for one in found.outputs}


def on_argo(pipeline: ir.Pipeline) -> dict[str, Any]:
    """Return the templates of the manifest by name."""
    manifest, found = argo.render(pipeline, source_name="x.pipe")
    assert manifest is not None, [d.message for d in found]
    templates: list[dict[str, Any]] = yaml.safe_load(manifest.text)["spec"]["templates"]
    return {template["name"]: template for template in templates}


def on_kfp(pipeline: ir.Pipeline) -> dict[str, Any]:
    """Return the containers of the IR by the names of their executors."""
    manifest, found = kfp.render(pipeline, source_name="x.pipe", allow=frozenset(("all",)))
    assert manifest is not None, [d.message for d in found]
    document = next(iter(yaml.safe_load_all(manifest.text)))
    executors = document["deploymentSpec"]["executors"]
    return {name: one["container"] for name, one in executors.items() if "container" in one}


def expanded(text: str, variables: Mapping[str, str]) -> str:
    """Return a text of a pod as the container receives it: Kubernetes expands `$(NAME)` and halves `$$`."""
    return _REFERENCE.sub(lambda found: "$" if found[1] is None else variables.get(found[1], found[0]), text)


def variables_of(listed: list[dict[str, str]]) -> dict[str, str]:
    """Return the variables of a container, each of which may read those before it."""
    found: dict[str, str] = {}
    for one in listed:
        if "value" in one:
            found[one["name"]] = expanded(one["value"], found)
    return found


def received(container: Mapping[str, Any]) -> list[str]:
    """Return the command line that a container of Argo's runs, where its template has constants only."""
    variables = variables_of(container.get("env", []))
    words = [*container.get("command", []), *container.get("args", [])]
    assert not any("{{" in word for word in words), words
    return [expanded(word, variables) for word in words]
