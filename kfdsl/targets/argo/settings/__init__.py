"""Settings of a template beside its containers: retries, deadlines, labels, placement, locks, metrics.

Here belongs what a template or a run may say whatever it does, and how texts of such fields are written (`fields`).
What is a field of a container is in `pods`, what only a whole object has in `manifest`.
"""

from __future__ import annotations

from typing import Final

from kfdsl import ir
from kfdsl.targets.argo.expressions import text
from kfdsl.targets.argo.objects import Object
from kfdsl.targets.argo.refusal import Refused
from kfdsl.targets.argo.scopes.leaf import Leaf
from kfdsl.targets.argo.settings import engine_conditions, metrics
from kfdsl.targets.argo.settings.fields import constant_of, duration, field_text, name_text
from kfdsl.targets.argo.settings.locks import synchronization
from kfdsl.targets.common.constants import NotConstant, constant

TITLE = "workflows.argoproj.io/title"
DESCRIPTION = "workflows.argoproj.io/description"
DISPLAY = "workflows.argoproj.io/display-name"


CONTAINER: Final = frozenset(
    [
        "image",
        "image_pull",
        "workdir",
        "cpu",
        "memory",
        "disk",
        "gpu",
        "env",
        "mount",
        "security",
        "ready",
        "ports",
        "devices",
        "packages",
        "files",
    ],
)
"""Settings that `pods` renders."""

LEAF: Final = CONTAINER | frozenset(
    [
        "display",
        "service_account",
        "priority_class",
        "retry",
        "timeout",
        "cache",
        "continue_on",
        "labels",
        "annotations",
        "node",
        "tolerate",
        "affinity",
        "image_pull_secrets",
        "daemon",
        "mutex",
        "semaphore",
        "scheduler",
        "host_aliases",
        "pod_cpu",
        "pod_memory",
        "pod_hugepages",
        "archive_logs",
    ],
)


BUILT_IN: Final = {
    "approve": frozenset({"display", "mutex", "semaphore"}),
    "wait": frozenset({"display", "mutex", "semaphore"}),
    "load": frozenset({"display"}),
    "plugin": frozenset({"display", "retry", "mutex", "semaphore", "cache"}),
    "http": frozenset({"display", "retry", "mutex", "semaphore", "cache"}),
}
"""Settings that mean something for a built-in component; `defaults` reach it with others too."""

PLACEMENT: Final = ("node", "tolerate", "affinity")
LOCKS: Final = ("mutex", "semaphore")


def known(own: ir.Settings, names: frozenset[str], what: str) -> None:
    """Refuse settings that this target does not render."""
    for name, value in own.values.items():
        if name not in names:
            raise Refused(value.span, f"`{name}` of a {what} has no form on Argo")


def of_leaf(own: ir.Settings, leaf: Leaf) -> Object:
    """Return the settings of a template that makes a pod."""
    known(own, LEAF, "step")
    run = leaf.body.run
    if isinstance(run, ir.BuiltIn) and run.name in BUILT_IN:
        own = ir.Settings({name: value for name, value in own.values.items() if name in BUILT_IN[run.name]})
    made: Object = {}
    metadata = _metadata(own, leaf)
    if metadata:
        made["metadata"] = metadata
    display = own.expr("display")
    if display is not None:
        made["annotations"] = {DISPLAY: field_text(display, leaf)}
    retry = own.expr("retry")
    if retry is not None:
        made["retryStrategy"] = retry_strategy(retry, leaf)
    timeout = own.expr("timeout")
    if timeout is not None:
        made["timeout"] = duration(timeout, leaf)
    made |= _placement(own, leaf)
    daemon = own.expr("daemon")
    if daemon is not None:
        made["daemon"] = constant_of(daemon, "daemon")
    made |= shared(own, leaf)
    return made


def _placement(own: ir.Settings, leaf: Leaf) -> Object:
    made: Object = {}
    for name, field in (
        ("service_account", "serviceAccountName"),
        ("priority_class", "priorityClassName"),
        ("scheduler", "schedulerName"),
    ):
        value = own.expr(name)
        if value is not None:
            made[field] = name_text(value, leaf)
    node = own.expr("node")
    if node is not None:
        made["nodeSelector"] = node_selector(node, leaf)
    tolerate = own.expr("tolerate")
    if isinstance(tolerate, ir.ListExpr):
        made["tolerations"] = [toleration(item, leaf) for item in tolerate.items]
    elif tolerate is not None:
        raise Refused(tolerate.span, "`tolerate` must be a list on Argo")
    affinity = own.expr("affinity")
    if affinity is not None:
        made["affinity"] = constant_of(affinity, "affinity")
    aliases = own.expr("host_aliases")
    if aliases is not None:
        made["hostAliases"] = constant_of(aliases, "host_aliases")
    security = own.expr("security")
    if isinstance(security, ir.MapExpr) and "fs_group" in dict(security.entries):
        made["securityContext"] = {"fsGroup": constant_of(dict(security.entries)["fs_group"], "fs_group")}
    return made


def node_selector(node: ir.Expr, leaf: Leaf) -> Object:
    """Return the labels of the nodes that a pod may run on."""
    if not isinstance(node, ir.MapExpr):
        raise Refused(node.span, "`node` must be a map on Argo", "write its entries: `{ zone = zone }`")
    return {key: name_text(value, leaf) for key, value in node.entries}


def toleration(item: ir.Expr, leaf: Leaf) -> Object:
    """Return a toleration."""
    if not isinstance(item, ir.MapExpr):
        raise Refused(item.span, "a toleration must be a map on Argo")
    made: Object = {}
    for name, value in item.entries:
        if name == "seconds":
            made["tolerationSeconds"] = constant_of(value, name)
        else:
            made[name] = name_text(value, leaf)
    return made


