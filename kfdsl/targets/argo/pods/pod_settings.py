"""Settings of a whole pod beside its placement: its resources, its devices, what pulls its images."""

from __future__ import annotations

from typing import Final

from kfdsl import ir
from kfdsl.targets.argo.expressions import text
from kfdsl.targets.argo.objects import Object
from kfdsl.targets.argo.pods.volumes import Pod
from kfdsl.targets.argo.scopes.leaf import Leaf
from kfdsl.targets.argo.settings.fields import constant_of, field_text, name_text
from kfdsl.targets.common.constants import NotConstant, constant

_RESOURCES: Final = {"pod_cpu": "cpu", "pod_memory": "memory"}


def of_pod(own: ir.Settings, leaf: Leaf, pod: Pod) -> Object:
    """Return what a template says of its pod; what only a patch can say goes to the pod."""
    fixed, patched = resources(own, leaf)
    if patched:
        pod.root["resources"] = patched
    secrets = own.expr("image_pull_secrets")
    if isinstance(secrets, ir.ListExpr):
        pod.root["imagePullSecrets"] = [{"name": pull_secret(item, leaf)} for item in secrets.items]
    made: Object = {"podResources": fixed} if fixed else {}
    logs = own.expr("archive_logs")
    if logs is not None:
        made["archiveLocation"] = {"archiveLogs": constant_of(logs, "archive_logs")}
    return made | devices(own, leaf)


def resources(own: ir.Settings, leaf: Leaf) -> tuple[Object, Object]:
    """Return requests and limits of a pod: the constant ones, and those that only a patch can hold."""
    wanted: list[tuple[str, str, ir.Expr]] = []
    for name, field in _RESOURCES.items():
        value = own.get(name)
        if isinstance(value, ir.RangeExpr):
            wanted += [("requests", field, value.low)] if value.low is not None else []
            wanted += [("limits", field, value.high)] if value.high is not None else []
    pages = own.expr("pod_hugepages")
    for size, amount in pages.entries if isinstance(pages, ir.MapExpr) else ():
        wanted += [(side, f"hugepages-{size}", amount) for side in ("requests", "limits")]
    fixed: dict[str, Object] = {}
    patched: dict[str, Object] = {}
    for side, field, value in wanted:
        known = constant(value)
        if isinstance(known, NotConstant):
            patched.setdefault(side, {})[field] = name_text(value, leaf)
        else:
            fixed.setdefault(side, {})[field] = text.of_constant(known)
    return dict(fixed), dict(patched)


def devices(own: ir.Settings, leaf: Leaf) -> Object:
    """Return the claims of devices that a pod has; a list only names those that its container uses."""
    found = own.expr("devices")
    if not isinstance(found, ir.MapExpr):
        return {}
    return {"resourceClaims": [{"name": name} | _claim(value, leaf) for name, value in found.entries]}


def _claim(value: ir.Expr, leaf: Leaf) -> Object:
    given = dict(value.entries) if isinstance(value, ir.MapExpr) else {"template": value}
    fields = {"claim": "resourceClaimName", "template": "resourceClaimTemplateName"}
    return {fields[name]: name_text(one, leaf) for name, one in given.items()}


def used_devices(found: ir.Expr | None) -> list[Object]:
    """Return the devices that a container uses: those that are listed, or all that its step declares."""
    if isinstance(found, ir.MapExpr):
        return [{"name": name} for name, _ in found.entries]
    listed = constant_of(found, "devices") if found is not None else []
    each = listed if isinstance(listed, list) else []
    return [{**one} if isinstance(one, dict) else {"name": one} for one in each]


def pull_secret(item: ir.Expr, leaf: Leaf) -> str:
    """Return the name of a secret by which images are pulled."""
    name = str(constant_of(item, "image_pull_secrets"))
    resource = leaf.resources.get(name)
    return field_text(resource.value, leaf) if resource is not None and resource.value is not None else name
