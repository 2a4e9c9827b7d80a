"""Schedules: when a CronWorkflow runs."""

from __future__ import annotations

from kfdsl import ir
from kfdsl.lower.cron import numbered
from kfdsl.targets.argo import expressions
from kfdsl.targets.argo.manifest.cron_conditions import Writer
from kfdsl.targets.argo.objects import Object
from kfdsl.targets.argo.refusal import Refused
from kfdsl.targets.argo.scopes.leaf import Leaf
from kfdsl.targets.argo.settings.fields import constant_of
from kfdsl.units import seconds


def cron(pipeline: ir.Pipeline, leaf: Leaf) -> Object:
    """Return what a CronWorkflow says beside its workflow."""
    schedule = pipeline.settings.expr("schedule")
    if schedule is None:
        raise Refused(pipeline.name_span, "a CronWorkflow needs a `schedule`")
    given = dict(schedule.entries) if isinstance(schedule, ir.MapExpr) else {"cron": schedule}
    times = constant_of(given["cron"], "schedule")
    listed = times if isinstance(times, list) else [times]
    made: Object = {"schedules": [numbered(str(time)) for time in listed]}
    for name, field in (
        ("timezone", "timezone"),
        ("concurrency", "concurrencyPolicy"),
        ("suspended", "suspend"),
    ):
        if name in given:
            made[field] = constant_of(given[name], name)
    if "deadline" in given:
        made["startingDeadlineSeconds"] = int(seconds(str(constant_of(given["deadline"], "deadline"))))
    history = given.get("history")
    if isinstance(history, ir.MapExpr):
        fields = {"success": "successfulJobsHistoryLimit", "failure": "failedJobsHistoryLimit"}
        made |= {fields[key]: constant_of(value, key) for key, value in history.entries}
    if "when" in given or "stop" in given:
        writer = Writer(str(made.get("timezone", "")), leaf)
        if "when" in given:
            made["when"] = expressions.tag(writer.write(given["when"]))
        if "stop" in given:
            made["stopStrategy"] = {"expression": writer.write_plain(given["stop"])}
    return made
