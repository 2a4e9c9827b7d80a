"""Settings of the run: what a manifest's spec says beside its templates."""

from __future__ import annotations

from typing import Final

from kfdsl import ir
from kfdsl.targets.argo.fields import constant_of, duration, field_text, name_text
from kfdsl.targets.argo.leaf import Leaf
from kfdsl.targets.argo.locks import synchronization
from kfdsl.targets.argo.refusal import Refused
from kfdsl.targets.argo.scope import Object
from kfdsl.targets.argo.settings import PLACEMENT, known, toleration
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
    locks = synchronization(own, leaf)
    if locks:
        made["synchronization"] = locks
    return made


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
    artifacts = own.expr("artifacts")
    if isinstance(artifacts, ir.MapExpr):
        given = dict(artifacts.entries)
        if "gc" in given:
            made["artifactGC"] = {"strategy": constant_of(given["gc"], "gc")}
        if "repository" in given:
            made["artifactRepositoryRef"] = {"configMap": constant_of(given["repository"], "repository")}
        if "store" in given:
            raise Refused(given["store"].span, "the store of all artifacts is not rendered for Argo yet")
    disruption = own.expr("disruption")
    if disruption is not None:
        made["podDisruptionBudget"] = constant_of(disruption, "disruption")
    return made


def _run_placement(own: ir.Settings, leaf: Leaf, *, one_body: bool) -> Object:
    made: Object = {}
    node, tolerate, affinity = (None if one_body else own.expr(name) for name in PLACEMENT)
    if isinstance(node, ir.MapExpr):
        made["nodeSelector"] = {key: name_text(value, leaf) for key, value in node.entries}
    if isinstance(tolerate, ir.ListExpr):
        made["tolerations"] = [toleration(item, leaf) for item in tolerate.items]
    if affinity is not None:
        made["affinity"] = constant_of(affinity, "affinity")
    secrets = own.expr("image_pull_secrets")
    if isinstance(secrets, ir.ListExpr):
        made["imagePullSecrets"] = [{"name": _pull_secret(item, leaf)} for item in secrets.items]
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


def _pull_secret(item: ir.Expr, leaf: Leaf) -> str:
    name = str(constant_of(item, "image_pull_secrets"))
    resource = leaf.body.resources.get(name)
    return field_text(resource.value, leaf) if resource is not None and resource.value is not None else name
