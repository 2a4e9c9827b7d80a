"""Outputs of steps: `step.x`, `step.*.x` and `step[item].x` to checked references."""

from __future__ import annotations

from kfdsl import ir
from kfdsl import syntax as s
from kfdsl.diagnostics import Edit, Fix, Label
from kfdsl.evaluate import EvaluationError, NotConstantError, constant
from kfdsl.functions import json_text
from kfdsl.kinds import Kind, ListOf, Record, Unknown, bare, is_artifact, optional
from kfdsl.lower import expressions, presence, run_values
from kfdsl.lower.constants import unknown
from kfdsl.lower.context import did_you_mean
from kfdsl.lower.scope import Scope, StepInfo
from kfdsl.source import Span


def output(scope: Scope, step: str, field: s.Name, span: Span) -> ir.Expr:
    """Lower `step.output`."""
    info = scope.steps[step]
    scope.need(step, span, data=True)
    kind = _output_type(scope, info, field)
    if kind is None or not _reachable(scope, info, span):
        return unknown(span)
    hidden = _loops_between(scope, info)
    if hidden:
        dot = field.span.start - 1
        scope.context.report(
            "out-of-reach",
            span,
            f"`{step}` runs once for each item of a loop",
            label="which item's?",
            labels=(Label(info.span, "in a loop"),),
            fixes=(
                Fix(
                    f"read them all as a list: `{step}.*.{field.text}`",
                    (Edit(Span(span.source, dot, dot), ".*"),),
                    safe=False,
                ),
            ),
        )
        return unknown(span)
    return presence.known(
        scope,
        ir.OutputRef(step, field.text, _here(scope, info, field.text, kind), span),
    )


def _here(scope: Scope, info: StepInfo, output: str, kind: Kind) -> Kind:
    """Return the type of an output as it is for this reader."""
    return optional(kind) if presence.may_be_absent(scope, info, output) else kind


def _reachable(scope: Scope, info: StepInfo, span: Span) -> bool:
    if info.handler is not None and info.handler != scope.place.handler:
        scope.context.report(
            "out-of-reach",
            span,
            f"`{info.name}` stands in a handler, which runs after everything else",
            label="does not exist yet",
            labels=(Label(info.span, "in a handler"),),
        )
        return False
    return True


_OTHER_WORDS = {
    **dict.fromkeys(("outputs", "output"), ("an output is written `STEP.NAME`",)),
    **dict.fromkeys(("result", "stdout"), ("what it prints is an output by `out NAME: string = stdout`",)),
    "ip": ("a step with `daemon = true` has an address",),
}
"""What authors of Argo look for in a step, and what there is to say about it."""


def _output_type(scope: Scope, info: StepInfo, field: s.Name) -> Kind | None:
    if field.text in info.outputs:
        return info.outputs[field.text]
    if field.text in info.facts:
        return info.facts[field.text]
    if field.text in run_values.OF_PROGRAM:
        scope.context.report(
            "unknown-output",
            field.span,
            f"`{info.name}` has no `{field.text}`: it runs no program of its own",
            label=f"known of it: {', '.join(info.facts)}",
            labels=(Label(info.span, "this step" if not info.is_group else "a group of steps"),),
        )
        return None
    declared = ", ".join(info.outputs)
    what = "group" if info.is_group else "step"
    where = next(iter(info.outputs_at.values()), info.span)
    scope.context.report(
        "unknown-output",
        field.span,
        f"{what} `{info.name}` has no output `{field.text}`",
        label=f"not an output of `{info.name}`",
        labels=(Label(where, f"declared outputs: {declared}" if declared else "it declares no outputs"),),
        fixes=did_you_mean(field.text, {**info.outputs, **info.facts}, field.span),
        helps=tuple(text.replace("STEP", info.name) for text in _OTHER_WORDS.get(field.text, ())),
    )
    return None


