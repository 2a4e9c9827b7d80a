"""Volumes: where a container mounts them, and what the pod and the run declare for that."""

from __future__ import annotations

from collections.abc import Mapping

from kfdsl import ir
from kfdsl.targets.argo import text
from kfdsl.targets.argo.fields import constant_of, field_text, name_text, resource_name
from kfdsl.targets.argo.leaf import Leaf
from kfdsl.targets.argo.refusal import Refused
from kfdsl.targets.argo.scope import Object


class Pod:
    """What belongs to a pod beside its containers: volumes, and what only a patch can say."""

    __slots__ = ("claims", "leaf", "needs_outputs", "patch", "volumes")

    def __init__(self, leaf: Leaf) -> None:
        """Begin with nothing."""
        self.leaf = leaf
        self.volumes: dict[str, Object] = {}
        self.claims = leaf.claims
        self.patch: dict[str, Object] = {}
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
        return made


def mounted(mount: ir.Expr | None, leaf: Leaf, pod: Pod) -> list[Object]:
    """Return the mounts of a container; the volumes go to the pod."""
    if not isinstance(mount, ir.MapExpr):
        return []
    made = []
    for path, value in mount.entries:
        fields = dict(value.entries) if isinstance(value, ir.MapExpr) else {"volume": value}
        name = str(constant_of(fields["volume"], "mount"))
        entry: Object = {"name": _volume(name, fields, leaf, pod), "mountPath": path}
        if "readonly" in fields:
            entry["readOnly"] = constant_of(fields["readonly"], "readonly")
        if "sub_path" in fields:
            entry["subPath"] = field_text(fields["sub_path"], leaf)
        made.append(entry)
    return made


def _volume(name: str, fields: Mapping[str, ir.Expr], leaf: Leaf, pod: Pod) -> str:
    resource = leaf.body.resources[name]
    own = name.replace("_", "-").lower()
    given = dict(resource.arguments)
    items: Object = {}
    if "items" in fields and isinstance(fields["items"], ir.MapExpr):
        items["items"] = [
            {"key": key, "path": field_text(path, leaf)} for key, path in fields["items"].entries
        ]
    if "mode" in fields:
        items["defaultMode"] = int(str(constant_of(fields["mode"], "mode")), 8)
    optional: Object = {"optional": True} if resource.optional else {}
    match resource.kind, resource.call:
        case "secret", _:
            made: Object = {"secret": {"secretName": resource_name(resource, leaf)} | items | optional}
        case "config", _:
            made = {"configMap": {"name": resource_name(resource, leaf)} | items | optional}
        case _, "claim":
            made = {"persistentVolumeClaim": {"claimName": _first(given, resource, leaf)}}
        case _, "empty":
            made = {"emptyDir": _empty(given)}
        case _, "host":
            made = {"hostPath": {"path": _first(given, resource, leaf)}}
        case _, "ephemeral":
            made = {"ephemeral": {"volumeClaimTemplate": claim_template(given)}}
        case _, "new_claim" | "workspace":
            pod.claims[own] = {"metadata": {"name": own}} | claim_template(given)
            return own
        case _:
            raise Refused(resource.span, f"the volume `{name}` is not rendered for Argo yet")
    pod.volumes.setdefault(own, {"name": own} | made)
    return own


def _first(given: dict[str, ir.Expr], resource: ir.Resource, leaf: Leaf) -> str:
    """The one argument of `claim` and `host`."""
    value = resource.value if resource.value is not None else next(iter(given.values()))
    return name_text(value, leaf)


def _empty(given: dict[str, ir.Expr]) -> Object:
    made: Object = {}
    if "medium" in given:
        made["medium"] = constant_of(given["medium"], "medium")
    if "size" in given:
        made["sizeLimit"] = text.of_constant(constant_of(given["size"], "size"))
    return made


def claim_template(given: dict[str, ir.Expr]) -> Object:
    """Return the body of a claim that is made for a run or a pod."""
    metadata = {key: constant_of(given[key], key) for key in ("labels", "annotations") if key in given}
    mode = constant_of(given["mode"], "mode") if "mode" in given else "ReadWriteOnce"
    spec: Object = {"accessModes": mode if isinstance(mode, list) else [mode]}
    if "class" in given:
        spec["storageClassName"] = constant_of(given["class"], "class")
    if "size" in given:
        spec["resources"] = {"requests": {"storage": text.of_constant(constant_of(given["size"], "size"))}}
    return ({"metadata": metadata} if metadata else {}) | {"spec": spec}
