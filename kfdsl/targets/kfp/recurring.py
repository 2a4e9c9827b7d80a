"""A pipeline with a `schedule` to recurring runs: what `POST /apis/v2beta1/recurringruns` takes.

There is a kind `ScheduledWorkflow`, but it is the server's own: one that is applied has no record in the server's
database, which refuses reports of it, and names its pipeline by an identifier that the server gives
(docs/decisions/0016-kubeflow-objects.md).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Final

from kfdsl import ir, kinds
from kfdsl.lower.cron import numbered
from kfdsl.targets.common.constants import required
from kfdsl.targets.kfp.findings import Findings
from kfdsl.targets.kfp.refusal import Refused
from kfdsl.targets.kfp.types import Object

MOST: Final = 10
"""Runs at once that the server allows a recurring run."""

_SECONDS: Final = {
    "h": Fraction(3600),
    "m": Fraction(60),
    "s": Fraction(1),
    "ms": Fraction(1, 10**3),
    "us": Fraction(1, 10**6),
    "µs": Fraction(1, 10**6),
    "ns": Fraction(1, 10**9),
}
_UTC: Final = ("UTC", "Etc/UTC", "Zulu", "Etc/Zulu", "Universal", "Etc/Universal", "GMT", "Etc/GMT")
_REFUSED: Final = {
    "when": "ask in the pipeline: put its steps into a `group` with that `when`",
    "stop": "leave it out, and disable or delete the recurring run when it is time",
    "deadline": "leave it out: a run that was missed starts once, as soon as it can",
    "history": "leave it out: `ttl` of the pipeline says how long the objects of a run are kept",
}


def runs(
    pipeline: ir.Pipeline,
    source: Object,
    parameters: Mapping[str, ir.Constant],
    findings: Findings,
) -> list[Object]:
    """Return a recurring run for each cron expression of the pipeline's schedule.

    `source` is the pipeline as the server takes it; `parameters` are values that are given in place of defaults.
    """
    schedule = pipeline.settings.expr("schedule")
    if schedule is None:
        raise Refused(
            pipeline.name_span,
            "a recurring run needs a `schedule`",
            'give the pipeline one, such as `schedule = "0 3 * * *"`',
        )
    for param in pipeline.params:
        if param.default is None and param.name not in parameters:
            _refuse_empty(param, findings)
    given = _entries(schedule)
    for name, help_ in _REFUSED.items():
        if name in given:
            findings.refuse(given[name].span, f"recurring runs of Kubeflow have no `{name}`", help_)
    _check_zone(given.get("timezone"), findings)
    common: Object = {
        "mode": "DISABLE" if _of(given.get("suspended"), "suspended") is True else "ENABLE",
        "max_concurrency": _concurrency(given.get("concurrency"), schedule, findings),
        # Neither engine makes up for all runs that it missed.
        "no_catchup": True,
        "pipeline_spec": source,
        # Without it the server refuses a pipeline that has params, even if all have defaults.
        "runtime_config": {"parameters": {}},
    }
    for setting in ("namespace", "service_account"):
        value = pipeline.settings.expr(setting)
        if value is not None:
            common[setting] = _of(value, setting)
    times = _of(given["cron"], "schedule")
    listed = times if isinstance(times, list) else [times]
    display = _of(pipeline.settings.expr("display"), "display") or pipeline.name
    made: list[Object] = []
    for time in map(str, listed):
        name = f"{display} ({time})" if len(listed) > 1 else str(display)
        described: Object = {"description": pipeline.doc} if pipeline.doc else {}
        made.append({"display_name": name} | described | {"trigger": trigger(time)} | common)
    return made


def lacking(schedule: ir.Expr) -> list[str]:
    """Return what a recurring run cannot have of a schedule, as it is written."""
    given = _entries(schedule)
    found = [f"`{name}`" for name in _REFUSED if name in given]
    found += ["time zone"] if "timezone" in given and _of(given["timezone"], "timezone") not in _UTC else []
    replaces = "concurrency" in given and _of(given["concurrency"], "concurrency") == "Replace"
    return [*found, '`"Replace"`'] if replaces else found


def _entries(schedule: ir.Expr) -> Mapping[str, ir.Expr]:
    return dict(schedule.entries) if isinstance(schedule, ir.MapExpr) else {"cron": schedule}


def trigger(time: str) -> Object:
    """Return when a recurring run starts; Kubeflow's cron expressions begin with the seconds.

    Five fields would be taken for seconds to months: `0 3 * * *` would run at the third minute of each hour.
    """
    if time.startswith("@every "):
        return {"periodic_schedule": {"interval_second": _interval(time)}}
    if time.startswith("@"):
        return {"cron_schedule": {"cron": time}}
    return {"cron_schedule": {"cron": f"0 {numbered(time)}"}}


def _interval(time: str) -> int:
    total = sum(Fraction(number) * _SECONDS[unit] for number, unit in re.findall(r"(\d+)([a-zµ]+)", time))
    return max(1, int(total))


def _concurrency(value: ir.Expr | None, schedule: ir.Expr, findings: Findings) -> int:
    policy = _of(value, "concurrency") or "Allow"
    span = schedule.span if value is None else value.span
    if policy == "Replace":
        findings.refuse(span, "recurring runs of Kubeflow do not replace each other", 'take `"Forbid"`')
    elif policy == "Forbid":
        findings.differs(
            span, "a run that is due while another is under way starts after it, and is not left out"
        )
    else:
        findings.differs(span, f"at most {MOST} runs of a recurring run go on at once")
    return 1 if policy == "Forbid" else MOST


def _check_zone(zone: ir.Expr | None, findings: Findings) -> None:
    if zone is not None and _of(zone, "timezone") not in _UTC:
        findings.refuse(
            zone.span,
            "recurring runs of Kubeflow have no time zone of their own",
            "write the times in UTC, and leave out `timezone`",
            "or set the zone of the installation, `CRON_SCHEDULE_TIMEZONE` of its controller, and leave it out",
        )


def _refuse_empty(param: ir.Param, findings: Findings) -> None:
    if not isinstance(param.type, kinds.Optional):
        findings.refuse(
            param.span,
            f"a recurring run starts by itself, and `{param.name}` has no value then",
            f"give it a default, or a value with `--set {param.name}=…`",
        )


def _of(expr: ir.Expr | None, what: str) -> ir.Constant:
    """Return the value of a setting that must be constant, None where it is not set."""
    return None if expr is None else required(expr, what, Refused)
