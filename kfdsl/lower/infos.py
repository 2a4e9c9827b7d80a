"""The outside of all steps of a pipeline, collected before any of them is checked: outputs, loops, conditions."""

from __future__ import annotations

from collections.abc import Mapping

from kfdsl import ir
from kfdsl import syntax as s
from kfdsl.evaluate import EvaluationError, NotConstantError, constant
from kfdsl.kinds import STRING, UNKNOWN, Kind, ListOf
from kfdsl.lower import expressions, interface
from kfdsl.lower.context import Context, Label
from kfdsl.lower.facts import BranchOf, Condition, Fact, conjuncts, fact, negated
from kfdsl.lower.module import Module
from kfdsl.lower.scope import Place, Scope, StepInfo, Value
from kfdsl.node import Node
from kfdsl.source import Span


class Around(Node):
    """What surrounds an item: loops, conditions, the handler, groups, and the loop variables."""

    loops: tuple[str, ...]
    conditions: tuple[Condition, ...]
    handler: str | None
    groups: tuple[str, ...]
    values: Mapping[str, Value]

    @property
    def facts(self) -> frozenset[Fact]:
        """All that holds inside."""
        return frozenset().union(*(c.facts for c in self.conditions)) if self.conditions else frozenset()


NOWHERE = Around((), (), None, (), {})


def collect(module: Module, scope: Scope, items: tuple[s.Item, ...], continuing: bool) -> dict[str, StepInfo]:  # noqa: FBT001
    """Return all steps and groups by name; names that are given twice are reported.

    Conditions and lists are checked here without reporting: what they say is needed to know which outputs may be
    absent, and they are checked again where they stand. `continuing` tells that the defaults have `continue_on`.
    """
    collector = _Collector(module, scope, continuing)
    collector.walk(items, NOWHERE)
    quiet = Scope(Context(), module, scope.values, collector.found, scope.place, scope.roots)
    collector.final = {}
    collector.quiet = quiet
    collector.walk(items, NOWHERE)
    return collector.final


def loop_name(item: s.Step | s.For | s.Group) -> str:
    """Return what identifies the loop of a step or group."""
    return f"loop {item.span.start}"


def handler_name(item: s.Handler) -> str:
    """Return what identifies a handler."""
    return f"handler {item.span.start}"


