"""Shapes of schedules and time zones: what both Argo and its full CRDs accept."""

from __future__ import annotations

import re

from kfdsl import ir
from kfdsl import syntax as s
from kfdsl.diagnostics import Edit, Fix
from kfdsl.kinds import STRING
from kfdsl.lower import expressions, run_values, shapes
from kfdsl.lower.constants import unknown
from kfdsl.lower.context import did_you_mean
from kfdsl.lower.scope import Scope

_MACROS = ("@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly")
_EVERY = re.compile(r"@every ([0-9]+(ns|us|µs|ms|s|m|h))+", re.ASCII)
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


def numbered(written: str) -> str:
    """Return a schedule with numbers for the names of months and weekdays, which Argo 4.0 does not take."""
    if written.startswith("@"):
        return written
    fields = written.split()
    for place, (field, _, _) in enumerate(_FIELDS):
        for name, number in _NAMES.get(field, {}).items():
            fields[place] = re.sub(name, str(number), fields[place], flags=re.IGNORECASE)
    return " ".join(fields)


def expression(scope: Scope, expr: s.Expression | s.Range) -> ir.Expr:
    """Check a schedule; report what Argo would refuse after it was applied."""
    if isinstance(expr, s.Range):
        scope.context.report(
            "invalid-schedule", expr.span, "a schedule is a text", label="not a cron expression"
        )
        return unknown(expr.span)
    lowered = expressions.value(scope, expr, STRING)
    if isinstance(lowered, ir.Literal) and lowered.type == STRING:
        written = str(lowered.value)
        problem = wrong(written)
        if problem:
            close = [f'"{m}"' for m in _MACROS]
            fixes = did_you_mean(f'"{written}"', close, lowered.span) if written.startswith("@") else ()
            meant = _meant(written)
            if meant and not wrong(meant) and lowered.span.text == f'"{written}"':
                fixes = (Fix(f"did you mean `{meant}`?", (Edit(lowered.span, f'"{meant}"'),), safe=False),)
            scope.context.report(
                "invalid-schedule",
                lowered.span,
                problem,
                label="not a cron expression",
                fixes=fixes,
                helps=_advice(written),
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


def _meant(text: str) -> str:
    """Return the schedule that was probably meant, the empty text where there is no telling."""
    parts = text.split()
    zone = parts[0].partition("=") if parts else ("", "", "")
    if zone[0] in ("TZ", "CRON_TZ") and zone[1]:
        return " ".join(parts[1:])
    if len(parts) == len(_FIELDS) + 1 and parts[0].isdecimal():
        return " ".join(parts[1:])
    if len(parts) == len(_FIELDS):
        days = re.sub(r"(?<![0-9/])7(?![0-9])", "0", parts[4])
        return " ".join((*parts[:4], days))
    return text.strip()


def _advice(text: str) -> tuple[str, ...]:
    zone, found, rest = text.partition("=")
    if zone in ("TZ", "CRON_TZ") and found:
        return (f'write `timezone = "{rest.partition(" ")[0]}"` beside `cron`',)
    parts = text.split()
    if len(parts) == len(_FIELDS) + 1:
        return ("the engine starts runs by the minute: there is no field for seconds or years",)
    return ()


def timezone(scope: Scope, expr: s.Expression | s.Range) -> ir.Expr | ir.RangeExpr:
    """Check the name of a time zone, if this machine knows any."""
    lowered = shapes.constant_text(scope, expr)
    name = lowered.value if isinstance(lowered, ir.Literal) else None
    if not isinstance(name, str) or _is_zone(name):
        return lowered
    if not _is_zone("Europe/Berlin"):
        scope.context.report(
            "unchecked-timezone",
            expr.span,
            f"this machine knows no time zones, so `{name}` is taken as it is",
            label="not checked",
            helps=("the Python package `tzdata` brings them",),
        )
    else:
        import zoneinfo  # noqa: PLC0415  # as below

        # `nearest` does not look through as many names as there are zones.
        alike = [zone for zone in zoneinfo.available_timezones() if abs(len(zone) - len(name)) <= 3]
        scope.context.report(
            "invalid-schedule",
            expr.span,
            f"there is no time zone `{name}`",
            label="not known",
            fixes=did_you_mean(f'"{name}"', [f'"{zone}"' for zone in alike], expr.span),
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
    if text != text.strip():
        return "a schedule does not begin or end with a space"
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
    if not piece.isascii() or (slash and not (step.isdecimal() and int(step) > 0)):
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
