"""Volumes of a step: claims, secrets and configs as files, empty folders, and the run's workspace."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import Final

from kfdsl import ir
from kfdsl.functions import text_of
from kfdsl.targets.kfp import claims, values, variables
from kfdsl.targets.kfp.leaf import Leaf
from kfdsl.targets.kfp.refusal import Refused
from kfdsl.targets.kfp.types import Object

WORKSPACE: Final = "/kfp-workspace"
"""Where the backend mounts the workspace of a run."""
WORKSPACE_PATH: Final = "{{$.workspace_path}}"
_NAME: Final = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_KEYED: Final = {
    "secret": ("secretAsVolume", "secretName"),
    "config": ("configMapAsVolume", "configMapName"),
}
_CLAIMS: Final = ("claim", "new_claim")
_NO_FIELD: Final = {
    "items": "Kubeflow mounts all keys of a secret or config",
    "mode": "Kubeflow does not set the permissions of mounted files",
    "propagation": "Kubeflow does not pass mounts on",
    "readonly": "Kubeflow mounts claims and folders for reading and writing",
    "sub_path": "Kubeflow mounts a part of a claim only",
}


def mounted(mount: ir.Expr | None, leaf: Leaf) -> None:
    """Put the mounts of a step into its platform settings."""
    for path, value in mount.entries if isinstance(mount, ir.MapExpr) else ():
        fields: dict[str, ir.Expr] = (
            dict(value.entries) if isinstance(value, ir.MapExpr) else {"volume": value}
        )
        leaf.findings.attempt(partial(_mount, path, fields, leaf))


def _mount(path: str, fields: dict[str, ir.Expr], leaf: Leaf) -> None:
    volume = fields.pop("volume")
    resource = leaf.body.resources[str(values.fixed(volume, "`mount`"))]
    _known(resource, fields)
    made: Object = {"mountPath": path}
    if "sub_path" in fields:
        made["subPath"] = values.plain(fields["sub_path"], "`sub_path`")
    if resource.kind in _KEYED:
        field, deprecated = _KEYED[resource.kind]
        binding, text = variables.named(resource, leaf)
        _label(text, volume)
        made |= {f"{deprecated}Parameter": binding, "optional": resource.optional}
        _add(leaf, field, made | ({deprecated: text} if text else {}))
    elif resource.call == "workspace":
        _workspace(path, resource, volume, leaf)
    elif resource.call in _RENDERED:
        field, render = _RENDERED[resource.call]
        _add(leaf, field, made | render(resource, volume, leaf))
    else:
        raise Refused(
            resource.span.head,
            f"Kubeflow has no volume `{resource.call}`",
            "use a claim that an administrator made of it: `volume x = claim(…)`",
        )


def _known(resource: ir.Resource, fields: dict[str, ir.Expr]) -> None:
    """Refuse what is said of a mount and has no field."""
    known = "readonly" if resource.kind in _KEYED else "sub_path" if resource.call in _CLAIMS else ""
    for name, expr in fields.items():
        if name != known and values.fixed(expr, name) is not False:
            raise Refused(expr.span, _NO_FIELD[name], "leave it out")


def _label(name: str, place: ir.Expr) -> None:
    """Refuse a name that a volume of a pod cannot have, since the backend gives it to the volume."""
    if name and not _NAME.fullmatch(name):
        raise Refused(
            place.span,
            f"Kubeflow names the volume of a pod `{name}`, which is no name for one",
            "a name of small letters, digits and `-`, 63 at the most, can be mounted",
        )


def _claim(resource: ir.Resource, place: ir.Expr, leaf: Leaf) -> Object:
    given = dict(resource.arguments)
    for name, value in given.items():
        if name != "name" and values.fixed(value, name) not in (False, "Filesystem"):
            raise Refused(value.span, f"`{name}` of a claim has no field in Kubeflow Pipelines")
    binding, text = values.parameter(given["name"], leaf, "the name of a claim")
    _label(text, place)
    return {"pvcNameParameter": binding} | ({"constant": text} if text else _twin(binding))


def _twin(binding: Object) -> Object:
    """Return the fields that older servers read."""
    return {key: value for key, value in binding.items() if key != "runtimeValue"}


def _new_claim(resource: ir.Resource, place: ir.Expr, leaf: Leaf) -> Object:
    outermost = leaf.task
    while outermost.dag.task is not None:
        outermost = outermost.dag.task
    if outermost.strategy:
        raise Refused(
            place.span,
            f"a handler of the run cannot mount `{resource.name}` on Kubeflow: nothing follows a handler there"
            " that could delete the claim",
            "mount a claim that is there already: `claim(…)`",
        )
    local = leaf.task.dag.local(claims.made(resource, leaf))
    if local.task is not None:
        leaf.task.wait_for(local.task)
    return {"pvcNameParameter": local.binding()} | local.binding()


def _ephemeral(resource: ir.Resource, place: ir.Expr, leaf: Leaf) -> Object:  # noqa: ARG001  # likewise
    given = dict(resource.arguments)
    claims.known(given, ("size", "class", "mode", "labels", "annotations"))
    made: Object = {
        "volumeName": _own(resource),
        "accessModes": claims.modes(given),
        "size": claims.size(given),
    }
    made |= (
        {"storageClassName": values.plain(given["class"], "`class`")}
        if "class" in given
        else {"defaultStorageClass": True}
    )
    metadata: Object = {
        name: values.fixed(given[name], name) for name in ("labels", "annotations") if name in given
    }
    return made | ({"metadata": metadata} if metadata else {})


def _empty(resource: ir.Resource, place: ir.Expr, leaf: Leaf) -> Object:  # noqa: ARG001  # likewise
    given = dict(resource.arguments)
    made: Object = {"volumeName": _own(resource)}
    if "medium" in given:
        made["medium"] = values.plain(given["medium"], "`medium`")
    if "size" in given:
        made["sizeLimit"] = text_of(values.fixed(given["size"], "`size`"))
    return made


_RENDERED: Final[dict[str, tuple[str, Callable[[ir.Resource, ir.Expr, Leaf], Object]]]] = {
    "claim": ("pvcMount", _claim),
    "new_claim": ("pvcMount", _new_claim),
    "ephemeral": ("genericEphemeralVolume", _ephemeral),
    "empty": ("emptyDirMounts", _empty),
}


def _own(resource: ir.Resource) -> str:
    return resource.name.replace("_", "-").lower()


def _workspace(path: str, resource: ir.Resource, place: ir.Expr, leaf: Leaf) -> None:
    """Ask for the workspace, which the backend mounts where an input holds its path."""
    if path.rstrip("/") != WORKSPACE:
        raise Refused(
            place.span,
            f"Kubeflow mounts a workspace at `{WORKSPACE}`",
            f'mount it there: `mount = {{ "{WORKSPACE}" = … }}`, on every engine',
        )
    from kfdsl import kinds  # noqa: PLC0415
    from kfdsl.targets.kfp import types  # noqa: PLC0415

    leaf.task.dag.around()[-1].frame.workspaces.append(resource)
    leaf.inputs["workspace_path"] = types.parameter(kinds.STRING), kinds.STRING
    leaf.task.give_constant("workspace_path", WORKSPACE_PATH)


def _add(leaf: Leaf, field: str, one: Object) -> None:
    listed = leaf.task.platform.setdefault(field, [])
    if isinstance(listed, list):
        listed.append(one)
