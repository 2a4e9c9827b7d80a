"""Metrics: `metric` items to checked metrics."""

from __future__ import annotations

from kfdsl import ir
from kfdsl import syntax as s
from kfdsl.lower import run_values, settings, settings_table
from kfdsl.lower.body_parts import sort_items
from kfdsl.lower.scope import Scope


def metric(scope: Scope, item: s.Metric) -> ir.Metric:
    """Check a `metric`."""
    inside = scope.with_roots({"step": {**run_values.STEP, **run_values.STEP_RESULT}})
    parts = sort_items(item.block.items)
    found = settings.lower(inside, parts.settings, settings_table.METRIC, "a metric")
    if sum(k in found for k in ("gauge", "counter", "histogram")) != 1:
        scope.context.report(
            "missing-argument",
            item.name.span,
            f"metric `{item.name.text}` is one of gauge, counter, histogram",
            label="which?",
        )
    if "help" not in found:
        scope.context.report(
            "missing-argument",
            item.name.span,
            f"metric `{item.name.text}` needs a `help` text",
            label="what does it measure?",
        )
    return ir.Metric(item.name.text, ir.Settings(found), item.span)
