"""The outside of steps: items of a graph in; outputs, loops and conditions of each step out, by name."""

from __future__ import annotations

from kfdsl import ir
from kfdsl import syntax as s
from kfdsl.diagnostics import Label
from kfdsl.evaluate import EvaluationError, NotConstantError, constant, evaluate
from kfdsl.kinds import UNKNOWN, Kind, ListOf
from kfdsl.lower import endings, expressions, interface, order, run_values
from kfdsl.lower.around import NOWHERE, Around, handler_name, loop_name
from kfdsl.lower.blocks import items_of
from kfdsl.lower.context import Context
from kfdsl.lower.facts import BranchOf, Condition, Fact, conjuncts, fact, otherwise
from kfdsl.lower.lets import with_lets
from kfdsl.lower.module import Module
from kfdsl.lower.scope import Place, Scope, StepInfo, Value
from kfdsl.lower.values import loop_value


def collect(
    module: Module, scope: Scope, items: tuple[s.Item, ...], *, continuing: bool
) -> dict[str, StepInfo]:
    """Return all steps and groups by name; names that are given twice are reported.

    Conditions and lists are checked here without reporting: what they say is needed to know which outputs may
    be absent, and they are checked again where they stand. `continuing` tells that the defaults have
    `continue_on`.
    """
    collector = _Collector(module, scope, continuing=continuing)
    collector.walk(items, NOWHERE)
    quiet = Scope(Context(), module, scope.values, collector.found, scope.place, scope.roots)
    collector.final = {}
    collector.quiet = quiet
    collector.walk(items, NOWHERE)
    return collector.final


class _Collector:
    """Walks the items twice: for names and outputs, then for conditions and the items of loops."""

    def __init__(self, module: Module, scope: Scope, *, continuing: bool) -> None:
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
                    for handler in items_of(item.block):
                        if isinstance(handler, s.Handler):
                            self.handler(handler, around)
                case s.Group(name):
                    inner = self.add(item, name, around)
                    self.block(item.block.items, inner.in_group(name.text))
                case s.For():
                    inner, _, _ = self.header(item, item.clauses, around)
                    self.block(item.block.items, inner)
                case s.If():
                    self.branches(item, around)
                case s.Handler():
                    self.handler(item, around)
                case _:
                    pass

    def handler(self, item: s.Handler, around: Around) -> None:
        self.block(item.block.items, around.in_handler(handler_name(item)))

    def block(self, items: tuple[s.Item, ...], around: Around) -> None:
        """Walk a block, whose `let`s its items see."""
        if self.quiet is not None:
            around = with_lets(self.quiet, items, around)
        self.walk(items, around)

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
            self.block(branch.block.items, around.under(condition))
            before |= otherwise(own)

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
    ) -> tuple[Around, Kind | None, tuple[tuple[object, object], ...] | None]:
        """Return what surrounds the inside, the type of the loop's items, and the items if constant."""
        kind: Kind | None = None
        items: tuple[tuple[object, object], ...] | None = None
        inner = around
        for clause in clauses:
            if isinstance(clause, s.ForClause):
                values, kind, items = self.variables(clause, around)
                inner = around.in_loop(loop_name(item), values)
        for condition in self.ends([c for c in clauses if isinstance(c, s.After)], around):
            inner = inner.under(condition)
        for clause in clauses:
            if isinstance(clause, s.When):
                condition = Condition(self.facts(clause.condition, inner), None, clause.condition.span)
                inner = inner.under(condition)
        return inner, kind, items

    def ends(self, clauses: list[s.After], around: Around) -> tuple[Condition, ...]:
        """Return what `after` says about the ends of other steps, at first only that it does."""
        named = [c for c in clauses if any(not isinstance(one, s.Name) for one in c.conditions)]
        if self.quiet is None:
            return tuple(Condition(frozenset(), None, c.span) for c in named)
        if not named:
            return ()
        place = Place(None, around.loops, around.facts, handler=around.handler)
        return endings.conditions(order.lower(self.quiet.at(place), named), self.quiet.steps, around.loops)

    def variables(
        self, clause: s.ForClause, around: Around
    ) -> tuple[dict[str, Value], Kind | None, tuple[tuple[object, object], ...] | None]:
        values: dict[str, Value] = {}
        kind: Kind | None = None
        items: tuple[tuple[object, object], ...] | None = None
        for binding in clause.bindings:
            kind = UNKNOWN
            if self.quiet is not None:
                place = Place(None, around.loops, around.facts, handler=around.handler)
                lowered = expressions.lower(self.quiet.with_values(around.values).at(place), binding.values)
                kind = lowered.type.item if isinstance(lowered.type, ListOf) else UNKNOWN
                try:
                    listed = constant(lowered) if len(clause.bindings) == 1 else None
                    items = None if listed is None else tuple((item, item) for item in listed)
                except (NotConstantError, EvaluationError, TypeError):
                    items = None
            values[binding.name.text] = loop_value(binding.name, kind)
        if items is not None:
            items = self.keys(clause, around.in_loop("", values), items)
        return values, kind if len(clause.bindings) == 1 else None, items

    def keys(
        self, clause: s.ForClause, inner: Around, items: tuple[tuple[object, object], ...]
    ) -> tuple[tuple[object, object], ...] | None:
        """Return the items of a loop with what they are asked for by: `key` of each, or themselves."""
        option = next((option for option in clause.options if option.name.text == "key"), None)
        if option is None or self.quiet is None:
            return items
        place = Place(None, inner.loops, inner.facts, handler=inner.handler)
        key = expressions.text(self.quiet.with_values(inner.values).at(place), option.value)
        name = clause.bindings[0].name.text

        def key_of(item: object) -> object:
            def read(reference: ir.Expr) -> object:
                if isinstance(reference, ir.ItemRef) and reference.name == name:
                    return item
                raise NotConstantError(name)

            return evaluate(key, read)

        try:
            return tuple((key_of(item), item) for _, item in items)
        except (NotConstantError, EvaluationError):
            return None

    def add(self, item: s.Step | s.Group, name: s.Name, around: Around) -> Around:
        inner, kind, items = self.header(item, item.clauses, around)
        block = items_of(item.block)
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
        is_step = isinstance(item, s.Step)
        info = StepInfo(
            name.text,
            outputs,
            interface.facts(self.module, call, block) if is_step else run_values.OF_STEP,
            places,
            inner.loops,
            inner.conditions,
            around.handler,
            around.groups,
            self.may_fail(item),
            not is_step,
            kind,
            items,
            name.span,
        )
        target = self.found if self.final is None else self.final
        target.setdefault(name.text, info)
        return inner

    def may_fail(self, item: s.Step | s.Group) -> bool:
        """Tell whether followers go on when the step has failed."""
        block = items_of(item.block)
        if isinstance(item, s.Group):
            return _continues(block)
        if any(isinstance(i, s.Setting) and i.name.text == "continue_on" for i in block):
            return _continues(block)
        callee = interface.find(self.module, item.call) if item.call is not None else None
        if (
            callee is not None
            and isinstance(callee.declaration, s.Component)
            and _continues(items_of(callee.declaration.block))
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
