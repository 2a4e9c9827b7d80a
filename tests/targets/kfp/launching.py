"""Compiles one step and runs its container as the engine does, on the programs of this machine."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from kfdsl.compiler import analyze_text
from kfdsl.targets import kfp
from tests.kubeflow.argv import by_driver
from tests.kubeflow.containers import Local
from tests.kubeflow.executions import Artifact
from tests.kubeflow.inputs import Inputs
from tests.kubeflow.launcher import Call, Ended, LauncherError, Published, launch, provisioned
from tests.kubeflow.values import doubled, plain


class Launched(NamedTuple):
    """How a container ended: its exit code, its log, why the launcher failed it, and what it left behind."""

    code: int
    log: str
    error: str
    parameters: dict[str, Any]
    artifacts: dict[str, dict[str, Any]]


class _Local(Local):
    """Runs programs of this machine, with the tests' own Python; remembers how they ended."""

    ended = Ended()

    def run(self, call: Call) -> Ended:
        """Run a container."""
        argv = [sys.executable if word == "python" else word for word in call.argv]
        self.ended = super().run(replace(call, argv=argv))
        return self.ended


def compiled(source: str, name: str = "case.pipe") -> tuple[dict[str, Any], str]:
    """Compile a program of one pipeline; return its IR, and the findings, a line each."""
    result = analyze_text(source, name=name, target=None)
    assert result.program is not None, result.diagnostics
    manifest, found = kfp.render(
        result.program.pipelines[0], source_name=name, allow=frozenset({"not-run-by-kfp"})
    )  # a run cannot be given artifacts; the test gives them to the container
    said = "".join(f"{one.span.line}: {one.code} {one.message}\n" for one in found)
    return (next(yaml.safe_load_all(manifest.text)) if manifest is not None else {}), said


def document(source: str, name: str = "case.pipe") -> dict[str, Any]:
    """Compile a program that compiles; return its IR."""
    ir, said = compiled(source, name)
    assert ir, said
    return ir


def launched(  # noqa: PLR0913, PLR0917  # what an execution depends on
    ir: dict[str, Any],
    task: str,
    folder: Path,
    parameters: dict[str, Any] | None = None,
    artifacts: dict[str, list[dict[str, Any]]] | None = None,
    environment: dict[str, str] | None = None,
) -> Launched:
    """Run the container of a task; artifacts are given by address and metadata, an address may be a path."""
    component = ir["components"][ir["root"]["dag"]["tasks"][task]["componentRef"]["name"]]
    container = ir["deploymentSpec"]["executors"][component["executorLabel"]]["container"]
    files, made, told = provisioned(str(folder), component, task)
    inputs = Inputs(
        doubled(parameters or {}),
        {
            name: [Artifact(one["uri"], {}, one.get("metadata", {}), one["uri"]) for one in listed]
            for name, listed in (artifacts or {}).items()
        },
    )
    defined = component.get("outputDefinitions", {}).get("parameters", {})
    call = Call(
        path=task,
        task=task,
        component=f"comp-{task}",
        image=container["image"],
        argv=by_driver([*container.get("command", []), *container.get("args", [])], inputs),
        environment=environment or {},
        inputs=inputs,
        files=files,
        artifacts=made,
        output_file=told,
        types={name: one["parameterType"] for name, one in defined.items()},
    )
    local, published, error = _Local(str(folder)), Published(), ""
    try:
        launch(local, call, component, published)
    except LauncherError as failed:
        error = str(failed)
    left = {
        name: {
            "content": Path(one.path).read_text(encoding="utf-8") if Path(one.path).is_file() else None,
            "metadata": plain({key: value for key, value in one.metadata.items() if key != "display_name"}),
        }
        for name, one in published.artifacts.items()
    }
    return Launched(local.ended.code, local.ended.log, error, plain(published.outputs), left)
