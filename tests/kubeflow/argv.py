"""How `command` and `args` become what is executed: by the driver, by Kubernetes, by the launcher."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from .executions import Artifact, DriverError
from .inputs import Inputs
from .values import driver_text, message_json, text

_PARAMETER = re.compile(r"\{\{\$\.inputs\.parameters\['(.+?)'\]\}\}")
_EXPANSION = re.compile(r"\$(?:\$|\(([^()]*)\))")
_ROOTS = {"gs": "gcs", "minio": "minio", "s3": "s3"}


def by_driver(words: list[str], inputs: Inputs) -> list[str]:
    """Return the words as the driver writes them into the pod.

    Raises:
        DriverError: a word reads a parameter that has no value; the defaults of a component are none yet.
    """
    result: list[str] = []
    for word in words:
        if "$.outputs" in word:
            result.append(word)
        elif word.strip().startswith('{"IfPresent":'):
            result += [_filled(one, inputs) for one in _chosen(word, inputs)]
        else:
            result.append(_filled(word, inputs))
    return result


def _chosen(word: str, inputs: Inputs) -> list[str]:
    """Return the branch of an `IfPresent`: only parameters are looked for."""
    try:
        clause: dict[str, Any] = json.loads(word)["IfPresent"]
    except ValueError:
        message = f"failed to parse IfPresent JSON: {word}"
        raise DriverError(message) from None
    present = inputs.parameters.get(clause["InputName"]) is not None
    branch = clause.get("Then" if present else "Else")
    words = [branch] if isinstance(branch, str) else branch or []
    if not all(isinstance(one, str) for one in words):
        message = f"non-string item in IfPresent Then/Else array: {word}"
        raise DriverError(message)
    return list(words)


def _filled(word: str, inputs: Inputs) -> str:
    def value(match: re.Match[str]) -> str:
        if match[1] not in inputs.parameters:
            message = f"parameter {match[1]!r} not found in executor input"
            raise DriverError(message)
        return driver_text(inputs.parameters[match[1]])

    return _PARAMETER.sub(value, word)


def by_kubernetes(word: str, environment: Mapping[str, str]) -> str:
    """Return a word with `$(NAME)` of known variables filled in and each `$$` as `$`."""

    def replaced(match: re.Match[str]) -> str:
        if match[1] is None:
            return "$"
        return environment.get(match[1], match[0])

    return _EXPANSION.sub(replaced, word)


def environment(variables: list[dict[str, str]], others: Mapping[str, str]) -> dict[str, str]:
    """Return the variables of a container: a later one may use an earlier one."""
    result = dict(others)
    for one in variables:
        result[one["name"]] = by_kubernetes(one.get("value", ""), result)
    return result


def by_launcher(words: list[str], executor_input: dict[str, Any], places: Mapping[str, str]) -> list[str]:
    """Return the words as they are executed; in the first one only `{{$}}` is known.

    `executor_input` is the JSON that `{{$}}` stands for, `places` the other placeholders with their texts.
    """
    whole = message_json(executor_input)
    result = []
    for position, word in enumerate(words):
        filled = word.replace("{{$}}", whole)
        if position:
            for placeholder, value in places.items():
                filled = filled.replace(placeholder, value)
        result.append(filled)
    return result


def placeholders(inputs: Inputs, outputs: Mapping[str, Artifact], files: Mapping[str, str]) -> dict[str, str]:
    """Return what the launcher knows: of a list of artifacts the first."""
    result: dict[str, str] = {}
    for name, artifacts in inputs.artifacts.items():
        if artifacts:
            result[f"{{{{$.inputs.artifacts['{name}'].uri}}}}"] = artifacts[0].uri
            result[f"{{{{$.inputs.artifacts['{name}'].path}}}}"] = artifacts[0].path
    for name, artifact in outputs.items():
        result[f"{{{{$.outputs.artifacts['{name}'].uri}}}}"] = artifact.uri
        result[f"{{{{$.outputs.artifacts['{name}'].path}}}}"] = artifact.path
    for name, value in inputs.parameters.items():
        if value is not None:
            result[f"{{{{$.inputs.parameters['{name}']}}}}"] = text(value)
    for name, path in files.items():
        result[f"{{{{$.outputs.parameters['{name}'].output_file}}}}"] = path
    return result


def local_path(uri: str, root: str) -> str:
    """Return where the launcher keeps an artifact, below a root (upstream's ARTIFACT_LOCAL_PATH).

    Raises:
        ValueError: of another store.
    """
    scheme, _, rest = uri.partition("://")
    if scheme == "oci":
        return f"{root}/oci/{rest.replace('/', '_')}/models"
    if scheme not in _ROOTS:
        message = f"failed to generate local path for URI {uri}: unsupported storage scheme"
        raise ValueError(message)
    return f"{root}/{_ROOTS[scheme]}/{rest}"
