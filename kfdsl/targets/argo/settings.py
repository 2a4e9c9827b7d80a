"""Settings of a template beside its containers: retries, deadlines, labels, placement, locks, metrics."""

from __future__ import annotations

from typing import Final

from kfdsl import ir
from kfdsl.targets.argo import expressions, text
from kfdsl.targets.argo.expressions import NotConstant
from kfdsl.targets.argo.leaf import Leaf
from kfdsl.targets.argo.pods import Pod, constant_of, duration, field_text, name_text
from kfdsl.targets.argo.reference import Reference
from kfdsl.targets.argo.refusal import Refused
from kfdsl.targets.argo.scope import Object
from kfdsl.units import seconds

TITLE = "workflows.argoproj.io/title"
DESCRIPTION = "workflows.argoproj.io/description"


CONTAINER: Final = frozenset(
    "image image_pull workdir cpu memory disk gpu env mount security ready ports packages files".split(),
)
"""Settings that `pods` renders."""

LEAF: Final = CONTAINER | frozenset(
    "display service_account priority_class retry timeout cache continue_on labels annotations node tolerate affinity"
    " image_pull_secrets daemon mutex semaphore scheduler host_aliases".split(),
)
RUN: Final = frozenset(
    "kind name name_prefix namespace display schedule timeout parallelism fail_fast priority ttl pod_gc artifacts archive_logs"
    " labels annotations cache retry mutex semaphore service_account priority_class node tolerate affinity"
    " image_pull_secrets security dns host_network host_aliases scheduler suspended disruption".split(),
)


def known(own: ir.Settings, names: frozenset[str], what: str) -> None:
    """Refuse settings that this target does not render."""
    for name, value in own.values.items():
        if name not in names:
            raise Refused(value.span, f"`{name}` of a {what} has no form on Argo")


def of_leaf(own: ir.Settings, leaf: Leaf, pod: Pod) -> Object:
    """Return the settings of a template that makes a pod."""
    known(own, LEAF, "step")
    made: Object = {}
    metadata = _metadata(own, leaf)
    if metadata:
        made["metadata"] = metadata
    retry = own.expr("retry")
    if retry is not None:
        made["retryStrategy"] = retry_strategy(retry, leaf)
    timeout = own.expr("timeout")
    if timeout is not None:
        value = expressions.constant(timeout)
        made["timeout"] = duration(timeout, "timeout") if not isinstance(value, NotConstant) else name_text(timeout, leaf)
    made |= _placement(own, leaf)
    daemon = own.expr("daemon")
    if daemon is not None:
        made["daemon"] = constant_of(daemon, "daemon")
    made |= shared(own, leaf)
    return made


def _placement(own: ir.Settings, leaf: Leaf) -> Object:
    made: Object = {}
    for name, field in (("service_account", "serviceAccountName"), ("priority_class", "priorityClassName"), ("scheduler", "schedulerName")):
        value = own.expr(name)
        if value is not None:
            made[field] = name_text(value, leaf)
    node = own.expr("node")
    if isinstance(node, ir.MapExpr):
        made["nodeSelector"] = {key: name_text(value, leaf) for key, value in node.entries}
    tolerate = own.expr("tolerate")
    if isinstance(tolerate, ir.ListExpr):
        made["tolerations"] = [_toleration(item, leaf) for item in tolerate.items]
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
    secrets = own.expr("image_pull_secrets")
    if secrets is not None:
        raise Refused(secrets.span, "`image_pull_secrets` belong to the pipeline on Argo", "set them in the pipeline")
    return made


def _toleration(item: ir.Expr, leaf: Leaf) -> Object:
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
    display = own.expr("display")
    if display is not None:
        annotations["workflows.argoproj.io/display-name"] = field_text(display, leaf)
    return ({"labels": labels} if labels else {}) | ({"annotations": annotations} if annotations else {})


def text_map(entries: ir.Expr | None, leaf: Leaf) -> Object:
    """Return labels or annotations."""
    if not isinstance(entries, ir.MapExpr):
        return {}
    return {key: field_text(value, leaf) for key, value in entries.entries}


def label_map(entries: ir.Expr | None, leaf: Leaf) -> Object:
    """Return labels."""
    if not isinstance(entries, ir.MapExpr):
        return {}
    return {key: name_text(value, leaf) for key, value in entries.entries}


def shared(own: ir.Settings, leaf: Leaf) -> Object:
    """Return settings that a template of a graph has as well."""
    made: Object = {}
    cache = own.expr("cache")
    if cache is not None:
        made |= _memoize(cache, leaf)
    locks = synchronization(own, leaf)
    if locks:
        made["synchronization"] = locks
    metrics = [metric(entry, leaf) for entry in leaf.body.metrics]
    if metrics:
        made["metrics"] = {"prometheus": metrics}
    return made


