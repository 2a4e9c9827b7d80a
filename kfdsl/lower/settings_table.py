"""The tables of settings: which there are, where they may stand, and the shape of each."""

from __future__ import annotations

from kfdsl.kinds import JSON, STRING, MapOf
from kfdsl.lower import amounts, cron, laid_files, run_values, volumes
from kfdsl.lower.amounts import delay, duration, number, quantity_of, range_of
from kfdsl.lower.declared import key_or_text, resource_name, template_name
from kfdsl.lower.environment import variable, variable_name
from kfdsl.lower.shapes import (
    Shape,
    as_text,
    condition_over,
    constant_int,
    constant_text,
    either,
    flag,
    free,
    is_list,
    is_map,
    list_of,
    map_of,
    of_type,
    record_of,
    text,
    words,
)

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
                "when": condition_over("last", run_values.LAST),
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
                {"volume": resource_name("volume", "secret", "config"), **volumes.MOUNT},
                ("volume",),
            ),
        ),
        otherwise=resource_name("volume", "secret", "config"),
    )
)
_TOLERATE = either(
    (
        is_list,
        list_of(
            record_of(
                {
                    "key": text,
                    "operator": words("Exists", "Equal"),
                    "value": text,
                    "effect": words("NoSchedule", "PreferNoSchedule", "NoExecute"),
                    "seconds": constant_int,
                }
            )
        ),
    ),
    otherwise=of_type(JSON),
)
_NODE = either((is_map, map_of(text)), otherwise=of_type(MapOf(STRING)))
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
_LABELS = {"labels": map_of(text), "annotations": map_of(text)}
_REMOVAL = words("OnWorkflowCompletion", "OnWorkflowDeletion", "Never")
GC = either(
    (is_map, record_of({"on": _REMOVAL, "service_account": text, **_LABELS}, ("on",))), otherwise=_REMOVAL
)
"""When an artifact is deleted, and by which pod."""
_GC_OF_RUN = either(
    (
        is_map,
        record_of({"on": _REMOVAL, "service_account": text, **_LABELS, "force": flag, "pod": free}, ("on",)),
    ),
    otherwise=_REMOVAL,
)
_ARTIFACTS = record_of(
    {
        "store": resource_name("store"),
        "prefix": text,
        "gc": _GC_OF_RUN,
        "repository": either((is_map, record_of({"config": text, "key": text})), otherwise=text),
    }
)
_DEVICES_USED = list_of(
    either((is_map, record_of({"name": text, "request": text}, ("name",))), otherwise=constant_text)
)
_DEVICES = map_of(either((is_map, record_of({"claim": text, "template": text})), otherwise=text))
_POD = {
    "pod_cpu": range_of("cpu"),
    "pod_memory": range_of("memory"),
    "pod_hugepages": map_of(quantity_of("memory")),
}
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
    "devices": _DEVICES_USED,
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
    "node": _NODE,
    "tolerate": _TOLERATE,
    "affinity": free,
    "image_pull_secrets": list_of(resource_name("secret")),
    "daemon": flag,
    "mutex": _MUTEX,
    "semaphore": _SEMAPHORE,
    "packages": _PACKAGES,
    "parallelism": number,
    "fail_fast": flag,
    "files": laid_files.laid,
    **_POD,
    "devices": either((is_map, _DEVICES), otherwise=_DEVICES_USED),
    "archive_logs": flag,
    "scheduler": text,
    "host_aliases": free,
}
"""Settings of steps, components and `defaults`."""
OF_GROUP: dict[str, Shape] = {
    name: STEP[name]
    for name in (
        "display", "retry", "cache", "continue_on", "parallelism", "fail_fast", "mutex", "semaphore",
    )
}  # fmt: skip
"""Settings of a group, which hold for its graph."""
OF_CALL: dict[str, Shape] = OF_GROUP | {name: STEP[name] for name in ("labels", "annotations", "timeout")}
"""Settings of a step that calls a pipeline."""
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
                "when": cron.condition,
                "stop": cron.condition,
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
    "artifacts": _ARTIFACTS,
    "archive_logs": flag,
    "root": text,
    **_POD,
    "devices": _DEVICES,
    "executor_plugins": map_of(free),
    "labels": map_of(as_text),
    "annotations": map_of(as_text),
    "cache": _CACHE,
    "retry": _RETRY,
    "mutex": _MUTEX,
    "semaphore": _SEMAPHORE,
    "service_account": text,
    "priority_class": text,
    "node": _NODE,
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
LIBRARY: dict[str, Shape] = {
    "kind": words("WorkflowTemplate", "ClusterWorkflowTemplate"),
    "entrypoint": template_name,
    "name": constant_text,
    "namespace": constant_text,
    "display": constant_text,
    "labels": map_of(constant_text),
    "annotations": map_of(constant_text),
}
"""Settings of a library: those of its object."""
METRIC: dict[str, Shape] = {
    "help": text,
    "labels": map_of(as_text),
    "gauge": amounts.measured,
    "counter": amounts.measured,
    "histogram": amounts.measured,
    "buckets": list_of(free),
    "when": condition_over("step", run_values.STEP_RESULT),
    "realtime": flag,
}
RUNS = ("command", "args")
"""Written as settings, but they say what runs; `kfdsl.lower.bodies` reads them."""
