"""What the driver makes of a container and of its settings of Kubernetes: image, resources, variables."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from .argv import environment
from .executions import DriverError
from .inputs import Inputs
from .spec import Json
from .values import Value

_CHANNEL = re.compile(r"\$.inputs.parameters\['(.+?)'\]")
_QUANTITY = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([numkMGTPE]|[KMGTPE]i|[eE][+-]?[0-9]+)?")

Lookup = Callable[[Json], Value]
"""Returns the value of an input of a setting, in the DAG of the task."""


@dataclass(frozen=True)
class Cluster:
    """What a namespace has: secrets and config maps by name."""

    secrets: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    config_maps: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


class PodError(Exception):
    """A pod that does not start."""


def resolved(template: str, inputs: Inputs) -> str:
    """Return a field of a pod: the text of the one parameter that it names, or what it says.

    Raises:
        DriverError: there is no such parameter.
    """
    match = _CHANNEL.search(template)
    if match is None:
        return template
    if match[1] not in inputs.parameters:
        message = f"executorInput did not contain container Image input parameter {match[1]}"
        raise DriverError(message)
    value = inputs.parameters[match[1]]
    return value if isinstance(value, str) else ""


def checked(container: Json, settings: Json, inputs: Inputs) -> str:
    """Return the image of a container whose settings the driver accepts.

    Raises:
        DriverError: a resource is no quantity, or a setting is not one of Kubernetes.
    """
    resources = container.get("resources", {})
    accelerator = resources.get("accelerator", {})
    found = [value for key, value in resources.items() if key.startswith("resource")]
    found += [accelerator[key] for key in ("resourceCount",) if key in accelerator]
    for template in found:
        quantity = resolved(template, inputs)
        if not _QUANTITY.fullmatch(quantity):
            message = f"failed to parse quantity {quantity!r}"
            raise DriverError(message)
    policy = settings.get("imagePullPolicy", "Always")
    if policy not in {"Always", "Never", "IfNotPresent"}:
        message = (
            f"unsupported value: {policy}. ImagePullPolicy should be one of 'Always', 'Never', 'IfNotPresent'"
        )
        raise DriverError(message)
    return resolved(container["image"], inputs)


def variables(container: Json, settings: Json, cluster: Cluster, lookup: Lookup, name: str) -> dict[str, str]:
    """Return the environment of a container.

    Raises:
        DriverError: the name of a secret or of a config map cannot be had.
        PodError: there is no such secret or config map, or it lacks a key.
    """
    others: dict[str, str] = {}
    for what, parameter, key, objects in (
        ("secretAsEnv", "secretNameParameter", "secretKey", cluster.secrets),
        ("configMapAsEnv", "configMapNameParameter", "configMapKey", cluster.config_maps),
    ):
        for setting in settings.get(what, []):
            object_name = lookup(setting[parameter])
            if not isinstance(object_name, str) or not object_name:
                message = f"{what}: expected a non-empty string, got {object_name!r}"
                raise DriverError(message)
            for pair in setting["keyToEnv"]:
                value = objects.get(object_name, {}).get(pair[key])
                if value is not None:
                    others[pair["envVar"]] = value
                elif not setting.get("optional"):
                    message = f"couldn't find key {pair[key]} in {object_name}"
                    raise PodError(message)
    fields = {"metadata.name": name, "metadata.namespace": "kubeflow"}
    for setting in settings.get("fieldPathAsEnv", []):
        others[setting["name"]] = fields.get(setting["fieldPath"], "")
    own = environment(container.get("env", []), {})
    # What the driver adds for a setting comes behind the container's own, so that it can refer to no other.
    return own | others
