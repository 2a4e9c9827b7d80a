"""Settings of a task: how it is called in the graph, whether it is reused, and how often it is tried."""

from __future__ import annotations

from typing import Final

from kfdsl import ir
from kfdsl.targets.kfp import values
from kfdsl.targets.kfp.leaf import Leaf
from kfdsl.targets.kfp.refusal import Refused
from kfdsl.targets.kfp.types import Object

_NO_END: Final = 365 * 24 * 3600
"""Seconds for which a step is retried where the author sets no `max`; without a number the engine gives up."""


def of_task(own: ir.Settings, leaf: Leaf) -> None:
    """Put the settings of a step into its task."""
    fields = leaf.task.fields
    display = own.expr("display")
    fields["taskInfo"] = {"name": leaf.task.name}
    if display is not None:
        leaf.findings.attempt(
            lambda: fields.update({"taskInfo": {"name": values.plain(display, "`display`")}})
        )
    leaf.findings.attempt(lambda: fields.update({"cachingOptions": caching(reused(own, leaf))}))
    retry = own.expr("retry") or called(leaf).expr("retry")
    if retry is not None:
        leaf.findings.attempt(lambda: fields.update({"retryPolicy": retry_policy(retry)}))


def called(leaf: Leaf) -> ir.Settings:
    """Return the settings of the call of a pipeline whose one body this is."""
    call = leaf.task.dag.task
    if leaf.task.dag.frame.pipeline.body is leaf.body and call is not None and isinstance(call.node, ir.Step):
        return call.node.settings
    return ir.Settings({})


def reused(own: ir.Settings, leaf: Leaf) -> ir.Expr | None:
    """Return the `cache` of a step, or of what is around it: groups and pipelines say it for their steps."""
    found = own.expr("cache")
    for dag in leaf.task.dag.around():
        around = [dag.frame.pipeline.settings] if dag is dag.frame.root else []
        if dag.task is not None and dag.task.node is not None:
            around.append(dag.task.node.settings)
        for one in around:
            found = found if found is not None else one.expr("cache")
    return found


def caching(cache: ir.Expr | None) -> Object:
    """Return whether a task is reused: it is, where nothing is said, as the SDK has it."""
    if not isinstance(cache, ir.MapExpr):
        return {"enableCache": True} if cache is None or values.fixed(cache, "`cache`") else {}
    given = dict(cache.entries)
    for name, why in (
        ("max_age", "results are kept on Kubeflow as long as its administrator says"),
        ("store", "results are kept by Kubeflow itself"),
    ):
        if name in given:
            raise Refused(given[name].span, f"`{name}`: {why}", "leave it out, or give another `key`")
    return {"enableCache": True} | (
        {"cacheKey": values.plain(given["key"], "`key`")} if "key" in given else {}
    )


def retry_policy(retry: ir.Expr) -> Object:
    """Return how often and after what time a step is tried again."""
    given = dict(retry.entries) if isinstance(retry, ir.MapExpr) else {"limit": retry}
    for name, why in (
        ("on", "Kubeflow tries again after every failure, and after nothing else"),
        ("when", "Kubeflow tries again after every failure"),
        ("cap", "Kubeflow does not bound the time between two tries"),
    ):
        if name in given:
            raise Refused(given[name].span, f"`{name}` of `retry`: {why}", "leave it out")
    if "limit" not in given:
        raise Refused(retry.span, "`retry` has no end on Kubeflow without a `limit`", "add `limit = 3`")
    backoff = values.seconds(given["backoff"], "`backoff`") if "backoff" in given else 0
    longest = values.seconds(given["max"], "`max`") if "max" in given else _NO_END
    factor = values.fixed(given["factor"], "`factor`") if "factor" in given else None
    if not isinstance(factor, (int, float)):
        factor = 1 if backoff else 2  # the same wait each time, as elsewhere; of no wait the SDK's own
    return {
        "maxRetryCount": values.fixed(given["limit"], "`limit`"),
        "backoffDuration": f"{backoff}s",
        "backoffFactor": float(factor),
        "backoffMaxDuration": f"{longest}s",
    }
