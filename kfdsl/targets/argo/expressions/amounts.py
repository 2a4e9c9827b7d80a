"""Durations and quantities at run time, where they are texts as their authors wrote them."""

from __future__ import annotations

from typing import Final

from kfdsl import ir, kinds, units
from kfdsl.kinds import Kind
from kfdsl.targets.argo.expressions import text
from kfdsl.targets.argo.refusal import Refused

KINDS: Final = (kinds.DURATION, kinds.QUANTITY)
_SMALL: Final = ("n", "u", "m")
_LARGE: Final = tuple(unit for unit in units.QUANTITY_UNITS if unit not in _SMALL)


def constant(value: ir.Constant, expr: ir.Expr, kind: Kind) -> str:
    """Return what a constant amounts to, as a number of the expression language."""
    if isinstance(value, list):
        return f"[{', '.join(constant(item, expr, kind) for item in value)}]"
    if not isinstance(value, (str, int, float)):
        raise Refused(expr.span, "this cannot be compared on Argo")
    written = text.of_constant(value)
    found = units.seconds(written) if kind == kinds.DURATION else units.amount(written)
    return repr(float(found))


def computed(code: str, kind: Kind) -> str:
    """Return the expression for what a text amounts to: seconds, or units."""
    if kind == kinds.DURATION:
        return seconds(code)
    small = ", ".join(f"'{unit}': {int(1 / units.QUANTITY_UNITS[unit])}" for unit in _SMALL)
    large = ", ".join(f"'{unit}': {int(units.QUANTITY_UNITS[unit])}.0" for unit in _LARGE)
    number = f"let q = {code}; let u = sprig.regexFind('[A-Za-z]*$', q); float(trimSuffix(q, u))"
    return f"({number} * (({{{large}}})[u] ?? 1) / (({{{small}}})[u] ?? 1))"


def seconds(code: str) -> str:
    """Return the expression for the seconds of a duration: days are no unit of Go's, minutes another one."""
    parts = f"sprig.regexFindAll('[0-9.]+[a-z]+', {code}, -1)"
    days = "# endsWith 'd' ? float(trimSuffix(#, 'd')) * 86400"
    return f"sum(map({parts}, {days} : duration(replace(#, 'min', 'm')).Seconds()))"


def go_duration(code: str) -> str:
    """Return the expression for a duration as Go reads it."""
    return f"string(int(round({seconds(code)} * 1000))) + 'ms'"
