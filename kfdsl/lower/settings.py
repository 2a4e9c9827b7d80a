"""Settings: items and a table of shapes in, checked settings by name out; and how weak and strong ones merge."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeAlias

from kfdsl import ir
from kfdsl import syntax as s
from kfdsl.diagnostics import Label
from kfdsl.lower import settings_table
from kfdsl.lower.context import did_you_mean
from kfdsl.lower.scope import Scope
from kfdsl.lower.shapes import Shape

Merged: TypeAlias = "dict[str, ir.Expr | ir.RangeExpr]"
"""Settings by name."""


def lower(scope: Scope, items: Iterable[s.Setting], known: Mapping[str, Shape], what: str) -> Merged:
    """Check settings; report unknown ones and those given twice. `what` names their owner in messages."""
    found: Merged = {}
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
    "cron": "schedule",
    "img": "image",
    "retryStrategy": "retry",
    "retry_strategy": "retry",
    "retry_policy": "retry",
    "securityContext": "security",
    "readinessProbe": "ready",
    "synchronization": "`mutex = …` or `semaphore = …`",
    "podSpecPatch": "`patch pod = …`",
    "templateRef": "`step … = extern(…)`",
    "suspend": "`step … = wait(…)` or `step … = approve(…)`",
    "source": "`script bash = …`: a script names its language",
    "sidecars": "`sidecar NAME { … }` for each",
    "initContainers": "`init NAME { … }` for each",
    "onExit": "`on exit { … }`",
    "hooks": "`on exit { … }`, `on running { … }` and the like",
    "concurrencyPolicy": "`schedule = { cron = …, concurrency = … }`",
    **dict.fromkeys(
        ("withItems", "withParam", "withSequence", "loop", "for_each", "foreach"),
        "`step … for x in LIST`: it stands in the header",
    ),
    "inputs": "`in NAME = value` for each",
    "outputs": "`out NAME: T` for each",
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
    if name in settings_table.STEP and known in (settings_table.GRAPH, settings_table.LIBRARY):
        owner = what.removeprefix("a ")
        scope.context.report(
            "misplaced-item",
            item.name.span,
            f"`{name}` belongs to a step",
            label=f"not a setting of {what}",
            helps=(f"for all steps of the {owner}, put it into `defaults {{ … }}`",),
        )
    elif name in settings_table.GRAPH and known is not settings_table.GRAPH:
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
        fixes = did_you_mean(name, (*known, *settings_table.RUNS), item.name.span)
        if meant is not None and (meant in known or meant in settings_table.RUNS):
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


def merge(weak: Mapping[str, ir.Expr | ir.RangeExpr], strong: Mapping[str, ir.Expr | ir.RangeExpr]) -> Merged:
    """Return settings where those of `strong` win: scalars and lists replace, maps merge one level."""
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
