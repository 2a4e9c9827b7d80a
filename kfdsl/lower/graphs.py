"""Graphs: steps, groups, branches and handlers of a pipeline; items in, a graph of checked nodes out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from kfdsl import ir
from kfdsl import syntax as s
from kfdsl.diagnostics import Edit, Fix, Label
from kfdsl.kinds import STRING, UNKNOWN, Kind
from kfdsl.lower import (
    expressions,
    headers,
    keys,
    lets,
    run_values,
    settings,
    settings_table,
    steps,
)
from kfdsl.lower.around import Around, handler_name
from kfdsl.lower.blocks import items_of
from kfdsl.lower.body_parts import misplaced
from kfdsl.lower.facts import BranchOf, Condition, Fact, conjuncts, fact, otherwise
from kfdsl.lower.scope import Place, Scope
from kfdsl.source import Span

if TYPE_CHECKING:
    from kfdsl.lower.lowering import Lowering


HANDLED = ("exit", "success", "failure")
_ENDS_MEANT = {
    **dict.fromkeys(("fail", "failed", "error"), "failure"),
    **dict.fromkeys(("succeed", "succeeded"), "success"),
    **dict.fromkeys(("done", "finally", "always", "finish", "finished", "completion"), "exit"),
}
_IN_HANDLERS: Mapping[str, Kind] = {"status": STRING, "name": STRING}


class Graphs:
    """Lowers the graph of one pipeline; `scope` has its values and steps, `defaults` reach its steps."""

    def __init__(
        self,
        lowering: Lowering,
        scope: Scope,
        defaults: Mapping[str, ir.Expr | ir.RangeExpr],
        declared: Mapping[str, ir.Resource],
    ) -> None:
        """Keep what all steps share."""
        self.lowering = lowering
        self.scope = scope
        self.context = scope.context
        self.defaults = defaults
        self.declared = declared
        self.loops: dict[str, int] = {}

    def graph(self, items: tuple[s.Item, ...], around: Around, span: Span) -> ir.Graph:
        """Lower the steps and groups among some items."""
        nodes: list[ir.Step | ir.Group | ir.Choice] = []
        for item in items:
            match item:
                case s.Step():
                    nodes.append(self.step(item, around))
                case s.Group() | s.For():
                    nodes.append(self.group(item, around))
                case s.If():
                    nodes.append(self.choice(item, around))
                case _:
                    pass
        return ir.Graph(tuple(nodes), span)

    def step(self, item: s.Step, around: Around) -> ir.Step:
        """Lower a step."""
        name = item.name.text
        needs: dict[str, ir.Need] = {}
        head = headers.lower(self.scope, item, name, around, needs)
        scope = self.scope.with_values(head.inner.values).at(
            headers.place(name, head.inner, needs, head.failed)
        )
        target, arguments, merged = steps.target(self, scope, item)
        handlers = tuple(
            self.handler(h, head.inner) for h in items_of(item.block) if isinstance(h, s.Handler)
        )
        return ir.Step(
            name,
            target,
            arguments,
            ir.Settings(merged),
            head.loop,
            head.after,
            head.when,
            self.needed(name, needs, around),
            handlers,
            item.doc,
            item.span,
            item.name.span,
        )

    def needed(self, name: str, needs: dict[str, ir.Need], around: Around) -> tuple[ir.Need, ...]:
        """Return the needs of a step or group; report that it waits for a group it stands in."""
        for need in needs.values():
            # What a handler of a group reads of it needs no waiting: it runs when the group has ended.
            if need.step in around.groups and self.scope.steps[need.step].handler == around.handler:
                self.context.report(
                    "dependency-cycle",
                    need.span,
                    f"`{name}` stands in `{need.step}` and waits for it",
                    label="waits for its own group",
                    labels=(Label(self.scope.steps[need.step].span, "the group"),),
                )
        return tuple(n for n in needs.values() if n.step not in around.groups)

    def group(self, item: s.Group | s.For, around: Around) -> ir.Group:
        """Lower a group or `for`."""
        name = item.name.text if isinstance(item, s.Group) else self.anonymous(item)
        needs: dict[str, ir.Need] = {}
        head = headers.lower(self.scope, item, name, around, needs)
        inner = head.inner.in_group(name) if isinstance(item, s.Group) else head.inner
        inner = self.with_lets(item.block.items, inner)
        graph = self.graph(item.block.items, inner, item.span)
        if not graph.nodes:
            where = item.name.span if isinstance(item, s.Group) else item.clauses[0].span
            self.context.report("empty-graph", where, f"`{name}` has no steps", label="nothing runs")
        outputs, handlers = self.group_items(item, inner)
        own = self.group_settings(item, headers.place(name, head.inner, needs, head.failed), head.inner)
        return ir.Group(
            name,
            isinstance(item, s.For),
            head.loop,
            head.after,
            head.when,
            self.needed(name, needs, around),
            graph,
            outputs,
            handlers,
            own,
            item.doc if isinstance(item, s.Group) else "",
            item.span,
        )

    def with_lets(self, items: tuple[s.Item, ...], around: Around) -> Around:
        """Return what surrounds the items of a block with its `let`s, which are checked here."""
        inner = lets.with_lets(self.scope, items, around)
        if inner is not around:
            at = headers.place(None, inner, {})
            lets.check(self.scope.with_values(inner.values).at(at), inner.values)
        return inner

    def group_items(
        self, item: s.Group | s.For, inner: Around
    ) -> tuple[tuple[ir.GraphOutput, ...], tuple[ir.Handler, ...]]:
        """Lower what a group has beside steps: outputs and handlers."""
        scope = self.scope.with_values(inner.values).at(
            Place(None, inner.loops, inner.facts, handler=inner.handler)
        )
        outputs: list[ir.GraphOutput] = []
        handlers: list[ir.Handler] = []
        for part in item.block.items:
            match part:
                case s.Out() if isinstance(item, s.Group):
                    outputs.append(self.output(scope, part))
                case s.Handler():
                    handlers.append(self.group_handler(part, inner))
                case s.Step() | s.Group() | s.For() | s.If() | s.Let():
                    pass
                case s.Setting() if part.name.text in settings_table.OF_GROUP:
                    pass
                case _:
                    misplaced(scope, part, "a group" if isinstance(item, s.Group) else "a `for` block")
        return tuple(outputs), tuple(handlers)

    def group_settings(self, item: s.Group | s.For, place: Place, inner: Around) -> ir.Settings:
        """Lower the settings of a group; what they read, it waits for."""
        known = settings_table.OF_GROUP
        found = [p for p in item.block.items if isinstance(p, s.Setting) and p.name.text in known]
        if not found:
            return ir.Settings({})
        scope = self.scope.with_values(inner.values).at(place)
        return ir.Settings(settings.lower(scope, found, known, "a group"))

    def anonymous(self, item: s.For) -> str:
        """Return a name for a `for` block that no author can write."""
        names = [b.name.text for c in item.clauses if isinstance(c, s.ForClause) for b in c.bindings]
        base = f"for {' '.join(names)}"
        self.loops[base] = self.loops.get(base, 0) + 1
        return base if self.loops[base] == 1 else f"{base} {self.loops[base]}"

    def choice(self, item: s.If, around: Around) -> ir.Choice:
        """Lower an `if`."""
        exhaustive = item.branches[-1].condition is None
        needs: dict[str, ir.Need] = {}
        branches: list[tuple[ir.Expr | None, ir.Graph]] = []
        before: frozenset[Fact] = frozenset()
        for i, branch in enumerate(item.branches):
            condition: ir.Expr | None = None
            own: frozenset[Fact] = frozenset()
            if branch.condition is not None:
                known = around.facts | before
                place = Place(None, around.loops, known, handler=around.handler, needs=needs)
                condition = expressions.condition(
                    self.scope.with_values(around.values).at(place), branch.condition
                )
                own = conjuncts(fact(condition))
                written = Condition(own, None, branch.condition.span)
                headers.check_reachable(self.context, "this branch", around, known, written)
            arm = BranchOf(item.span.start, i, len(item.branches), exhaustive)
            span = branch.condition.span if branch.condition is not None else branch.span
            branches.append(
                (condition, self.branch(branch, around.under(Condition(own | before, arm, span))))
            )
            before |= otherwise(own)
        return ir.Choice(tuple(branches), tuple(needs.values()), item.span)

    def branch(self, item: s.Branch, inner: Around) -> ir.Graph:
        """Lower the steps of a branch."""
        inner = self.with_lets(item.block.items, inner)
        graph = self.graph(item.block.items, inner, item.block.span)
        if not graph.nodes:
            self.context.report(
                "empty-graph", item.block.span, "a branch without steps", label="nothing runs"
            )
        self.only_nodes(item.block, "a branch")
        return graph

    def only_nodes(self, block: s.Block, where: str) -> None:
        """Report what is neither a step nor a group nor a `let`."""
        for part in block.items:
            if not isinstance(part, (s.Step, s.Group, s.For, s.If, s.Let)):
                misplaced(self.scope, part, where)

    def output(self, scope: Scope, item: s.Out) -> ir.GraphOutput:
        """Lower `out name: T = value` of a group or pipeline."""
        name = item.name.text
        if item.type is None:
            self.context.report(
                "missing-type",
                item.name.span,
                f"`out {name}` needs a type",
                label=f"write `out {name}: T = …`",
            )
        kind = scope.module.type_of(item.type) if item.type is not None else UNKNOWN
        if item.value is None:
            self.context.report(
                "missing-value", item.span, f"`out {name}` needs a value here", label="which step's output?"
            )
            value: ir.Expr = ir.Literal("", UNKNOWN, item.span)
        else:
            value = expressions.declared(scope, item.value, kind)
            keys.refuse_key(scope, value, "an output")
        return ir.GraphOutput(name, kind, value, item.doc, item.name.span)

    def group_handler(self, item: s.Handler, around: Around) -> ir.Handler:
        """Lower a handler of a group."""
        if item.event.text not in HANDLED:
            self.context.report(
                "invalid-value",
                item.event.span,
                f"`on {item.event.text}` belongs to a step or pipeline",
                label=f"one of {', '.join(HANDLED)}",
            )
        return self.handler(item, around)

    def handler(self, item: s.Handler, around: Around) -> ir.Handler:
        """Lower a handler; in one of a step, the step's outputs are optional."""
        inner = around.in_handler(handler_name(item))
        outer = self.scope
        self.scope = outer.with_roots(
            {"run": {**outer.roots["run"], **run_values.RUN_RESULT}, "step": _IN_HANDLERS}
        )
        when = None
        meant = _ENDS_MEANT.get(item.event.text)
        if item.when is None and meant is not None:
            self.context.report(
                "invalid-value",
                item.event.span,
                f"a run does not end as `{item.event.text}`",
                label=f"one of {', '.join(HANDLED)}",
                fixes=(Fix(f"did you mean `{meant}`?", (Edit(item.event.span, meant),)),),
            )
        if item.when is not None:
            place = Place(None, inner.loops, inner.facts, handler=inner.handler)
            when = expressions.condition(self.scope.with_values(inner.values).at(place), item.when.condition)
        graph = self.graph(item.block.items, self.with_lets(item.block.items, inner), item.span)
        self.scope = outer
        if not graph.nodes:
            self.context.report(
                "empty-graph", item.event.span, f"`on {item.event.text}` has no steps", label="nothing runs"
            )
        self.only_nodes(item.block, "a handler")
        return ir.Handler(item.event.text, when, graph, item.span)