def _loops_between(scope: Scope, info: StepInfo) -> tuple[str, ...]:
    """Return the loops around a step that are not around the reader."""
    here = scope.place.loops
    shared = 0
    while shared < min(len(here), len(info.loops)) and here[shared] == info.loops[shared]:
        shared += 1
    return info.loops[shared:]


def each(scope: Scope, step: str, field: s.Name | None, span: Span) -> ir.Expr:
    """Lower `step.*.output` and `step.*`."""
    info = scope.steps[step]
    scope.need(step, span, data=True)
    kind: Kind | None
    if field is None:
        values = tuple((n, k) for n, k in info.outputs.items() if not is_artifact(k))
        kind = Record(
            (
                *values,
                *(
                    (("item", info.item_type),)
                    if info.item_type is not None and "item" not in info.outputs
                    else ()
                ),
            )
        )
    elif field.text == "item" and info.item_type is not None and "item" not in info.outputs:
        kind = info.item_type
    else:
        kind = _output_type(scope, info, field)
    if kind is None or not _reachable(scope, info, span):
        return unknown(span)
    hidden = _loops_between(scope, info)
    if not hidden:
        scope.context.report(
            "out-of-reach",
            span,
            f"`{step}` is not in a loop, so there is no list of its outputs",
            label="`.*` is for loops",
            labels=(Label(info.span, "runs once"),),
            fixes=_without_star(span, field),
        )
        return unknown(span)
    for _ in hidden:
        kind = ListOf(bare(kind))
    return ir.EachRef(step, field.text if field else None, kind, span)


def _without_star(span: Span, field: s.Name | None) -> tuple[Fix, ...]:
    if field is None:
        return ()
    at = span.source.text.find(".*", span.start)
    return (Fix("remove `.*`", (Edit(Span(span.source, at, at + 2), ""),)),)


def item_output(scope: Scope, step: str, index: s.Expression, field: s.Name, span: Span) -> ir.Expr:
    """Lower `step[item].output`."""
    info = scope.steps[step]
    scope.need(step, span, data=True)
    kind = _output_type(scope, info, field)
    items = info.items
    wanted = expressions.lower(scope, index)
    if kind is None or isinstance(wanted.type, Unknown):
        return unknown(span)
    value = _constant(wanted)
    if value is None or items is None:
        scope.context.report(
            "out-of-reach",
            span,
            f"one item of `{step}` can be named only where its loop is over a list that is written out",
            labels=(Label(info.span, "this loop"),),
        )
        return unknown(span)
    shown = value if isinstance(value, str) else json_text(value)
    found = [i for i, (name, _) in enumerate(items) if name == value and type(name) is type(value)]
    if not found:
        known = [json_text(name) for name, _ in items]
        scope.context.report(
            "unknown-output",
            wanted.span,
            f"the loop of `{step}` has no item `{shown}`",
            label=f"its {'items' if all(name is item for name, item in items) else 'keys'}: {', '.join(known[:6])}",
            fixes=did_you_mean(json_text(value), known, wanted.span),
        )
        return unknown(span)
    if len(found) > 1:
        scope.context.report(
            "duplicate-item",
            wanted.span,
            f"the list of `{step}` holds `{shown}` more than once",
            label="which one?",
        )
    absent = presence.may_be_absent(scope, info, field.text)
    item = json_text(_complete(items[found[0]][1], info.item_type)) if absent else ""
    kind = optional(kind) if absent else kind
    return presence.known(scope, ir.ItemOutputRef(step, found[0], field.text, item, kind, span))


def _complete(item: object, kind: Kind | None) -> object:
    """Return an item with the fields that it lacks."""
    if isinstance(item, dict) and isinstance(kind, Record):
        return {name: item.get(name) for name, _ in kind.fields}
    return item


def _constant(expr: ir.Expr) -> object | None:
    """Return the value of what names an item, None where it is known at run time only."""
    try:
        return constant(expr)  # type: ignore[no-any-return]  # any constant
    except (NotConstantError, EvaluationError):
        return None
