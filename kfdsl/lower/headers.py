"""Headers of steps and groups: clauses in; order, loop, condition and what surrounds the inside out."""

from __future__ import annotations

from kfdsl import ir
from kfdsl import syntax as s
from kfdsl.diagnostics import Label
from kfdsl.kinds import INT, UNKNOWN, Kind, ListOf, Unknown, show
from kfdsl.lower import endings, expressions, order, presence
from kfdsl.lower.around import Around, loop_name
from kfdsl.lower.context import Context, did_you_mean
from kfdsl.lower.facts import Condition, Fact, conjuncts, contradict, fact
from kfdsl.lower.scope import Place, Scope, Value
from kfdsl.lower.values import loop_value
from kfdsl.node import Node
from kfdsl.source import Span


class Header(Node):
    """The clauses of a step or group, what surrounds its inside, and which steps may have failed before."""

    after: ir.Order | None
    loop: ir.Loop | None
    when: ir.Expr | None
    inner: Around
    failed: frozenset[str]


def lower(
    scope: Scope, item: s.Step | s.Group | s.For, name: str, around: Around, needs: dict[str, ir.Need]
) -> Header:
    """Lower the clauses of a step or group; what they wait for is added to `needs`."""
    outside = scope.with_values(around.values)
    _once(scope.context, item)
    after = order.lower(
        outside.at(place(name, around, needs)), [c for c in item.clauses if isinstance(c, s.After)]
    )
    failed = order.may_have_failed(after)
    outside = outside.at(place(name, around, needs, failed))
    inner, loop, when = around, None, None
    for condition in endings.conditions(after, scope.steps, around.loops):
        inner = inner.under(condition)
    for clause in item.clauses:
        if isinstance(clause, s.ForClause):
            loop, values = _loop(outside, clause)
            inner = around.in_loop(loop_name(item), values)
    for clause in item.clauses:
        if isinstance(clause, s.When):
            inside = scope.with_values(inner.values).at(place(name, inner, needs, failed))
            when = expressions.condition(inside, clause.condition)
            own = conjuncts(fact(when))
            check_reachable(
                scope.context, name, inner, inner.facts, Condition(own, None, clause.condition.span)
            )
            inner = inner.under(Condition(own, None, clause.span))
    return Header(after, loop, when, inner, failed)


def place(
    step: str | None, around: Around, needs: dict[str, ir.Need], failed: frozenset[str] = frozenset()
) -> Place:
    """Return the place of something inside `around`."""
    return Place(step, around.loops, around.facts, failed=failed, handler=around.handler, needs=needs)


def check_reachable(
    context: Context, name: str, around: Around, known: frozenset[Fact], own: Condition
) -> None:
    """Report a condition that can never hold, where `known` does."""
    false = ("literal", "bool", False)
    if false in own.facts or contradict(known | own.facts):
        what = f"`{name}`" if " " not in name else name
        labels = tuple(
            Label(c.span, "holds here") for c in around.conditions if contradict(c.facts | own.facts)
        )
        context.report(
            "unreachable-step", own.span, f"{what} can never run", label="never holds here", labels=labels
        )


def _once(context: Context, item: s.Step | s.Group | s.For) -> None:
    """Report clauses that are given twice."""
    seen: dict[type, s.Clause] = {}
    for clause in item.clauses:
        first = seen.setdefault(type(clause), clause)
        if first is not clause:
            word = clause.span.text.split(maxsplit=1)[0]
            context.report(
                "duplicate-key",
                Span(clause.span.source, clause.span.start, clause.span.start + len(word)),
                f"`{word}` is said twice",
                label="again here",
                labels=(Label(first.span, "first here"),),
            )


def _loop(scope: Scope, clause: s.ForClause) -> tuple[ir.Loop, dict[str, Value]]:
    """Lower a `for`: the loop, and its variables as names of the value space."""
    variables: list[tuple[str, ir.Expr, Kind]] = []
    values: dict[str, Value] = {}
    for binding in clause.bindings:
        name = binding.name
        items, kind = _items(scope, binding.values)
        if name.text in values:
            scope.context.report(
                "duplicate-name",
                name.span,
                f"two loop variables are called `{name.text}`",
                label="again here",
            )
        variables.append((name.text, items, kind))
        values[name.text] = loop_value(name, kind)
    at_most, key = _options(scope, clause, values)
    if not variables:
        scope.context.report(
            "missing-value",
            clause.span,
            "a loop has a variable and a list: `for x in xs`",
            label="over what?",
        )
    return ir.Loop(tuple(variables), at_most, key, clause.span), values


def _items(scope: Scope, expr: s.Expression) -> tuple[ir.Expr, Kind]:
    """Return what a loop runs over, and the type of one item."""
    items = presence.present(scope, expressions.lower(scope, expr))
    if isinstance(items.type, ListOf):
        return items, items.type.item
    if not isinstance(items.type, Unknown):
        scope.context.report(
            "type-mismatch",
            items.span,
            f"a loop runs over a list, this is `{show(items.type)}`",
            label=f"gives a `{show(items.type)}`",
        )
    return items, UNKNOWN


def _options(
    scope: Scope, clause: s.ForClause, values: dict[str, Value]
) -> tuple[ir.Expr | None, ir.Expr | None]:
    """Return `at_most` and `key` of a loop."""
    at_most: ir.Expr | None = None
    key: ir.Expr | None = None
    for option in clause.options:
        name = option.name
        if name.text == "at_most":
            at_most = scope.module.fold(expressions.value(scope, option.value, INT))
            if isinstance(at_most, ir.Literal) and isinstance(at_most.value, int) and at_most.value < 1:
                scope.context.report(
                    "invalid-value",
                    at_most.span,
                    "at least one item runs at a time",
                    label="must be 1 or more",
                )
        elif name.text == "key":
            key = expressions.text(scope.with_values(values), option.value)
        else:
            scope.context.report(
                "unknown-setting",
                name.span,
                f"a loop has no option `{name.text}`",
                label="known: at_most, key",
                fixes=did_you_mean(name.text, ("at_most", "key"), name.span),
            )
    return at_most, key
