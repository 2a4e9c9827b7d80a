"""Volumes: where a container mounts them, and what the pod and the run declare for that."""

from __future__ import annotations

from collections.abc import Mapping

from kfdsl import ir
from kfdsl.targets.argo.expressions import text
from kfdsl.targets.argo.objects import Object
from kfdsl.targets.argo.refusal import Refused
from kfdsl.targets.argo.scopes.leaf import Leaf
from kfdsl.targets.argo.settings.fields import as_written, constant_of, field_text, name_text, resource_name


class Pod:
    """What belongs to a pod beside its containers: volumes, and what only a patch can say."""

    __slots__ = ("claims", "leaf", "needs_outputs", "patch", "root", "volumes")

    def __init__(self, leaf: Leaf) -> None:
        """Begin with nothing."""
        self.leaf = leaf
        self.volumes: dict[str, Object] = {}
        self.claims = leaf.claims
        self.patch: dict[str, Object] = {}
        self.root: Object = {}
        self.needs_outputs = False

    def patch_of(self, container: str) -> Object:
        """Return what is patched of a container, to be filled; the main one has no name."""
        return self.patch.setdefault(container or "main", {})

    def patches(self) -> Object:
        """Return the patch of the whole pod."""
        inits = {entry.name for entry in self.leaf.body.inits}
        made: Object = {}
        for key, wanted in (("initContainers", True), ("containers", False)):
            listed = [{"name": name} | one for name, one in self.patch.items() if (name in inits) == wanted]
            made |= {key: listed} if listed else {}
        return made | self.root


def mounted(mount: ir.Expr | None, leaf: Leaf, pod: Pod) -> Object:
    """Return the mounts of a container, and its block devices; the volumes go to the pod."""
    made: dict[str, list[Object]] = {"volumeMounts": [], "volumeDevices": []}
    for path, value in mount.entries if isinstance(mount, ir.MapExpr) else ():
        fields = dict(value.entries) if isinstance(value, ir.MapExpr) else {"volume": value}
        resource = leaf.resources[str(constant_of(fields["volume"], "mount"))]
        name = _volume(resource, fields, leaf, pod)
        if _is_block(resource):
            wrong = next((one for key, one in fields.items() if key != "volume"), None)
            if wrong is not None:
                raise Refused(
                    wrong.span, f"`{resource.name}` is a block device, which has a path and nothing else"
                )
            made["volumeDevices"].append({"name": name, "devicePath": path})
            continue
        entry: Object = {"name": name, "mountPath": path}
        if "readonly" in fields:
            entry["readOnly"] = constant_of(fields["readonly"], "readonly")
        if "sub_path" in fields:
            entry["subPath"] = field_text(fields["sub_path"], leaf)
        if "propagation" in fields:
            entry["mountPropagation"] = constant_of(fields["propagation"], "propagation")
        made["volumeMounts"].append(entry)
    return {key: entries for key, entries in made.items() if entries}


def _is_block(resource: ir.Resource) -> bool:
    return any(
        name == "volume_mode" and constant_of(value, name) == "Block" for name, value in resource.arguments
    )


def _volume(resource: ir.Resource, fields: Mapping[str, ir.Expr], leaf: Leaf, pod: Pod) -> str:
    """Declare a volume; one that is mounted in several ways, as with other keys, is one for each."""
    wanted = resource.name.replace("_", "-").lower()
    if resource.call in ("new_claim", "workspace"):
        pod.claims[wanted] = claim_template(resource, leaf, wanted)
        return wanted
    made = _source(resource, fields, leaf)
    own, number = wanted, 1
    while pod.volumes.get(own, made) != made or own in pod.claims:
        number += 1
        own = f"{wanted}-{number}"
    pod.volumes[own] = made
    return own


