"""Settings: which there are, where they may stand, and how `defaults`, components and steps merge."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from kfdsl import ir
from kfdsl import syntax as s
from kfdsl.kinds import DURATION, INT, STRING, Kind, ListOf, MapOf
from kfdsl.lower import cron, shapes
from kfdsl.lower.context import Label, did_you_mean
from kfdsl.lower.scope import Scope
from kfdsl.lower.shapes import (
    Shape,
    as_text,
    condition_over,
    constant_int,
    constant_text,
    delay,
    duration,
    either,
    flag,
    free,
    is_bool,
    is_list,
    is_map,
    is_number_literal,
    key_or_text,
    list_of,
    map_of,
    number,
    quantity_of,
    range_of,
    record_of,
    resource_name,
    text,
    variable,
    variable_name,
    words,
)

LAST: Mapping[str, Kind] = {"status": STRING, "exit_code": INT, "duration": INT, "message": STRING}
STEP_RESULT: Mapping[str, Kind] = {"status": STRING, "duration": INT, "exit_code": INT}

_RETRY = either(
    (
        is_map,
        record_of(
            {
                "limit": number,
                "backoff": duration,
                "factor": number,
                "max": duration,
                "cap": duration,
                "on": list_of(words("failure", "error")),
                "when": condition_over("last", LAST),
            }
        ),
    ),
    otherwise=number,
)
_MOUNT = map_of(
    either(
        (
            is_map,
            record_of(
                {
                    "volume": resource_name("volume", "secret", "config"),
                    "readonly": flag,
                    "sub_path": text,
                    "items": map_of(text),
                    "mode": text,
                },
                ("volume",),
            ),
        ),
        otherwise=resource_name("volume", "secret", "config"),
    )
)
_TOLERATE = list_of(
    record_of(
        {
            "key": text,
            "operator": words("Exists", "Equal"),
            "value": text,
            "effect": words("NoSchedule", "PreferNoSchedule", "NoExecute"),
            "seconds": constant_int,
        }
    )
)
_SECURITY = record_of(
    {
        "privileged": flag,
        "user": constant_int,
        "group": constant_int,
        "fs_group": constant_int,
        "non_root": flag,
        "read_only_root": flag,
        "escalation": flag,
        "add": list_of(constant_text),
        "drop": list_of(constant_text),
        "seccomp": constant_text,
    }
)
_READY = record_of(
    {
        "http": text,
        "tcp": constant_int,
        "command": list_of(as_text),
        "port": constant_int,
        "delay": duration,
        "timeout": duration,
        "period": duration,
        "scheme": words("HTTP", "HTTPS"),
    }
)
_CACHE = either(
    (is_map, record_of({"key": as_text, "max_age": duration, "store": resource_name("config")})),
    otherwise=flag,
)
_MUTEX = either(
    (is_map, record_of({"name": text, "namespace": text, "database": flag}, ("name",))), otherwise=text
)
_SEMAPHORE = either(
    (is_map, record_of({"key": key_or_text, "database": flag}, ("key",))), otherwise=key_or_text
)
_PACKAGES = either(
    (is_map, record_of({"install": list_of(constant_text), "index": text})), otherwise=list_of(constant_text)
)
_PORTS = list_of(either((is_map, free), otherwise=constant_int))

BODY: dict[str, Shape] = {
    "image": text,
    "image_pull": words("Always", "IfNotPresent", "Never"),
    "workdir": text,
    "cpu": range_of("cpu"),
    "memory": range_of("memory"),
    "disk": range_of("disk"),
    "gpu": either((is_map, map_of(number)), otherwise=number),
    "env": map_of(variable, variable_name),
    "mount": _MOUNT,
    "security": _SECURITY,
    "ready": _READY,
    "ports": _PORTS,
}
"""Settings of anything with a container: steps, components, sidecars, inits, containers."""

STEP: dict[str, Shape] = {
    **BODY,
    "display": as_text,
    "service_account": text,
    "priority_class": text,
    "retry": _RETRY,
    "timeout": duration,
    "cache": _CACHE,
    "continue_on": list_of(words("failure", "error")),
    "labels": map_of(as_text),
    "annotations": map_of(as_text),
    "node": map_of(text),
    "tolerate": _TOLERATE,
    "affinity": free,
    "image_pull_secrets": list_of(resource_name("secret")),
    "daemon": flag,
    "mutex": _MUTEX,
    "semaphore": _SEMAPHORE,
    "packages": _PACKAGES,
    "parallelism": number,
    "fail_fast": flag,
    "files": map_of(free),
    "scheduler": text,
    "host_aliases": free,
}
"""Settings of steps, components and `defaults`."""

_SCHEDULE = either(
    (
        is_map,
        record_of(
            {
                "cron": either((is_list, list_of(cron.expression)), otherwise=cron.expression),
                "timezone": cron.timezone,
                "concurrency": words("Allow", "Forbid", "Replace"),
                "deadline": delay,
                "history": record_of({"success": constant_int, "failure": constant_int}),
                "when": free,
                "stop": free,
                "suspended": flag,
            },
            ("cron",),
        ),
    ),
    (is_list, list_of(cron.expression)),
    otherwise=cron.expression,
)
_TTL = either(
    (is_map, record_of({"done": duration, "success": duration, "failure": duration})), otherwise=duration
)
_POD_GC_WORDS = words("OnPodCompletion", "OnPodSuccess", "OnWorkflowCompletion", "OnWorkflowSuccess")
_POD_GC = either(
    (is_map, record_of({"on": _POD_GC_WORDS, "delay": duration, "labels": map_of(text)})),
    otherwise=_POD_GC_WORDS,
)

GRAPH: dict[str, Shape] = {
    "kind": words("Workflow", "WorkflowTemplate", "ClusterWorkflowTemplate", "CronWorkflow"),
    "name": constant_text,
    "name_prefix": constant_text,
    "namespace": constant_text,
    "display": as_text,
    "schedule": _SCHEDULE,
    "timeout": duration,
    "parallelism": number,
    "fail_fast": flag,
    "priority": constant_int,
    "ttl": _TTL,
    "pod_gc": _POD_GC,
    "artifacts": record_of(
        {
            "store": resource_name("store"),
            "gc": words("OnWorkflowCompletion", "OnWorkflowDeletion", "Never"),
            "repository": text,
        }
    ),
    "archive_logs": flag,
    "root": text,
    "labels": map_of(as_text),
    "annotations": map_of(as_text),
    "cache": _CACHE,
    "retry": _RETRY,
    "mutex": _MUTEX,
    "semaphore": _SEMAPHORE,
    "service_account": text,
    "priority_class": text,
    "node": map_of(text),
    "tolerate": _TOLERATE,
    "affinity": free,
    "image_pull_secrets": list_of(resource_name("secret")),
    "security": _SECURITY,
    "dns": free,
    "host_network": flag,
    "host_aliases": free,
    "scheduler": text,
    "suspended": flag,
    "disruption": free,
}
"""Settings of a pipeline that is a graph."""

METRIC: dict[str, Shape] = {
    "help": text,
    "labels": map_of(as_text),
    "gauge": shapes.value,
    "counter": shapes.value,
    "histogram": shapes.value,
    "buckets": list_of(free),
    "when": condition_over("step", STEP_RESULT),
    "realtime": flag,
}

RUNS = ("command", "args")
"""Written as settings, but they say what runs; `kfdsl.lower.bodies` reads them."""


def lower(
    scope: Scope, items: Iterable[s.Setting], known: Mapping[str, Shape], what: str
) -> dict[str, ir.Expr | ir.RangeExpr]:
    """Check settings; report unknown ones and those given twice. `what` names their owner in messages."""
    found: dict[str, ir.Expr | ir.RangeExpr] = {}
    spans: dict[str, s.Name] = {}
    for item in items:
        name = item.name.text
        if name in spans:
            scope.context.report(
                "duplicate-key",
                item.name.span,
                f"`{name}` is set twice",
                label="again here",
                labels=(Label(spans[name].span, "first here"),),
            )
            continue
        spans[name] = item.name
        shape = known.get(name)
        if shape is None:
            _unknown(scope, item, known, what)
        else:
            found[name] = shape(scope, item.value)
    return found


_OTHER_WORDS = {
    "cmd": "command",
    "entrypoint": "command",
    "resources": "`cpu = …` and `memory = …`",
    "limits": "`memory = 1Gi..2Gi`: request..limit",
    "requests": "`memory = 1Gi..2Gi`: request..limit",
    "script": "`script bash = …`: a script names its language",
    "retries": "retry",
    "num_retries": "retry",
    "environment": "env",
    "nodeSelector": "node",
    "node_selector": "node",
    "tolerations": "tolerate",
    "imagePullPolicy": "image_pull",
    "workingDir": "workdir",
    "working_dir": "workdir",
    "serviceAccountName": "service_account",
    "caching": "cache",
    "memoize": "cache",
    "volumes": "mount",
    "volumeMounts": "mount",
    "activeDeadlineSeconds": "timeout",
    "ephemeral_storage": "disk",
    "storage": "disk",
    "gpus": "gpu",
    "mem": "memory",
    "schedules": "schedule",
    "ttlStrategy": "ttl",
    "podGC": "pod_gc",
    "generateName": "name_prefix",
    "when": "`step … when …`: it stands in the header",
    "depends": "`step … after …`: it stands in the header",
    "after": "`step … after …`: it stands in the header",
    "dependencies": "`step … after …`: it stands in the header",
}


def _unknown(scope: Scope, item: s.Setting, known: Mapping[str, Shape], what: str) -> None:
    name = item.name.text
    meant = _OTHER_WORDS.get(name)
    if name in STEP and known is GRAPH:
        scope.context.report(
            "misplaced-item",
            item.name.span,
            f"`{name}` belongs to a step",
            label="not a setting of a pipeline",
            helps=("for all steps of the pipeline, put it into `defaults { … }`",),
        )
    elif name in GRAPH and known is not GRAPH:
        scope.context.report(
            "misplaced-item",
            item.name.span,
            f"`{name}` belongs to a pipeline",
            label=f"not a setting of {what}",
        )
    elif meant and " " in meant:
        scope.context.report(
            "unknown-setting",
            item.name.span,
            f"{what} has no setting `{name}`",
            label="not a setting",
            helps=(f"write {meant}",),
        )
    else:
        fixes = did_you_mean(name, (*known, *RUNS), item.name.span)
        if meant is not None and (meant in known or meant in RUNS):
            fixes = did_you_mean(meant + "_", (meant,), item.name.span)
        scope.context.report(
            "unknown-setting",
            item.name.span,
            f"{what} has no setting `{name}`",
            label="not found",
            fixes=fixes,
        )


_MERGED = {
    "env",
    "labels",
    "annotations",
    "node",
    "mount",
    "retry",
    "security",
    "gpu",
    "cache",
    "ready",
    "mutex",
    "semaphore",
    "packages",
    "files",
}


def merge(
    weak: Mapping[str, ir.Expr | ir.RangeExpr], strong: Mapping[str, ir.Expr | ir.RangeExpr]
) -> dict[str, ir.Expr | ir.RangeExpr]:
    """Return settings where those of `strong` win: scalars replace, maps merge one level, lists never merge."""
    if not weak:
        return dict(strong)
    merged = dict(weak)
    for name, value in strong.items():
        old = merged.get(name)
        if name in _MERGED and isinstance(old, ir.MapExpr) and isinstance(value, ir.MapExpr):
            entries = dict(old.entries) | dict(value.entries)
            merged[name] = ir.MapExpr(tuple(entries.items()), value.type, value.span)
        else:
            merged[name] = value
    return merged


__all__ = [
    "BODY",
    "GRAPH",
    "METRIC",
    "STEP",
    "ListOf",
    "MapOf",
    "lower",
    "merge",
    "DURATION",
    "is_bool",
    "is_number_literal",
    "quantity_of",
]
