"""What `after a.failed` says about a run: an order in, the conditions out under which its step runs."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from kfdsl import ir
from kfdsl.kinds import BOOL, STRING
from kfdsl.lower.facts import BranchOf, Condition, Fact, fact
from kfdsl.lower.run_values import STATUS
from kfdsl.lower.scope import StepInfo
from kfdsl.node import Node
from kfdsl.source import Span

_STATUSES: Mapping[str, tuple[str, ...]] = {
    "": ("Skipped", "Succeeded"),
    "succeeded": ("Succeeded",),
    "failed": ("Error", "Failed"),
    "skipped": ("Skipped",),
    "done": ("Error", "Failed", "Skipped", "Succeeded"),
}


_SUCCEEDED: Fact = ("literal", "str", "Succeeded")
_ARMS = ("failed", "succeeded", "skipped")
"""Ways to end that exclude each other; the last is one of steps that have a condition only."""


def conditions(
    order: ir.Order | None, steps: Mapping[str, StepInfo], loops: tuple[str, ...]
) -> tuple[Condition, ...]:
    """Return what must hold for the follower to run, `loops` being those around it.

    A plain `after a` is none: where `a` has failed, nothing runs that reads its follower.
    """
    found: list[Condition] = []
    for term in order.terms if isinstance(order, ir.AfterAll) else () if order is None else (order,):
        if isinstance(term, ir.AfterAll):
            found += conditions(term, steps, loops)
        elif not (isinstance(term, ir.AfterStep) and term.result in ("", "done")):
            said = _fact(_Place(steps, loops), term)
            if said is not None:
                found.append(Condition(frozenset((said,)), _branch(steps, term, loops), _span(term)))
    return tuple(found)


def succeeded(step: str, span: Span) -> Fact:
    """Return the fact that a step has succeeded."""
    return _has_status(step, "Succeeded", span)


def step_that_succeeded(one: Fact) -> str | None:
    """Return the step or loop of which a fact says that it has succeeded."""
    if one[0] == "LoopEnded" and one[2] == "succeeded":
        return str(one[1])
    if one[:2] == ("binary", "=="):
        for side in one[2:]:
            if side[0] == "OutputRef" and side[2] == "status" and _SUCCEEDED in one[2:]:
                return str(side[1])
    return None


def _is_whole_loop(info: StepInfo, loops: tuple[str, ...]) -> bool:
    return info.loops != loops[: len(info.loops)]


def _branch(steps: Mapping[str, StepInfo], order: ir.Order, loops: tuple[str, ...]) -> BranchOf | None:
    """Return the results of one step as arms, which together cover everything."""
    if not isinstance(order, ir.AfterStep) or order.result not in _ARMS:
        return None
    info = steps.get(order.step)
    if info is None or _is_whole_loop(info, loops):
        return None
    count = len(_ARMS) if info.conditions else len(_ARMS) - 1
    return BranchOf(-1 - info.span.start, _ARMS.index(order.result), count, exhaustive=True)


class _Place(Node):
    """Where the follower stands: the steps it can name and the loops around it."""

    steps: Mapping[str, StepInfo]
    loops: tuple[str, ...]


def _fact(place: _Place, order: ir.Order) -> Fact | None:
    """Return an order as a fact, None where it holds in any case."""
    match order:
        case ir.AfterStep(step, result, span):
            return _ended(place, step, {result}, span)
        case ir.AfterAll(terms):
            return _joined("and", [f for f in (_fact(place, term) for term in terms) if f is not None])
        case ir.AfterAny(terms):
            alone: dict[str, dict[ir.Result, Span]] = {}
            for term in terms:
                if isinstance(term, ir.AfterStep):
                    alone.setdefault(term.step, {})[term.result] = term.span
            parts = [
                _ended(place, step, results, next(iter(results.values()))) for step, results in alone.items()
            ]
            parts += [_fact(place, term) for term in terms if not isinstance(term, ir.AfterStep)]
            known = [part for part in parts if part is not None]
            return _joined("or", known) if len(known) == len(parts) else None


def _ended(place: _Place, step: str, results: Collection[ir.Result], span: Span) -> Fact | None:
    """Return the fact that a step has ended in one of some ways."""
    info = place.steps.get(step)
    if info is None:
        return None
    if _is_whole_loop(info, place.loops):  # it ends in another way than its step, which is read inside
        return None if "done" in results else _joined("or", [("LoopEnded", step, r) for r in results])
    statuses = {status for result in results for status in _STATUSES.get(result, ())}
    if statuses >= {"Succeeded", "Failed"} and ("Skipped" in statuses or not info.conditions):
        return None
    return _joined("or", [_has_status(step, status, span) for status in statuses])


def _has_status(step: str, status: str, span: Span) -> Fact:
    read = ir.OutputRef(step, "status", STATUS, span)
    return fact(ir.Binary("==", read, ir.Literal(status, STRING, span), BOOL, span))


def _joined(sign: str, parts: list[Fact]) -> Fact | None:
    """Join facts in an order of their own, so that `a or b` is the same as `b or a`."""
    ordered = sorted(parts, key=repr)
    joined: Fact | None = None
    for part in ordered:
        joined = part if joined is None else ("binary", sign, joined, part)
    return joined


def _span(order: ir.Order) -> Span:
    """Return where an order is written."""
    if isinstance(order, ir.AfterStep):
        return order.span
    first, last = _span(order.terms[0]), _span(order.terms[-1])
    return Span(first.source, first.start, last.end)