def retry_strategy(retry: ir.Expr, leaf: Leaf) -> Object:
    """Return the retry strategy; without `on`, errors are retried too: an output that is not written is one."""
    if not isinstance(retry, ir.MapExpr):
        return {"limit": _number(retry, leaf), "retryPolicy": "Always"}
    given = dict(retry.entries)
    made: Object = {}
    if "limit" in given:
        made["limit"] = _number(given["limit"], leaf)
    on = constant_of(given["on"], "on") if "on" in given else ["failure", "error"]
    made["retryPolicy"] = {("failure",): "OnFailure", ("error",): "OnError"}.get(tuple(map(str, on)), "Always")  # type: ignore[arg-type]  # a list by its shape
    backoff: Object = {}
    for name, field in (("backoff", "duration"), ("max", "maxDuration"), ("cap", "cap")):
        if name in given:
            backoff[field] = duration(given[name], name)
    if "factor" in given:
        backoff["factor"] = _number(given["factor"], leaf)
    if backoff:
        made["backoff"] = backoff
    if "when" in given:
        made["expression"] = expressions.typed(given["when"], leaf).text
    return made


def _number(expr: ir.Expr, leaf: Leaf) -> str:
    value = expressions.constant(expr)
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
    if "max_age" in given:
        made["maxAge"] = duration(given["max_age"], "max_age")
    return {"memoize": made | {"cache": {"configMap": {"name": name}}}}


def synchronization(own: ir.Settings, leaf: Leaf) -> Object:
    """Return locks, in the form that 3.7 to 4.1 take."""
    made: Object = {}
    mutex = own.expr("mutex")
    if mutex is not None:
        given = dict(mutex.entries) if isinstance(mutex, ir.MapExpr) else {"name": mutex}
        made["mutexes"] = [_lock(given, leaf) | {"name": field_text(given["name"], leaf)}]
    semaphore = own.expr("semaphore")
    if isinstance(semaphore, ir.KeyRef):
        resource = leaf.body.resources[semaphore.resource]
        name = field_text(resource.value, leaf) if resource.value is not None else resource.name
        made["semaphores"] = [{"configMapKeyRef": {"name": name, "key": field_text(semaphore.key, leaf)}}]
    elif isinstance(semaphore, ir.MapExpr):
        given = dict(semaphore.entries)
        made["semaphores"] = [_lock(given, leaf) | {"database": {"key": field_text(given["key"], leaf)}}]
    elif semaphore is not None:
        raise Refused(semaphore.span, 'a semaphore is `config["key"]` or `{ key = …, database = true }` on Argo')
    return made


def _lock(given: dict[str, ir.Expr], leaf: Leaf) -> Object:
    made: Object = {}
    if "namespace" in given:
        made["namespace"] = field_text(given["namespace"], leaf)
    if "database" in given and "name" in given:
        made["database"] = constant_of(given["database"], "database")
    return made


def metric(entry: ir.Metric, leaf: Leaf) -> Object:
    """Return a Prometheus metric."""
    own = entry.settings
    made: Object = {"name": entry.name.replace("-", "_")}
    help_text = own.expr("help")
    if help_text is not None:
        made["help"] = field_text(help_text, leaf)
    labels = own.expr("labels")
    if isinstance(labels, ir.MapExpr):
        made["labels"] = [{"key": key, "value": _measured(value, leaf)} for key, value in labels.entries]
    when = own.expr("when")
    if when is not None:
        made["when"] = expressions.condition(when, Measured(leaf))
    for kind in ("gauge", "counter", "histogram"):
        value = own.expr(kind)
        if value is None:
            continue
        body: Object = {"value": _measured(value, leaf)}
        realtime, buckets = own.expr("realtime"), own.expr("buckets")
        if kind == "gauge" and realtime is not None:
            body["realtime"] = constant_of(realtime, "realtime")
        if kind == "histogram" and buckets is not None:
            body["buckets"] = constant_of(buckets, "buckets")
        made[kind] = body
    return made


class Measured:
    """Reads values for metrics: there an output is what was written, not its path."""

    def __init__(self, leaf: Leaf) -> None:
        """Keep the template."""
        self.leaf = leaf

    def read(self, expr: ir.Expr) -> Reference:
        """Find a value."""
        if isinstance(expr, ir.OutputPath):
            return Reference(("outputs", "parameters", expr.name), expr.type, encoded=False)
        return self.leaf.read(expr)

    def find(self, expr: ir.Expr) -> Reference | None:
        """Find a field of a loop's item."""
        return self.leaf.find(expr)


