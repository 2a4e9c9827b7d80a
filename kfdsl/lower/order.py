"""`after`: what a step waits for, and how that must have ended."""

from __future__ import annotations

from kfdsl import ir
from kfdsl import syntax as s
from kfdsl.diagnostics import Label
from kfdsl.lower.context import did_you_mean
from kfdsl.lower.scope import Scope
from kfdsl.source import Span

RESULTS: tuple[ir.Result, ...] = ("succeeded", "failed", "skipped", "done", "any_succeeded", "all_failed")
_OTHER_WORDS = {
    "success": "succeeded",
    "failure": "failed",
    "skip": "skipped",
    "finished": "done",
    "completed": "done",
    "complete": "done",
    "error": "failed",
}


def lower(scope: Scope, clauses: list[s.After]) -> ir.Order | None:
    """Check `after` clauses; every step they name becomes a need of the place."""
    terms = tuple(
        t for clause in clauses for t in (_term(scope, c) for c in clause.conditions) if t is not None
    )
    if not terms:
        return None
    return terms[0] if len(terms) == 1 else ir.AfterAll(terms)


def _term(scope: Scope, expr: s.Expression) -> ir.Order | None:
    match expr:
        case s.Parenthesis(inner):
            return _term(scope, inner)
        case s.Binary("and" | "or" as sign, left, right):
            sides = tuple(t for t in (_term(scope, left), _term(scope, right)) if t is not None)
            if len(sides) < 2:  # both sides
                return sides[0] if sides else None
            return ir.AfterAll(sides) if sign == "and" else ir.AfterAny(sides)
        case s.Name(step):
            return _step(scope, expr, step, "", expr.span)
        case s.Field(s.Name(step) as name, result, span):
            return _step(scope, name, step, _result(scope, step, result), span)
        case _:
            scope.context.report(
                "unknown-step",
                expr.span,
                "`after` takes the names of steps",
                label="not a step",
                helps=("a condition is said by `when`",),
            )
            return None


def _result(scope: Scope, step: str, result: s.Name) -> ir.Result:
    for known in RESULTS:
        if result.text == known:
            if (
                known in ("any_succeeded", "all_failed")
                and step in scope.steps
                and len(scope.steps[step].loops) <= len(scope.place.loops)
            ):
                scope.context.report(
                    "wrong-result",
                    result.span,
                    f"`{known}` is a result of loops, `{step}` runs once",
                    label="not in a loop",
                    labels=(Label(scope.steps[step].span, "this step"),),
                )
            return known
    info = scope.steps.get(step)
    if info is not None and result.text in info.outputs:
        scope.context.report(
            "wrong-result",
            result.span,
            f"`{result.text}` is an output of `{step}`, not a way to end",
            label="remove it",
        )
        return ""
    meant = _OTHER_WORDS.get(result.text)
    scope.context.report(
        "wrong-result",
        result.span,
        f"a step does not end as `{result.text}`",
        label=f"one of {', '.join(RESULTS)}",
        fixes=did_you_mean(
            meant + "_" if meant else result.text, (meant,) if meant else RESULTS, result.span
        ),
    )
    return ""


def _step(scope: Scope, name: s.Name, step: str, result: ir.Result, span: Span) -> ir.Order | None:
    info = scope.steps.get(step)
    if info is None:
        fixes = did_you_mean(step, (n for n in scope.steps if n != scope.place.step), name.span)
        labels: tuple[Label, ...] = ()
        if fixes:
            labels = (Label(scope.steps[fixes[0].edits[0].text].span, "similar name, defined here"),)
        what = (
            f"`{step}` is a {scope.values[step].what}, not a step"
            if step in scope.values
            else f"no step is named `{step}`"
        )
        scope.context.report("unknown-step", name.span, what, label="not found", fixes=fixes, labels=labels)
        return None
    if info.handler != scope.place.handler:
        if info.handler is None:
            what, label = f"a handler runs after `{step}` anyway", "not needed"
        elif scope.place.handler is None:
            what, label = (
                f"`{step}` stands in a handler, which runs after everything else",
                "cannot wait for it",
            )
        else:
            what, label = (
                f"`{step}` stands in another handler, and handlers run in no order",
                "cannot wait for it",
            )
        scope.context.report(
            "out-of-reach", name.span, what, label=label, labels=(Label(info.span, "defined here"),)
        )
        return None
    scope.need(step, span, data=False)
    return ir.AfterStep(step, result, span)


def may_have_failed(order: ir.Order | None, *, sure: bool = True) -> frozenset[str]:
    """Return the steps that may have failed although the order is satisfied."""
    match order:
        case None:
            return frozenset()
        case ir.AfterStep(step, result):
            return (
                frozenset()
                if result in ("", "succeeded", "skipped", "any_succeeded") and sure
                else frozenset((step,))
            )
        case ir.AfterAll(terms):
            return frozenset().union(*(may_have_failed(t, sure=sure) for t in terms))
        case ir.AfterAny(terms):
            return frozenset().union(*(may_have_failed(t, sure=False) for t in terms))