class _Collector:
    """Walks the items twice: for names and outputs, then for conditions and the items of loops."""

    def __init__(self, module: Module, scope: Scope, continuing: bool) -> None:  # noqa: FBT001
        self.module = module
        self.context = scope.context
        self.continuing = continuing
        self.found: dict[str, StepInfo] = {}
        self.final: dict[str, StepInfo] | None = None
        self.quiet: Scope | None = None

    def walk(self, items: tuple[s.Item, ...], around: Around) -> None:
        for item in items:
            match item:
                case s.Step(name):
                    self.add(item, name, around)
                    for handler in interface.items_of(item.block):
                        if isinstance(handler, s.Handler):
                            self.handler(handler, around, item.name.text)
                case s.Group(name):
                    inner = self.add(item, name, around)
                    self.walk(item.block.items, _in_group(inner, name.text))
                case s.For():
                    inner, _, _ = self.header(item, item.clauses, around)
                    self.walk(item.block.items, inner)
                case s.If():
                    self.branches(item, around)
                case s.Handler():
                    self.handler(item, around, None)
                case _:
                    pass

    def handler(self, item: s.Handler, around: Around, step: str | None) -> None:
        inner = Around(around.loops, around.conditions, handler_name(item), around.groups, around.values)
        self.walk(item.block.items, inner)

    def branches(self, item: s.If, around: Around) -> None:
        exhaustive = item.branches[-1].condition is None
        before: frozenset[Fact] = frozenset()
        for i, branch in enumerate(item.branches):
            own: frozenset[Fact] = frozenset()
            if branch.condition is not None:
                own = self.facts(branch.condition, around, before)
            span = branch.condition.span if branch.condition is not None else branch.span
            arm = BranchOf(item.span.start, i, len(item.branches), exhaustive)
            condition = Condition(own | before, arm, span)
            self.walk(
                branch.block.items,
                Around(
                    around.loops,
                    (*around.conditions, condition),
                    around.handler,
                    around.groups,
                    around.values,
                ),
            )
            before |= frozenset((negated(_all(own)),)) if own else frozenset()

    def facts(
        self, condition: s.Expression, around: Around, known: frozenset[Fact] = frozenset()
    ) -> frozenset[Fact]:
        if self.quiet is None:
            return frozenset()
        place = Place(None, around.loops, around.facts | known, handler=around.handler)
        lowered = expressions.condition(self.quiet.with_values(around.values).at(place), condition)
        return conjuncts(fact(lowered))

    def header(
        self, item: s.Step | s.For | s.Group, clauses: tuple[s.Clause, ...], around: Around
    ) -> tuple[Around, Kind | None, tuple[object, ...] | None]:
        """Return what surrounds the inside of a step or group, the type of its loop's items, and the items if constant."""
        kind: Kind | None = None
        items: tuple[object, ...] | None = None
        inner = around
        for clause in clauses:
            if isinstance(clause, s.ForClause):
                values, kind, items = self.variables(clause, around)
                inner = Around(
                    (*around.loops, loop_name(item)),
                    inner.conditions,
                    around.handler,
                    around.groups,
                    {**around.values, **values},
                )
        for clause in clauses:
            if isinstance(clause, s.When):
                condition = Condition(self.facts(clause.condition, inner), None, clause.condition.span)
                inner = Around(
                    inner.loops, (*inner.conditions, condition), inner.handler, inner.groups, inner.values
                )
        return inner, kind, items

    def variables(
        self, clause: s.ForClause, around: Around
    ) -> tuple[dict[str, Value], Kind | None, tuple[object, ...] | None]:
        values: dict[str, Value] = {}
        kind: Kind | None = None
        items: tuple[object, ...] | None = None
        for binding in clause.bindings:
            kind = UNKNOWN
            if self.quiet is not None:
                place = Place(None, around.loops, around.facts, handler=around.handler)
                lowered = expressions.lower(self.quiet.with_values(around.values).at(place), binding.values)
                kind = lowered.type.item if isinstance(lowered.type, ListOf) else UNKNOWN
                try:
                    items = tuple(constant(lowered)) if len(clause.bindings) == 1 else None
                except (NotConstantError, EvaluationError, TypeError):
                    items = None
            values[binding.name.text] = loop_value(binding.name, kind)
        return values, kind if len(clause.bindings) == 1 else None, items

    def add(self, item: s.Step | s.Group, name: s.Name, around: Around) -> Around:
        inner, kind, items = self.header(item, item.clauses, around)
        block = interface.items_of(item.block)
        call = item.call if isinstance(item, s.Step) else None
        if self.quiet is None:
            first = self.found.get(name.text)
            if first is not None:
                self.context.report(
                    "duplicate-name",
                    name.span,
                    f"there are two steps `{name.text}`",
                    label="again here",
                    labels=(Label(first.span, "first here"),),
                )
                return inner
        outputs, places = interface.outputs(self.module, call, block)
        info = StepInfo(
            name.text,
            outputs,
            places,
            inner.loops,
            inner.conditions,
            around.handler,
            around.groups,
            self.may_fail(item),
            isinstance(item, s.Group),
            kind,
            items,
            name.span,
        )
        target = self.found if self.final is None else self.final
        target.setdefault(name.text, info)
        return inner

    def may_fail(self, item: s.Step | s.Group) -> bool:
        """Tell whether followers go on when the step has failed."""
        block = interface.items_of(item.block)
        if isinstance(item, s.Group):
            return _continues(block)
        if any(isinstance(i, s.Setting) and i.name.text == "continue_on" for i in block):
            return _continues(block)
        callee = interface.find(self.module, item.call) if item.call is not None else None
        if (
            callee is not None
            and isinstance(callee.declaration, s.Component)
            and _continues(interface.items_of(callee.declaration.block))
        ):
            return True
        return self.continuing


def _continues(items: tuple[s.Item, ...]) -> bool:
    return any(
        isinstance(i, s.Setting)
        and i.name.text == "continue_on"
        and isinstance(i.value, s.ListLiteral)
        and bool(i.value.items)
        for i in items
    )


def _in_group(around: Around, name: str) -> Around:
    return Around(around.loops, around.conditions, around.handler, (*around.groups, name), around.values)


def _all(facts: frozenset[Fact]) -> Fact:
    """Join facts into one."""
    ordered = sorted(facts, key=repr)
    joined = ordered[0]
    for one in ordered[1:]:
        joined = ("binary", "and", joined, one)
    return joined


def loop_value(name: s.Name, kind: Kind) -> Value:
    """Return a loop variable as a name of the value space."""
    return Value("loop variable", kind, name.span, lambda at: ir.ItemRef(name.text, kind, at))


__all__ = ["NOWHERE", "Around", "STRING", "Span", "collect", "handler_name", "loop_name", "loop_value"]
