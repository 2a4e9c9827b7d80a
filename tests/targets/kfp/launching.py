"""Runs the containers of an IR as the launcher of Kubeflow does: placeholders resolved, files prepared."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from kfdsl.compiler import analyze_text
from kfdsl.targets import kfp

PLACEHOLDER = re.compile(r"\{\{\$\.(inputs|outputs)\.(parameters|artifacts)\['([^']+)'\](?:\.(\w+))?\}\}")


class Launched(NamedTuple):
    """How a container ended: its exit code, what it printed, and what the engine has of it afterwards."""

    code: int
    stdout: str
    stderr: str
    parameters: dict[str, Any]
    artifacts: dict[str, dict[str, Any]]


def document(source: str, name: str = "case.pipe") -> dict[str, Any]:
    """Compile a program of one pipeline; return its IR."""
    result = analyze_text(source, name=name, target=None)
    assert result.program is not None, result.diagnostics
    manifest, found = kfp.render(result.program.pipelines[0], source_name=name)
    assert manifest is not None, found
    loaded: dict[str, Any] = next(yaml.safe_load_all(manifest.text))
    return loaded


def launch(  # noqa: PLR0913, PLR0917  # what an execution depends on
    ir: dict[str, Any],
    task: str,
    folder: Path,
    parameters: dict[str, Any] | None = None,
    artifacts: dict[str, list[dict[str, Any]]] | None = None,
    environment: dict[str, str] | None = None,
) -> Launched:
    """Run the container of a component as the launcher does; URIs `s3://` are folders below `folder`."""
    component = ir["components"][f"comp-{task}"]
    container = ir["deploymentSpec"]["executors"][component["executorLabel"]]["container"]
    outputs = component.get("outputDefinitions", {})
    given: dict[str, Any] = {
        "inputs": {
            **({"artifacts": {k: {"artifacts": v} for k, v in artifacts.items()}} if artifacts else {}),
            "parameterValues": parameters or {},
        },
        "outputs": {
            "parameters": {
                name: {"outputFile": str(folder / "kfp" / name)} for name in outputs.get("parameters", {})
            },
            "artifacts": {
                name: {"artifacts": [{"name": name, "uri": str(folder / "out" / name)}]}
                for name in outputs.get("artifacts", {})
            },
            "outputFile": str(folder / "told" / "executor_output.json"),
        },
    }
    for name in ("kfp", "out"):
        (folder / name).mkdir(exist_ok=True)
    words = [*container.get("command", []), *container.get("args", [])]
    argv = [kubernetes(text, environment or {}) for word in words for text in driven(word, given)]
    argv = [sys.executable if word == "python" else word for word in (resolved(word, given) for word in argv)]
    ran = subprocess.run(  # what was just compiled
        argv,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        env={"PATH": os.environ["PATH"], "HOME": str(folder), "LC_ALL": "C.UTF-8"} | (environment or {}),
        cwd=folder,
    )
    return Launched(ran.returncode, ran.stdout, ran.stderr, *_collected(given, outputs, ran.returncode))


def chosen(word: str, given: dict[str, Any]) -> list[str]:
    """Resolve a choice by presence; only parameters are looked at."""
    if not word.lstrip().startswith('{"IfPresent":'):
        return [word]
    assert "$.outputs" not in word, "the driver leaves such an entry alone"
    choice = json.loads(word)["IfPresent"]
    value = (
        choice["Then"] if choice["InputName"] in given["inputs"]["parameterValues"] else choice.get("Else")
    )
    return [] if value is None else [value] if isinstance(value, str) else value


def driven(word: str, given: dict[str, Any]) -> list[str]:
    """Resolve what the driver does: choices and parameters, not in entries with outputs."""
    if "$.outputs" in word:
        return [word]

    def value(found: re.Match[str]) -> str:
        side, kind, name, _ = found.groups()
        if (side, kind) != ("inputs", "parameters"):
            return found[0]
        return text_of(given["inputs"]["parameterValues"][name])

    return [PLACEHOLDER.sub(value, text) for text in chosen(word, given)]


def kubernetes(text: str, variables: dict[str, str]) -> str:
    """Expand `$(NAME)` and `$$` as Kubernetes does in `command` and `args`."""
    return re.sub(
        r"\$\$|\$\(([^)]*)\)",
        lambda found: "$" if found[0] == "$$" else variables.get(found[1], found[0]),
        text,
    )


def resolved(word: str, given: dict[str, Any]) -> str:
    """Resolve what the launcher does inside the container."""

    def value(found: re.Match[str]) -> str:
        side, kind, name, field = found.groups()
        if kind == "parameters" and side == "inputs":
            return text_of(given["inputs"]["parameterValues"][name])
        if kind == "parameters":
            return str(given["outputs"]["parameters"][name]["outputFile"])
        listed = given[side].get("artifacts", {}).get(name, {"artifacts": []})["artifacts"]
        if not listed:
            return found[0]
        return str(listed[0]["uri"]) if field == "uri" else local(listed[0]["uri"])

    return PLACEHOLDER.sub(value, word).replace("{{$}}", json.dumps(given))


def local(uri: str) -> str:
    """Return the path of an address; a path is its own, as for the local runner."""
    return "/" + uri.replace("://", "/") if "://" in uri else uri


def text_of(value: Any) -> str:  # noqa: ANN401  # any JSON
    """Return the text of a value as the driver writes it."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value == int(value):
        return str(int(value))
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def _collected(
    given: dict[str, Any], outputs: dict[str, Any], code: int
) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    told: dict[str, Any] = {}
    file = Path(given["outputs"]["outputFile"])
    if file.exists():
        told = json.loads(file.read_text(encoding="utf-8"))
        assert set(told) <= {"artifacts", "parameterValues"}
    parameters = {}
    for name, entry in given["outputs"]["parameters"].items():
        path = Path(entry["outputFile"])
        if code == 0 and path.exists():
            text = path.read_bytes().decode("utf-8")
            kind = outputs["parameters"][name]["parameterType"]
            parameters[name] = (
                text if kind == "STRING" else json.loads(text.strip().lower() if kind == "BOOLEAN" else text)
            )
    artifacts = {}
    for name, entry in given["outputs"]["artifacts"].items():
        own = told.get("artifacts", {}).get(name, {"artifacts": [{}]})["artifacts"][0]
        assert set(own) <= {"uri", "customPath", "metadata"}
        path = Path(own.get("customPath") or entry["artifacts"][0]["uri"])
        metadata = outputs["artifacts"][name].get("metadata", {}) | own.get("metadata", {})
        content = path.read_text(encoding="utf-8") if path.is_file() else None
        artifacts[name] = {"content": content, "metadata": metadata}
    return parameters, artifacts
