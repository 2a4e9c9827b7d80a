"""Environment variables: constants in the container, the rest in the platform settings."""

from __future__ import annotations

from functools import partial
from typing import Final

from kfdsl import ir
from kfdsl.functions import text_of
from kfdsl.targets.common.constants import constant
from kfdsl.targets.kfp import environment, imported, values
from kfdsl.targets.kfp.leaf import Leaf
from kfdsl.targets.kfp.types import Object

_FIELDS: Final = {
    "secret": ("secretAsEnv", "secretName", "secretKey"),
    "config": ("configMapAsEnv", "configMapName", "configMapKey"),
}


def of_container(own: ir.Settings, leaf: Leaf, container: Object) -> None:
    """Put the variables of a step that the engine sets into its container and its platform settings.

    Values of the run are no such variables: what runs sets them itself (see `scripts` and `argv`).
    """
    env = own.expr("env")
    listed: list[Object] = []
    for name, value in env.entries if isinstance(env, ir.MapExpr) else ():
        leaf.findings.attempt(partial(_variable, name, value, leaf, listed))
    if listed:
        before = container.get("env")
        container["env"] = [*(before if isinstance(before, list) else ()), *listed]


def _variable(name: str, value: ir.Expr, leaf: Leaf, listed: list[Object]) -> None:
    match value:
        case ir.KeyRef(resource, key):
            _key(name, leaf.body.resources[resource], values.plain(key, "a key"), leaf)
        case ir.FunctionCall("field", (path,)):
            field = {"name": name, "fieldPath": values.plain(path, "`field`")}
            _append(leaf.task.platform, "fieldPathAsEnv", dict(field))
        case ir.KubeflowWord() if not environment.is_value(value):
            listed.append({"name": name, "value": imported.written(value, leaf)})
        case _ if not environment.is_value(value):
            text = leaf.shown(text_of(constant(value)), value.span)
            listed.append({"name": name, "value": text})
        case _:
            pass


def _key(name: str, resource: ir.Resource, key: str, leaf: Leaf) -> None:
    """Set a variable from a key of a secret or config; those of one resource stand together."""
    field, deprecated, of_key = _FIELDS[resource.kind]
    binding, text = named(resource, leaf)
    made: Object = {f"{deprecated}Parameter": binding} | ({deprecated: text} if text else {})
    made["optional"] = resource.optional
    listed = leaf.task.platform.setdefault(field, [])
    for one in listed if isinstance(listed, list) else ():
        if isinstance(one, dict) and {k: v for k, v in one.items() if k != "keyToEnv"} == made:
            _append(one, "keyToEnv", {of_key: key, "envVar": name})
            return
    _append(leaf.task.platform, field, made | {"keyToEnv": [{of_key: key, "envVar": name}]})


def named(resource: ir.Resource, leaf: Leaf) -> tuple[Object, str]:
    """Return how the name of a secret or config is found, and the name where it is known."""
    if resource.value is None:
        return {"runtimeValue": {"constant": resource.name}}, resource.name
    return values.parameter(resource.value, leaf, f"the name of a {resource.kind}")


def _append(made: Object, field: str, one: Object) -> None:
    listed = made.setdefault(field, [])
    if isinstance(listed, list):
        listed.append(one)
