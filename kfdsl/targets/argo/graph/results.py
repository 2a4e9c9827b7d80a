"""Results of steps that an order asks for by name."""

from __future__ import annotations

from kfdsl import ir


def named(order: ir.Order | None) -> dict[str, ir.AfterStep]:
    """Return the steps whose result is asked for, those of `a or b` included."""
    found: dict[str, ir.AfterStep] = {}
    _collect(order, found, within_any=False)
    return found


def _collect(order: ir.Order | None, found: dict[str, ir.AfterStep], *, within_any: bool) -> None:
    match order:
        case None:
            pass
        case ir.AfterStep(step, result):
            if result or within_any:
                found[step] = order
        case ir.AfterAll(terms) | ir.AfterAny(terms):
            for term in terms:
                _collect(term, found, within_any=within_any or isinstance(order, ir.AfterAny))
