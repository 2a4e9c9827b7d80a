"""The launcher: it runs in the container, executes the argv, and publishes what the step left behind."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol

from .argv import by_kubernetes, by_launcher, local_path, placeholders
from .executions import Artifact
from .inputs import Inputs
from .spec import Json
from .values import Value, doubled, message_json, parse, proto_json

_OUTPUT_KEYS = {"parameterValues", "parameter_values", "artifacts"}
_ARTIFACT_KEYS = {
    "name",
    "type",
    "uri",
    "properties",
    "customProperties",
    "metadata",
    "customPath",
    "custom_path",
}


class LauncherError(Exception):
    """A step that fails although its program may have ended well."""


@dataclass(frozen=True)
class Call:
    """One start of a container: what is executed, and where it leaves its outputs."""

    path: str
    task: str
    component: str
    image: str
    argv: list[str]
    environment: Mapping[str, str]
    inputs: Inputs
    files: Mapping[str, str]
    artifacts: Mapping[str, Artifact]
    output_file: str
    types: Mapping[str, str]
    attempt: int = 0


@dataclass(frozen=True)
class Ended:
    """How a container ended."""

    code: int = 0
    log: str = ""


class Containers(Protocol):
    """What runs containers."""

    def run(self, call: Call) -> Ended:
        """Run one to its end."""


@dataclass
class Published:
    """The outputs of a step, and the log of its container."""

    outputs: dict[str, Value] = field(default_factory=dict)
    artifacts: dict[str, Artifact] = field(default_factory=dict)
    log: str = ""


def provisioned(root: str, component: Json, base: str) -> tuple[dict[str, str], dict[str, Artifact], str]:
    """Return the files for parameters, the artifacts to be, and the file that tells more."""
    defined = component.get("outputDefinitions", {})
    files = {name: f"{root}/kfp/outputs/{base}/{name}" for name in defined.get("parameters", {})}
    artifacts = {}
    for name, definition in defined.get("artifacts", {}).items():
        uri = f"minio://mlpipeline/v2/artifacts/{base}/{name}"
        artifacts[name] = Artifact(uri, definition["artifactType"], {}, local_path(uri, root))
        artifacts[name].metadata |= doubled(definition.get("metadata", {}))
    return files, artifacts, f"{root}/kfp_outputs/{base}/output_metadata.json"


def executor_input(
    inputs: Inputs, files: Mapping[str, str], artifacts: Mapping[str, Artifact], file: str
) -> Json:
    """Return the JSON that `{{$}}` stands for."""
    return {
        "inputs": {
            "artifacts": {
                name: {"artifacts": [one.json() for one in found]}
                for name, found in sorted(inputs.artifacts.items())
            },
            "parameterValues": dict(sorted(inputs.parameters.items())),
        },
        "outputs": {
            "parameters": {name: {"outputFile": path} for name, path in sorted(files.items())},
            "artifacts": {name: {"artifacts": [one.json()]} for name, one in sorted(artifacts.items())},
            "outputFile": file,
        },
    }


def launch(containers: Containers, call: Call, component: Json, published: Published) -> None:
    """Run a step whose `argv` is that of its pod, and fill in what it publishes.

    Raises:
        LauncherError: it failed, or left outputs that cannot be read.
    """
    whole = executor_input(call.inputs, call.files, call.artifacts, call.output_file)
    definitions = component.get("inputDefinitions", {}).get("parameters", {})
    # What the launcher reads came through arguments of its pod, in which Kubernetes fills in variables.
    try:
        whole = doubled(json.loads(by_kubernetes(message_json(whole), call.environment)))
        definitions = doubled(json.loads(by_kubernetes(proto_json(doubled(definitions)), call.environment)))
    except ValueError as error:
        message = f"failed to unmarshal executor input: {error}"
        raise LauncherError(message) from None
    values = whole["inputs"]["parameterValues"]
    for name, definition in definitions.items():
        if "defaultValue" in definition and name not in values:
            values[name] = definition["defaultValue"]
    words = [by_kubernetes(word, call.environment) for word in call.argv]
    if not words:
        message = "command and arguments are empty"
        raise LauncherError(message)
    inputs = Inputs(values, call.inputs.artifacts)
    argv = by_launcher(words, whole, placeholders(inputs, call.artifacts, call.files))
    for path in [*call.files.values(), *(one.path for one in call.artifacts.values())]:
        os.makedirs(os.path.dirname(path), exist_ok=True)
    if call.artifacts:
        os.makedirs(os.path.dirname(call.output_file), exist_ok=True)
    ended = containers.run(replace(call, argv=argv, inputs=inputs))
    published.log = ended.log
    if ended.code:
        message = f"exit status {ended.code}"
        raise LauncherError(message)
    _collect(call, published)


def _collect(call: Call, published: Published) -> None:
    told = _told(call.output_file)
    values = told.get("parameterValues", told.get("parameter_values", {}))
    published.outputs |= doubled(values)
    for name, path in call.files.items():
        if name in values:
            continue
        try:
            text = Path(path).read_bytes().decode("utf-8")
            published.outputs[name] = parse(text, call.types[name])
        except (OSError, ValueError) as error:
            message = f"failed to read output parameter {name!r} of type {call.types[name]}: {error}"
            raise LauncherError(message) from None
    for name, artifact in call.artifacts.items():
        listed = told.get("artifacts", {}).get(name, {}).get("artifacts", [])
        if listed:
            _merge(artifact, listed[0])
        artifact.metadata = {key: _stored(value) for key, value in artifact.metadata.items()}
        artifact.metadata.setdefault("display_name", name)
        published.artifacts[name] = artifact


def _told(path: str) -> dict[str, Any]:
    """Return what a step says of its outputs; strict, as protojson is."""
    try:
        text = Path(path).read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    try:
        told: dict[str, Any] = json.loads(text)
        unknown = told.keys() - _OUTPUT_KEYS
        for listed in told.get("artifacts", {}).values():
            unknown |= listed.keys() - {"artifacts"}
            for one in listed.get("artifacts", []):
                unknown |= one.keys() - _ARTIFACT_KEYS
    except (ValueError, AttributeError) as error:
        message = f"failed to unmarshall ExecutorOutput: {error}"
        raise LauncherError(message) from None
    if unknown:
        message = f"failed to unmarshall ExecutorOutput: unknown field {min(unknown)!r}"
        raise LauncherError(message)
    return told


def _merge(artifact: Artifact, told: dict[str, Any]) -> None:
    artifact.uri = told.get("uri") or artifact.uri
    artifact.metadata |= doubled(told.get("metadata", {}))
    custom = told.get("customPath", told.get("custom_path"))
    if custom is not None and custom != artifact.path:
        # It is uploaded from there; readers find it where they find all others.
        source = Path(custom)
        if source.exists():
            Path(artifact.path).parent.mkdir(parents=True, exist_ok=True)
            source.rename(artifact.path)


def _stored(value: Value) -> Value:
    """Return a value of metadata as it is read back out of the store."""
    match value:
        case bool():
            return float(value)
        case list():
            return {"list": value}
        case dict():
            return {"struct": value}
        case None:
            message = "unknown/unsupported value type: null in metadata"
            raise LauncherError(message)
        case _:
            return value
