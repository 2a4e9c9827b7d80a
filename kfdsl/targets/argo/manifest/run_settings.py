"""Settings of the run: what a manifest's spec says beside its templates."""

from __future__ import annotations

import json
from typing import Final

from kfdsl import ir
from kfdsl.targets.argo.artifacts import run_artifacts
from kfdsl.targets.argo.objects import Object
from kfdsl.targets.argo.pods import pod_settings
from kfdsl.targets.argo.refusal import Refused
from kfdsl.targets.argo.scopes.leaf import Leaf
from kfdsl.targets.argo.settings import PLACEMENT, known, node_selector, toleration
from kfdsl.targets.argo.settings.fields import as_written, constant_of, duration, field_text
from kfdsl.targets.argo.settings.locks import synchronization
from kfdsl.units import seconds

RUN: Final = frozenset(
    [
        "kind",
        "name",
        "name_prefix",
        "namespace",
        "display",
        "schedule",
        "timeout",
        "parallelism",
        "fail_fast",
        "priority",
        "ttl",
        "pod_gc",
        "artifacts",
        "archive_logs",
        "labels",
        "annotations",
        "cache",
        "retry",
        "mutex",
        "semaphore",
        "service_account",
        "priority_class",
        "node",
        "tolerate",
        "affinity",
        "image_pull_secrets",
        "security",
        "dns",
        "host_network",
        "host_aliases",
        "scheduler",
        "suspended",
        "disruption",
        "pod_cpu",
        "pod_memory",
        "pod_hugepages",
        "devices",
        "executor_plugins",
    ],
)

_PLAIN: Final = {
    "parallelism": "parallelism",
    "priority": "priority",
    "archive_logs": "archiveLogs",
    "suspended": "suspend",
    "host_network": "hostNetwork",
    "host_aliases": "hostAliases",
}


def of_run(own: ir.Settings, leaf: Leaf, *, one_body: bool) -> Object:
    """Return the settings of a pipeline that is a workflow, for its spec."""
    known(own, RUN, "pipeline")
    made: Object = {}
    timeout = own.expr("timeout")
    if timeout is not None:
        made["activeDeadlineSeconds"] = int(seconds(str(constant_of(timeout, "timeout"))))
    for name, field in _PLAIN.items():
        value = own.expr(name)
        if value is not None:
            made[field] = constant_of(value, name)
    for name, field in (
        ("service_account", "serviceAccountName"),
        ("priority_class", "podPriorityClassName"),
        ("scheduler", "schedulerName"),
    ):
        value = own.expr(name)
        if value is not None:
            made[field] = field_text(value, leaf)
    made |= _cleanup(own, leaf) | _run_placement(own, leaf, one_body=one_body)
    made |= _pods(own, leaf)
    locks = synchronization(own, leaf)
    if locks:
        made["synchronization"] = locks
    return made


def _pods(own: ir.Settings, leaf: Leaf) -> Object:
    """Return what holds for each pod: resources, devices, and the plugins of the agent's."""
    fixed, patched = pod_settings.resources(own, leaf)
    made: Object = {"podResources": fixed} if fixed else {}
    if patched:
        made["podSpecPatch"] = json.dumps({"resources": patched}, separators=(",", ":"))
    made |= pod_settings.devices(own, leaf)
    plugins = own.expr("executor_plugins")
    if isinstance(plugins, ir.MapExpr):
        made["executorPlugins"] = [_plugin(name, value, leaf) for name, value in plugins.entries]
    return made


def _plugin(name: str, value: ir.Expr, leaf: Leaf) -> Object:
    container = as_written(value, leaf)
    if not isinstance(container, dict):
        raise Refused(value.span, "an executor plugin is a container, as Kubernetes writes it")
    return {
        "metadata": {"name": name},
        "spec": {"sidecar": {"container": {"name": name} | container}},
    }


def _cleanup(own: ir.Settings, leaf: Leaf) -> Object:
    made: Object = {}
    ttl = own.expr("ttl")
    if ttl is not None:
        given = dict(ttl.entries) if isinstance(ttl, ir.MapExpr) else {"done": ttl}
        fields = {
            "done": "secondsAfterCompletion",
            "success": "secondsAfterSuccess",
            "failure": "secondsAfterFailure",
        }
        made["ttlStrategy"] = {
            fields[key]: int(seconds(str(constant_of(value, "ttl")))) for key, value in given.items()
        }
    pods = own.expr("pod_gc")
    if pods is not None:
        given = dict(pods.entries) if isinstance(pods, ir.MapExpr) else {"on": pods}
        garbage: Object = {"strategy": constant_of(given["on"], "pod_gc")} if "on" in given else {}
        if "labels" in given:
            garbage["labelSelector"] = {"matchLabels": constant_of(given["labels"], "labels")}
        if "delay" in given:
            garbage["deleteDelayDuration"] = duration(given["delay"], leaf)
        made["podGC"] = garbage
    made |= run_artifacts.of_run(own, leaf)
    disruption = own.expr("disruption")
    if disruption is not None:
        made["podDisruptionBudget"] = constant_of(disruption, "disruption")
    return made


def _run_placement(own: ir.Settings, leaf: Leaf, *, one_body: bool) -> Object:
    made: Object = {}
    node, tolerate, affinity = (None if one_body else own.expr(name) for name in PLACEMENT)
    if node is not None:
        made["nodeSelector"] = node_selector(node, leaf)
    if isinstance(tolerate, ir.ListExpr):
        made["tolerations"] = [toleration(item, leaf) for item in tolerate.items]
    elif tolerate is not None:
        raise Refused(tolerate.span, "`tolerate` must be a list on Argo")
    if affinity is not None:
        made["affinity"] = constant_of(affinity, "affinity")
    secrets = own.expr("image_pull_secrets")
    if isinstance(secrets, ir.ListExpr):
        made["imagePullSecrets"] = [{"name": pod_settings.pull_secret(item, leaf)} for item in secrets.items]
    security = own.expr("security")
    if isinstance(security, ir.MapExpr):
        known = {
            "user": "runAsUser",
            "group": "runAsGroup",
            "fs_group": "fsGroup",
            "non_root": "runAsNonRoot",
        }
        given = dict(security.entries)
        wrong = next((value for key, value in given.items() if key not in known), None)
        if wrong is not None:
            raise Refused(wrong.span, "this belongs to a step on Argo")
        made["securityContext"] = {known[key]: constant_of(value, key) for key, value in given.items()}
    dns = own.expr("dns")
    if dns is not None:
        value = constant_of(dns, "dns")
        made |= {"dnsPolicy": value} if isinstance(value, str) else {"dnsConfig": value}
    return made