def _metadata(own: ir.Settings, leaf: Leaf) -> Object:
    labels, annotations = label_map(own.expr("labels"), leaf), text_map(own.expr("annotations"), leaf)
    made: Object = {"labels": labels} if labels else {}
    return made | ({"annotations": annotations} if annotations else {})


def text_map(entries: ir.Expr | None, leaf: Leaf) -> Object:
    """Return labels or annotations."""
    if not isinstance(entries, ir.MapExpr):
        return {}
    return {key: field_text(value, leaf) for key, value in entries.entries}


def label_map(entries: ir.Expr | None, leaf: Leaf) -> Object:
    """Return labels."""
    if not isinstance(entries, ir.MapExpr):
        return {}
    for _, value in entries.entries:
        known = constant(value)
        if not isinstance(known, NotConstant) and len(text.of_constant(known)) > LABEL:
            raise Refused(
                value.span,
                f"a label has at most {LABEL} characters in Kubernetes",
                "put it into `annotations`",
            )
    return {key: name_text(value, leaf) for key, value in entries.entries}


LABEL: Final = 63


def shared(own: ir.Settings, leaf: Leaf) -> Object:
    """Return settings that a template of a graph has as well."""
    made: Object = {}
    cache = own.expr("cache")
    if cache is not None:
        made |= _memoize(cache, leaf)
    locks = synchronization(own, leaf)
    if locks:
        made["synchronization"] = locks
    measured = [metrics.metric(entry, leaf) for entry in leaf.body.metrics]
    if measured:
        made["metrics"] = {"prometheus": measured}
    return made


def retry_strategy(retry: ir.Expr, leaf: Leaf) -> Object:
    """Return the retry strategy; without `on` for errors too: an output that is not written is one."""
    if not isinstance(retry, ir.MapExpr):
        return {"limit": _number(retry, leaf), "retryPolicy": "Always"}
    given = dict(retry.entries)
    made: Object = {}
    if "limit" in given:
        made["limit"] = _number(given["limit"], leaf)
    made["retryPolicy"] = _policy(given["on"]) if "on" in given else "Always"
    backoff: Object = {}
    for name, field in (("backoff", "duration"), ("max", "maxDuration"), ("cap", "cap")):
        if name in given:
            backoff[field] = duration(given[name], leaf)
    if "factor" in given:
        backoff["factor"] = _number(given["factor"], leaf)
    if backoff:
        made["backoff"] = backoff
    if "when" in given:
        made["expression"] = engine_conditions.condition(given["when"], leaf)
    return made


def _policy(on: ir.Expr) -> str:
    words = constant_of(on, "on")
    return {"['failure']": "OnFailure", "['error']": "OnError"}.get(str(words), "Always")


def _number(expr: ir.Expr, leaf: Leaf) -> str:
    value = constant(expr)
    return text.of_constant(value) if not isinstance(value, NotConstant) else name_text(expr, leaf)


def _memoize(cache: ir.Expr, leaf: Leaf) -> Object:
    if not isinstance(cache, ir.MapExpr):
        if constant_of(cache, "cache") is False:
            return {}
        raise Refused(cache.span, "a cache on Argo needs a key", 'write `cache = { key = "…" }`')
    given = dict(cache.entries)
    if "key" not in given:
        raise Refused(cache.span, "a cache on Argo needs a key")
    name = str(constant_of(given["store"], "store")) if "store" in given else f"{leaf.name}-cache"
    resource = leaf.body.resources.get(name)
    if resource is not None and resource.value is not None:
        name = field_text(resource.value, leaf)
    made: Object = {"key": field_text(given["key"], leaf)}
    # The schema of Argo 4 wants the age; an empty one is none.
    made["maxAge"] = duration(given["max_age"], leaf) if "max_age" in given else ""
    # Argo reads the name only, and the schema of 3.7 wants a key.
    key: Object = {"key": "cache"} if leaf.frame.registry.patched.version == "3.7" else {}
    return {"memoize": made | {"cache": {"configMap": {"name": name} | key}}}


def of_graph(own: ir.Settings, measured: tuple[ir.Metric, ...], leaf: Leaf, *, called: bool) -> Object:
    """Return the settings of a graph that hold for its template, those of the run apart."""
    made: Object = {}
    retry = own.expr("retry")
    if retry is not None:
        made["retryStrategy"] = retry_strategy(retry, leaf)
    cache = own.expr("cache")
    if cache is not None:
        made |= _memoize(cache, leaf)
    fail_fast = own.expr("fail_fast")
    if fail_fast is not None:
        made["failFast"] = bool(constant_of(fail_fast, "fail_fast"))
    if called:
        display = own.expr("display")
        if display is not None:
            made["annotations"] = {DISPLAY: field_text(display, leaf)}
        parallelism = own.expr("parallelism")
        if parallelism is not None:
            made["parallelism"] = constant_of(parallelism, "parallelism")
        locks = synchronization(own, leaf)
        if locks:
            made["synchronization"] = locks
        if measured:
            made["metrics"] = {"prometheus": [metrics.metric(entry, leaf) for entry in measured]}
    return made


def of_body(pipeline: ir.Pipeline, body: ir.Body, *, called: bool) -> ir.Settings:
    """Return the settings of a pipeline's one body: where its pod runs is said at its template."""
    own = {
        name: value
        for name, value in pipeline.settings.values.items()
        if name in PLACEMENT or (called and name in LOCKS)
    }
    return ir.Settings(own | dict(body.settings.values))
