"""Presence: which values may be absent at a place, and what is said about one that is needed there."""

from __future__ import annotations

from kfdsl import ir
from kfdsl.diagnostics import Label
from kfdsl.kinds import INT, STRING, Kind, Optional, bare, show
from kfdsl.lower import endings
from kfdsl.lower.facts import BranchOf, Condition, Fact, fact, implied
from kfdsl.lower.run_values import OF_THE_END
from kfdsl.lower.scope import Scope, StepInfo
from kfdsl.node import replace


def present(scope: Scope, expr: ir.Expr, wanted: Kind | None = None) -> ir.Expr:
    """Report a value that may be absent where one is needed."""
    if not isinstance(expr.type, Optional):
        return expr
    _report_absent(scope, expr, wanted)
    return replace(expr, type=expr.type.item)


def known(scope: Scope, expr: ir.Expr) -> ir.Expr:
    """Take the `?` off a value that is known to be present here."""
    if isinstance(expr.type, Optional) and _is_present(scope, expr):
        return replace(expr, type=expr.type.item)
    return expr


def _is_present(scope: Scope, expr: ir.Expr) -> bool:
    return ("FunctionCall", "present", (fact(expr),)) in scope.place.facts


def remaining(scope: Scope, info: StepInfo) -> list[BranchOf | None]:
    """Return the conditions of a step that do not follow from what is known here, outermost first."""
    return [c.branch for c in unsure(scope, info)]


def unsure(scope: Scope, info: StepInfo, asked: frozenset[str] = frozenset()) -> list[Condition]:
    """Return the conditions themselves; `asked` are steps whose success is followed back already."""
    return [c for c in info.conditions if not all(_holds(scope, one, asked) for one in c.facts)]


def _holds(scope: Scope, one: Fact, asked: frozenset[str]) -> bool:
    """Tell whether a condition is sure here: what reads a follower of a step that failed does not run."""
    if implied(one, scope.place.facts):
        return True
    step = endings.step_that_succeeded(one)
    if step is None or step in asked or step not in scope.steps:
        return False
    info = scope.steps[step]
    fails = info.may_fail or any(scope.steps[group].may_fail for group in info.groups)
    return not fails and not unsure(scope, info, asked | {step})


def may_be_absent(scope: Scope, info: StepInfo, output: str) -> bool:
    """Tell whether an output or fact of a step may be missing here."""
    place = scope.place
    is_fact = output in info.facts and output not in info.outputs
    if is_fact and output == "status":
        return False
    if any(
        one[:2] == ("FunctionCall", "present")
        and one[2][0][:2] == ("OutputRef", info.name)
        and one[2][0][2] in info.outputs
        for one in place.facts
        if len(one) > 2
    ):
        return False
    if place.handler is not None and info.handler != place.handler:
        return True
    if implied(endings.succeeded(info.name, info.span), place.facts):
        return False
    fails = _may_have_failed(scope, info)
    if is_fact and output not in OF_THE_END:
        fails = False
    return fails or bool(remaining(scope, info))


def _may_have_failed(scope: Scope, info: StepInfo) -> bool:
    """Tell whether a step, or a group around it that the reader is not in, may have failed before."""
    reader = scope.steps.get(scope.place.step or "")
    shared = reader.groups if reader is not None else ()
    outer = (scope.steps[group] for group in info.groups if group not in shared)
    failed = scope.place.failed
    return info.may_fail or info.name in failed or any(g.may_fail or g.name in failed for g in outer)


def operands(expr: ir.Expr) -> list[ir.Expr]:
    """Return what a chain of `??` chooses from."""
    if isinstance(expr, ir.Binary) and expr.operator == "??":
        return operands(expr.left) + operands(expr.right)
    return [expr]


def _why(scope: Scope, info: StepInfo, output: str) -> tuple[str, tuple[Label, ...]]:
    """Return when outputs of a step are missing here, and the places that say so."""
    place = scope.place
    if place.handler is not None and info.handler != place.handler:
        label = Label(info.span, "may not have run when the handler does")
        return f"`{info.name}` did not succeed", (label,)
    if _may_have_failed(scope, info):
        is_fact = output in info.facts and output not in info.outputs
        when = "fails before its program does" if is_fact else "fails"
        return f"`{info.name}` {when}", (Label(info.span, "may fail"),)
    conditions = unsure(scope, info)[:1]
    labels = tuple(Label(c.span, f"`{info.name}` runs only if this holds") for c in conditions)
    return f"`{info.name}` is skipped", labels


def _report_absent(scope: Scope, expr: ir.Expr, wanted: Kind | None) -> None:
    """Report a value that may be absent."""
    needs = f"`{show(wanted)}` is needed" if wanted is not None else "a value is needed"
    default = '"none"' if bare(expr.type) == STRING else "0" if bare(expr.type) == INT else "…"
    use = f"give it a value: `{expr.span.text} ?? {default}`"
    source = next(
        (
            o
            for o in operands(expr)
            if isinstance(o, (ir.OutputRef, ir.ItemOutputRef)) and o.step in scope.steps
        ),
        None,
    )
    if source is None:
        scope.context.report(
            "maybe-absent",
            expr.span,
            f"`{expr.span.text}` may be absent",
            label=f"has type `{show(expr.type)}`, and {needs}",
            helps=(use, f"or use it only under `when present({expr.span.text})`"),
        )
        return
    when, labels = _why(scope, scope.steps[source.step], source.output)
    scope.context.report(
        "maybe-skipped",
        expr.span,
        f"`{expr.span.text}` is missing when {when}",
        label=f"has type `{show(expr.type)}`, and {needs}",
        labels=labels,
        helps=(use, f"or run only when it is there: `when present({expr.span.text})`"),
    )