def _measured(expr: ir.Expr, leaf: Leaf) -> str:
    value = expressions.constant(expr)
    if not isinstance(value, NotConstant):
        return text.of_constant(value)
    reader = Measured(leaf)
    found = expressions.reference(expr, reader)
    if found is not None and found.path[0]:
        return found.tag
    if isinstance(expr, ir.TextExpr):
        return "".join(part if isinstance(part, str) else _measured(part, leaf) for part in expr.parts)
    code = expressions.typed(expr, reader).text
    return "{{" + code + "}}" if isinstance(expr, ir.EngineRef) else expressions.tag(code)


# ---- pipelines


def of_graph(pipeline: ir.Pipeline, leaf: Leaf, *, called: bool) -> Object:
    """Return the settings of a pipeline that hold for its template, those of the run apart."""
    own, made = pipeline.settings, {}
    retry = own.expr("retry")
    if retry is not None:
        made["retryStrategy"] = retry_strategy(retry, leaf)
    cache = own.expr("cache")
    if cache is not None:
        made |= _memoize(cache, leaf)
    fail_fast = own.expr("fail_fast")
    if fail_fast is not None and constant_of(fail_fast, "fail_fast"):
        made["failFast"] = True
    if called:
        parallelism = own.expr("parallelism")
        if parallelism is not None:
            made["parallelism"] = constant_of(parallelism, "parallelism")
        locks = synchronization(own, leaf)
        if locks:
            made["synchronization"] = locks
        metrics = [metric(entry, leaf) for entry in pipeline.metrics]
        if metrics:
            made["metrics"] = {"prometheus": metrics}
    return made


def of_run(own: ir.Settings, leaf: Leaf) -> Object:
    """Return the settings of a pipeline that is a workflow, for its spec."""
    known(own, RUN, "pipeline")
    made: Object = {}
    timeout = own.expr("timeout")
    if timeout is not None:
        made["activeDeadlineSeconds"] = int(seconds(str(constant_of(timeout, "timeout"))))
    for name, field in (("parallelism", "parallelism"), ("priority", "priority"), ("archive_logs", "archiveLogs"), ("suspended", "suspend"),
                        ("host_network", "hostNetwork"), ("host_aliases", "hostAliases")):  # fmt: skip
        value = own.expr(name)
        if value is not None:
            made[field] = constant_of(value, name)
    for name, field in (("service_account", "serviceAccountName"), ("priority_class", "podPriorityClassName"), ("scheduler", "schedulerName")):
        value = own.expr(name)
        if value is not None:
            made[field] = field_text(value, leaf)
    made |= _cleanup(own, leaf) | _run_placement(own, leaf)
    locks = synchronization(own, leaf)
    if locks:
        made["synchronization"] = locks
    return made


def _cleanup(own: ir.Settings, leaf: Leaf) -> Object:
    made: Object = {}
    ttl = own.expr("ttl")
    if ttl is not None:
        given = dict(ttl.entries) if isinstance(ttl, ir.MapExpr) else {"done": ttl}
        fields = {"done": "secondsAfterCompletion", "success": "secondsAfterSuccess", "failure": "secondsAfterFailure"}
        made["ttlStrategy"] = {fields[key]: int(seconds(str(constant_of(value, "ttl")))) for key, value in given.items()}
    pods = own.expr("pod_gc")
    if pods is not None:
        given = dict(pods.entries) if isinstance(pods, ir.MapExpr) else {"on": pods}
        garbage: Object = {"strategy": constant_of(given["on"], "pod_gc")} if "on" in given else {}
        if "labels" in given:
            garbage["labelSelector"] = {"matchLabels": constant_of(given["labels"], "labels")}
        if "delay" in given:
            garbage["deleteDelayDuration"] = duration(given["delay"], "delay")
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


def _run_placement(own: ir.Settings, leaf: Leaf) -> Object:
    made: Object = {}
    node, tolerate, affinity = own.expr("node"), own.expr("tolerate"), own.expr("affinity")
    if isinstance(node, ir.MapExpr):
        made["nodeSelector"] = {key: name_text(value, leaf) for key, value in node.entries}
    if isinstance(tolerate, ir.ListExpr):
        made["tolerations"] = [_toleration(item, leaf) for item in tolerate.items]
    if affinity is not None:
        made["affinity"] = constant_of(affinity, "affinity")
    secrets = own.expr("image_pull_secrets")
    if isinstance(secrets, ir.ListExpr):
        made["imagePullSecrets"] = [{"name": _pull_secret(item, leaf)} for item in secrets.items]
    security = own.expr("security")
    if isinstance(security, ir.MapExpr):
        known = {"user": "runAsUser", "group": "runAsGroup", "fs_group": "fsGroup", "non_root": "runAsNonRoot"}
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
