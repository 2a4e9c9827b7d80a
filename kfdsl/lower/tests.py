"""`test` blocks: parsed and checked; they are run by a later command."""

from __future__ import annotations

from kfdsl import ir
from kfdsl import syntax as s
from kfdsl.kinds import BOOL, INT, STRING, UNKNOWN, bare
from kfdsl.lower import expressions, infos, run_values
from kfdsl.lower.blocks import items_of
from kfdsl.lower.context import did_you_mean
from kfdsl.lower.lowering import Lowering
from kfdsl.lower.module import Callee, Module
from kfdsl.lower.scope import Place, Scope, StepInfo, Value
from kfdsl.lower.values import param_value

ENDS = ("failed", "skipped", "succeeded")
_STATES = ("ran", "skipped", "failed", "omitted", "succeeded")


def check(module: Module, lowering: Lowering) -> None:
    """Check all tests of a file against the pipelines they name."""
    for test in module.tests:
        callee = module.callables.get(test.pipeline.text)
        if callee is None or not isinstance(callee.declaration, s.Pipeline):
            known = [n for n, c in module.callables.items() if isinstance(c.declaration, s.Pipeline)]
            module.context.report(
                "unknown-component",
                test.pipeline.span,
                f"no pipeline is called `{test.pipeline.text}`",
                label="not found",
                fixes=did_you_mean(test.pipeline.text, known, test.pipeline.span),
            )
            continue
        _test(module, lowering, test, callee)


def _test(module: Module, lowering: Lowering, test: s.Test, callee: Callee) -> None:
    pipeline = lowering.pipeline(callee)
    items = items_of(callee.declaration.block)
    found = infos.collect(
        callee.module, callee.module.scope().with_values(_params(pipeline)), items, continuing=True
    )
    place = Place(None, (), frozenset(), handler=None)
    scope = Scope(
        module.context,
        module,
        module.values(),
        found,
        place,
        {"run": {**run_values.RUN, **run_values.RUN_RESULT}},
    )
    params = {p.name: p.type for p in pipeline.params}
    for item in test.items:
        match item:
            case s.With(options):
                for option in options:
                    kind = params.get(option.name.text)
                    if kind is None:
                        module.context.report(
                            "unknown-parameter",
                            option.name.span,
                            f"`{pipeline.name}` has no param `{option.name.text}`",
                            label="not found",
                            fixes=did_you_mean(option.name.text, params, option.name.span),
                        )
                    else:
                        module.fold(expressions.value(scope, option.value, kind))
            case s.Stub():
                _stub(scope, item)
            case s.Expect(condition):
                _condition(scope, condition)


def _params(pipeline: ir.Pipeline) -> dict[str, Value]:
    return {p.name: param_value(p, p.span) for p in pipeline.params}


def _step(scope: Scope, expr: s.Expression) -> StepInfo | None:
    base = expr.base if isinstance(expr, s.Index) else expr
    if isinstance(base, s.Name) and base.text in scope.steps:
        if isinstance(expr, s.Index):
            expressions.lower(scope, expr.index)
        return scope.steps[base.text]
    word = base.span.text
    scope.context.report(
        "unknown-step",
        base.span,
        f"no step is named `{word}`",
        label="not found",
        fixes=did_you_mean(word, scope.steps, base.span),
    )
    return None


def _stub(scope: Scope, item: s.Stub) -> None:
    info = _step(scope, item.step)
    if item.end is not None:
        end = expressions.value(scope, item.end, STRING)
        if isinstance(end, ir.Literal) and end.value not in ENDS:
            scope.context.report(
                "invalid-value",
                end.span,
                f"a step does not end as `{end.value}`",
                label=f"one of {', '.join(ENDS)}",
                fixes=did_you_mean(f'"{end.value}"', [f'"{e}"' for e in ENDS], end.span),
            )
    if info is None or item.outputs is None:
        return
    for entry in item.outputs.entries:
        kind = info.outputs.get(entry.key.text)
        if kind is None:
            scope.context.report(
                "unknown-output",
                entry.key.span,
                f"step `{info.name}` has no output `{entry.key.text}`",
                label="not found",
                fixes=did_you_mean(entry.key.text, info.outputs, entry.key.span),
            )
        else:
            scope.module.fold(expressions.value(scope, entry.value, bare(kind)))


def _condition(scope: Scope, expr: s.Expression) -> None:
    match expr:
        case s.Binary("and" | "or", left, right):
            _condition(scope, left)
            _condition(scope, right)
        case s.Unary("not", operand):
            _condition(scope, operand)
        case s.Parenthesis(inner):
            _condition(scope, inner)
        case s.Call(s.Name(word), arguments) if word in (*_STATES, "before", "count"):
            for argument in arguments:
                _step(scope, argument.value)
        case s.Binary(_, s.Call(s.Name("count"), arguments), right):
            for argument in arguments:
                _step(scope, argument.value)
            expressions.value(scope, right, INT)
        case _:
            quiet = scope.at(Place(None, (), frozenset(), handler="test"))
            lowered = expressions.lower(quiet, expr, BOOL)
            if lowered.type not in (BOOL, UNKNOWN):
                scope.context.report(
                    "not-a-condition", lowered.span, "`expect` takes a condition", label="not a bool"
                )