def _source(resource: ir.Resource, fields: Mapping[str, ir.Expr], leaf: Leaf) -> Object:
    """Return what a volume is."""
    given = dict(resource.arguments)
    wrong = next((one for key, one in fields.items() if key in ("items", "mode")), None)
    if resource.kind in ("secret", "config"):
        return _keyed(resource, fields, leaf)
    if wrong is not None:
        raise Refused(wrong.span, "only a secret or config has keys and permissions to choose")
    match resource.call:
        case "claim":
            readonly = {"readOnly": constant_of(given["readonly"], "readonly")} if "readonly" in given else {}
            return {"persistentVolumeClaim": {"claimName": name_text(given["name"], leaf)} | readonly}
        case "empty":
            return {"emptyDir": _empty(given)}
        case "host":
            kind = {"type": field_text(given["type"], leaf)} if "type" in given else {}
            return {"hostPath": {"path": name_text(given["path"], leaf)} | kind}
        case "ephemeral":
            return {"ephemeral": {"volumeClaimTemplate": claim_template(resource, leaf)}}
        case source:
            return {source: {name: _of_kubernetes(name, value, leaf) for name, value in resource.arguments}}


def _keyed(resource: ir.Resource, fields: Mapping[str, ir.Expr], leaf: Leaf) -> Object:
    """Return a volume with the keys of a secret or config."""
    is_secret = resource.kind == "secret"
    made: Object = {"secretName" if is_secret else "name": resource_name(resource, leaf)}
    items = fields.get("items")
    if isinstance(items, ir.MapExpr):
        made["items"] = [{"key": key} | _item(value, leaf) for key, value in items.entries]
    if "mode" in fields:
        made["defaultMode"] = _mode(fields["mode"])
    if resource.optional:
        made["optional"] = True
    return {"secret" if is_secret else "configMap": made}


def _item(value: ir.Expr, leaf: Leaf) -> Object:
    if not isinstance(value, ir.MapExpr):
        return {"path": field_text(value, leaf)}
    return {name: _of_kubernetes(name, one, leaf) for name, one in value.entries}


def _mode(value: ir.Expr) -> int:
    return int(str(constant_of(value, "mode")), 8)


def _of_kubernetes(name: str, value: ir.Expr, leaf: Leaf) -> object:
    """Return a field that is written as Kubernetes has it; permissions are texts, as everywhere."""
    match value:
        case ir.MapExpr(entries):
            return {key: _of_kubernetes(key, one, leaf) for key, one in entries}
        case ir.ListExpr(items):
            return [_of_kubernetes(name, item, leaf) for item in items]
        case _ if name in ("mode", "defaultMode"):
            return _mode(value)
        case _:
            return as_written(value, leaf)


def _empty(given: dict[str, ir.Expr]) -> Object:
    made: Object = {}
    if "medium" in given:
        made["medium"] = constant_of(given["medium"], "medium")
    if "size" in given:
        made["sizeLimit"] = text.of_constant(constant_of(given["size"], "size"))
    return made


def claim_template(resource: ir.Resource, leaf: Leaf, own: str = "") -> Object:
    """Return the body of a claim that is made for a run or a pod."""
    given = dict(resource.arguments)
    metadata: Object = {"name": own} if own else {}
    metadata |= {key: constant_of(given[key], key) for key in ("labels", "annotations") if key in given}
    mode = constant_of(given["mode"], "mode") if "mode" in given else "ReadWriteOnce"
    spec: Object = {"accessModes": mode if isinstance(mode, list) else [mode]}
    for name, field in (
        ("class", "storageClassName"),
        ("volume_mode", "volumeMode"),
        ("volume", "volumeName"),
        ("attributes_class", "volumeAttributesClassName"),
    ):
        if name in given:
            spec[field] = name_text(given[name], leaf)
    if "size" in given:
        spec["resources"] = {"requests": {"storage": text.of_constant(constant_of(given["size"], "size"))}}
    if "selector" in given:
        spec["selector"] = constant_of(given["selector"], "selector")
    if "source" in given:
        spec["dataSourceRef" if _names_namespace(given["source"]) else "dataSource"] = _of_kubernetes(
            "source", given["source"], leaf
        )
    made: Object = {"metadata": metadata} if metadata else {}
    return made | {"spec": spec}


def _names_namespace(source: ir.Expr) -> bool:
    return isinstance(source, ir.MapExpr) and any(name == "namespace" for name, _ in source.entries)
