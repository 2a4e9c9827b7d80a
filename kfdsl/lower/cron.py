"""Shapes of schedules and time zones: what both Argo and its full CRDs accept."""

from __future__ import annotations

import re

from kfdsl import ir
from kfdsl import syntax as s
from kfdsl.kinds import STRING
from kfdsl.lower import expressions, run_values, shapes
from kfdsl.lower.constants import unknown
from kfdsl.lower.context import did_you_mean
from kfdsl.lower.scope import Scope

_MACROS = ("@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly")
_EVERY = re.compile(r"@every\s+([0-9]+(ns|us|µs|ms|s|m|h))+")
_FIELDS = (
    ("minute", 0, 59),
    ("hour", 0, 23),
    ("day of month", 1, 31),
    ("month", 1, 12),
    ("day of week", 0, 6),
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_NAMES = {
    "month": {name: number for number, name in enumerate(_MONTHS, 1)},
    "day of week": {name: number for number, name in enumerate(_DAYS)},
}


def expression(scope: Scope, expr: s.Expression | s.Range) -> ir.Expr:
    """Check a schedule; report what Argo would refuse after it was applied."""
    if isinstance(expr, s.Range):
        scope.context.report(
            "invalid-schedule", expr.span, "a schedule is a text", label="not a cron expression"
        )
        return unknown(expr.span)
    lowered = expressions.value(scope, expr, STRING)
    if isinstance(lowered, ir.Literal) and lowered.type == STRING:
        problem = wrong(str(lowered.value))
        if problem:
            fixes = (
                did_you_mean(f'"{lowered.value}"', [f'"{m}"' for m in _MACROS], lowered.span)
                if str(lowered.value).startswith("@")
                else ()
            )
            scope.context.report(
                "invalid-schedule", lowered.span, problem, label="not a cron expression", fixes=fixes
            )
    else:
        return scope.module.fold(lowered) if lowered.type == STRING else lowered
    return lowered


def condition(scope: Scope, expr: s.Expression | s.Range) -> ir.Expr | ir.RangeExpr:
    """Check a condition over `cron` and constants: there is no run yet when it is asked."""
    checked = shapes.condition_over("cron", run_values.CRON)(scope, expr)
    if not isinstance(checked, ir.RangeExpr):
        for part in ir.walk(checked):
            if isinstance(
                part, (ir.ParamRef, ir.RunRef, ir.OutputRef, ir.EachRef, ir.ItemOutputRef, ir.KeyRef)
            ):
                scope.context.report(
                    "not-constant",
                    part.span,
                    "a schedule is asked before there is a run",
                    label="not known then",
                    helps=("it can read `cron.…` and constants",),
                )
    return checked


def timezone(scope: Scope, expr: s.Expression | s.Range) -> ir.Expr | ir.RangeExpr:
    """Check the name of a time zone, if this machine knows any."""
    lowered = shapes.constant_text(scope, expr)
    name = lowered.value if isinstance(lowered, ir.Literal) else None
    if isinstance(name, str) and not _is_zone(name) and _is_zone("Europe/Berlin"):
        import zoneinfo  # noqa: PLC0415  # as below

        scope.context.report(
            "invalid-schedule",
            expr.span,
            f"there is no time zone `{name}`",
            label="not known",
            fixes=did_you_mean(
                f'"{name}"', sorted(f'"{z}"' for z in zoneinfo.available_timezones()), expr.span
            ),
        )
    return lowered


def _is_zone(name: str) -> bool:
    import zoneinfo  # noqa: PLC0415  # few programs need it

    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return name == "Local"
    return True


def wrong(text: str) -> str:
    """Return what is wrong with a cron expression, the empty text where nothing is."""
    if text.startswith("@"):
        if text in _MACROS or _EVERY.fullmatch(text):
            return ""
        return f"`{text}` is none of {', '.join(_MACROS)} or `@every 90m`"
    if text.startswith(("TZ=", "CRON_TZ=")):
        return "a time zone is given by `timezone`, not in the schedule"
    parts = text.split()
    if len(parts) != len(_FIELDS):
        return f"a schedule has five fields (minute hour day month weekday), this has {len(parts)}"
    for part, (name, low, high) in zip(parts, _FIELDS, strict=True):
        for piece in part.split(","):
            if not _fits(piece, name, low, high):
                hint = "; Sunday is 0" if name == "day of week" and "7" in piece else ""
                return f"`{piece}` is no {name} ({low} to {high}{hint})"
    return ""


def _fits(piece: str, name: str, low: int, high: int) -> bool:
    base, slash, step = piece.partition("/")
    if slash and not (step.isdecimal() and int(step) > 0):
        return False
    if base in ("*", "?"):
        return True
    ends = [_number(end, name) for end in base.split("-")]
    return (
        len(ends) <= 2
        and all(e is not None and low <= e <= high for e in ends)
        and (len(ends) == 1 or (ends[0] or 0) <= (ends[1] or 0))
    )


def _number(text: str, name: str) -> int | None:
    if text.isdecimal():
        return int(text)
    return _NAMES.get(name, {}).get(text.lower())
