"""Graphs: steps, groups, branches and handlers of a pipeline."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from kfdsl import ir
from kfdsl import syntax as s
from kfdsl.kinds import INT, STRING, UNKNOWN, Kind, ListOf, Unknown, show
from kfdsl.lower import bodies, expressions, infos, interface, order, references, settings, steps
from kfdsl.lower.context import Edit, Fix, Label, did_you_mean
from kfdsl.lower.facts import BranchOf, Condition, Fact, conjuncts, contradict, fact, negated
from kfdsl.lower.infos import Around
from kfdsl.lower.scope import Place, Scope, Value
from kfdsl.source import Span

if TYPE_CHECKING:
    from kfdsl.lower.pipelines import Lowering

HANDLED = ("exit", "success", "failure")
_ENDS_MEANT = {
    "fail": "failure", "failed": "failure", "error": "failure", "succeeded": "success", "succeed": "success", "done": "exit",
    "finally": "exit", "always": "exit", "finish": "exit", "finished": "exit", "completion": "exit",
}  # fmt: skip


class Graphs:
    """Lowers the graph of one pipeline; `scope` has its values and steps, `defaults` what reaches its steps."""

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

    # ---- headers

    def place(
        self,
        step: str | None,
        around: Around,
        needs: dict[str, ir.Need],
        failed: frozenset[str] = frozenset(),
    ) -> Place:
        """Return the place of something inside `around`."""
        return Place(step, around.loops, around.facts, failed=failed, handler=around.handler, needs=needs)

    def header(
        self, item: s.Step | s.Group | s.For, name: str, around: Around, needs: dict[str, ir.Need]
    ) -> Header:
        """Lower the clauses of a step or group."""
        scope = self.scope.with_values(around.values).at(self.place(name, around, needs))
        self.once(item)
        after = order.lower(scope, [c for c in item.clauses if isinstance(c, s.After)])
        failed = order.may_have_failed(after)
        scope = scope.at(self.place(name, around, needs, failed))
        inner, loop = around, None
        for clause in item.clauses:
            if isinstance(clause, s.ForClause):
                loop, values = self.loop(scope, clause)
                inner = Around(
                    (*around.loops, infos.loop_name(item)),
                    around.conditions,
                    around.handler,
                    around.groups,
                    {**around.values, **values},
                )
        when = None
        for clause in item.clauses:
            if isinstance(clause, s.When):
                inside = self.scope.with_values(inner.values).at(self.place(name, inner, needs, failed))
                when = expressions.condition(inside, clause.condition)
                own = conjuncts(fact(when))
                self.reachable(name, inner, inner.facts, own, clause.condition.span)
                inner = Around(
                    inner.loops,
                    (*inner.conditions, Condition(own, None, clause.span)),
                    inner.handler,
                    inner.groups,
                    inner.values,
                )
        return Header(after, loop, when, inner, failed)

    def once(self, item: s.Step | s.Group | s.For) -> None:
        """Report clauses that are given twice."""
        seen: dict[type, s.Clause] = {}
        for clause in item.clauses:
            first = seen.setdefault(type(clause), clause)
            if first is not clause:
                word = clause.span.text.split(maxsplit=1)[0]
                self.context.report(
                    "duplicate-key",
                    Span(clause.span.source, clause.span.start, clause.span.start + len(word)),
                    f"`{word}` is said twice",
                    label="again here",
                    labels=(Label(first.span, "first here"),),
                )

    def reachable(
        self, name: str, around: Around, known: frozenset[Fact], own: frozenset[Fact], span: Span
    ) -> None:
        """Report a condition that can never hold."""
        false = ("literal", "bool", False)
        if false in own or contradict(known | own):
            what = f"`{name}`" if " " not in name else name
            labels = tuple(
                Label(c.span, "holds here") for c in around.conditions if contradict(c.facts | own)
            )
            self.context.report(
                "unreachable-step", span, f"{what} can never run", label="never holds here", labels=labels
            )

    def loop(self, scope: Scope, clause: s.ForClause) -> tuple[ir.Loop, dict[str, Value]]:
        """Lower a `for`."""
        variables: list[tuple[str, ir.Expr, Kind]] = []
        values: dict[str, Value] = {}
        for binding in clause.bindings:
            lowered = expressions.present(scope, expressions.lower(scope, binding.values))
            kind: Kind = UNKNOWN
            if isinstance(lowered.type, ListOf):
                kind = lowered.type.item
            elif not isinstance(lowered.type, Unknown):
                self.context.report(
                    "type-mismatch",
                    lowered.span,
                    f"a loop runs over a list, this is `{show(lowered.type)}`",
                    label=f"gives a `{show(lowered.type)}`",
                )
            if binding.name.text in values:
                self.context.report(
                    "duplicate-name",
                    binding.name.span,
                    f"two loop variables are called `{binding.name.text}`",
                    label="again here",
                )
            variables.append((binding.name.text, lowered, kind))
            values[binding.name.text] = infos.loop_value(binding.name, kind)
        at_most: ir.Expr | None = None
        key: ir.Expr | None = None
        for option in clause.options:
            if option.name.text == "at_most":
                at_most = scope.module.fold(expressions.value(scope, option.value, INT))
                if isinstance(at_most, ir.Literal) and isinstance(at_most.value, int) and at_most.value < 1:
                    self.context.report(
                        "invalid-value",
                        at_most.span,
                        "at least one item runs at a time",
                        label="must be 1 or more",
                    )
            elif option.name.text == "key":
                key = expressions.text(scope.with_values(values), option.value)
            else:
                self.context.report(
                    "unknown-setting",
                    option.name.span,
                    f"a loop has no option `{option.name.text}`",
                    label="known: at_most, key",
                    fixes=did_you_mean(option.name.text, ("at_most", "key"), option.name.span),
                )
        if not variables:
            self.context.report(
                "missing-value",
                clause.span,
                "a loop has a variable and a list: `for x in xs`",
                label="over what?",
            )
        return ir.Loop(tuple(variables), at_most, key, clause.span), values

    # ---- nodes

    def step(self, item: s.Step, around: Around) -> ir.Step:
        """Lower a step."""
        needs: dict[str, ir.Need] = {}
        head = self.header(item, item.name.text, around, needs)
        scope = self.scope.with_values(head.inner.values).at(
            self.place(item.name.text, head.inner, needs, head.failed)
        )
        target, arguments, merged = steps.Steps(self).target(scope, item)
        handlers = tuple(
            self.step_handler(h, head.inner, item.name.text)
            for h in interface.items_of(item.block)
            if isinstance(h, s.Handler)
        )
        needed = tuple(n for n in needs.values() if not self.is_around(n.step, around))
        self.inside_itself(item.name.text, needs, around)
        return ir.Step(
            item.name.text,
            target,
            arguments,
            ir.Settings(merged),
            head.loop,
            head.after,
            head.when,
            needed,
            handlers,
            item.doc,
            item.span,
            item.name.span,
        )

    def is_around(self, step: str, around: Around) -> bool:
        """Tell whether a name is that of a group around."""
        return step in around.groups

    def inside_itself(self, name: str, needs: dict[str, ir.Need], around: Around) -> None:
        """Report a step that waits for the group it stands in."""
        for need in needs.values():
            if need.step in around.groups:
                self.context.report(
                    "dependency-cycle",
                    need.span,
                    f"`{name}` stands in `{need.step}` and waits for it",
                    label="waits for its own group",
                    labels=(Label(self.scope.steps[need.step].span, "the group"),),
                )

    def group(self, item: s.Group | s.For, around: Around) -> ir.Group:
        """Lower a group or `for`."""
        name = item.name.text if isinstance(item, s.Group) else self.anonymous(item)
        needs: dict[str, ir.Need] = {}
        head = self.header(item, name, around, needs)
        inner = head.inner
        if isinstance(item, s.Group):
            inner = Around(inner.loops, inner.conditions, inner.handler, (*inner.groups, name), inner.values)
        graph = self.graph(item.block.items, inner, item.span)
        if not graph.nodes:
            where = item.name.span if isinstance(item, s.Group) else item.clauses[0].span
            self.context.report("empty-graph", where, f"`{name}` has no steps", label="nothing runs")
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
                    handlers.append(self.handler(part, inner, name))
                case s.Step() | s.Group() | s.For() | s.If():
                    pass
                case s.Setting() if part.name.text in ("parallelism", "fail_fast", "continue_on"):
                    settings.lower(scope, [part], settings.STEP, "a group")
                case _:
                    bodies.misplaced(scope, part, "a group" if isinstance(item, s.Group) else "a `for` block")
        self.inside_itself(name, needs, around)
        doc = item.doc if isinstance(item, s.Group) else ""
        needed = tuple(n for n in needs.values() if n.step not in around.groups)
        return ir.Group(
            name,
            isinstance(item, s.For),
            head.loop,
            head.after,
            head.when,
            needed,
            graph,
            tuple(outputs),
            tuple(handlers),
            doc,
            item.span,
        )

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
                place = Place(None, around.loops, around.facts | before, handler=around.handler, needs=needs)
                condition = expressions.condition(
                    self.scope.with_values(around.values).at(place), branch.condition
                )
                own = conjuncts(fact(condition))
                self.reachable("this branch", around, around.facts | before, own, branch.condition.span)
            arm = BranchOf(item.span.start, i, len(item.branches), exhaustive)
            inner = Around(
                around.loops,
                (
                    *around.conditions,
                    Condition(own | before, arm, branch.condition.span if branch.condition else branch.span),
                ),
                around.handler,
                around.groups,
                around.values,
            )
            graph = self.graph(branch.block.items, inner, branch.block.span)
            if not graph.nodes:
                self.context.report(
                    "empty-graph", branch.block.span, "a branch without steps", label="nothing runs"
                )
            for part in branch.block.items:
                if not isinstance(part, (s.Step, s.Group, s.For, s.If)):
                    bodies.misplaced(self.scope, part, "a branch")
            branches.append((condition, graph))
            before |= frozenset((negated(_joined(own)),)) if own else frozenset()
        return ir.Choice(tuple(branches), tuple(needs.values()), item.span)

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
            value = expressions.value(scope, item.value, kind)
            references.refuse_key(scope, value, "an output")
        return ir.GraphOutput(name, kind, value, item.doc, item.name.span)

    # ---- handlers

    def handler(self, item: s.Handler, around: Around, owner: str) -> ir.Handler:
        """Lower a handler of a pipeline or group."""
        if item.event.text not in HANDLED and owner:
            self.context.report(
                "invalid-value",
                item.event.span,
                f"`on {item.event.text}` belongs to a step or pipeline",
                label=f"one of {', '.join(HANDLED)}",
            )
        return self.handled(item, around)

    def step_handler(self, item: s.Handler, around: Around, step: str) -> ir.Handler:
        """Lower a handler of a step, in which the step's outputs are optional."""
        return self.handled(item, around)

    def handled(self, item: s.Handler, around: Around) -> ir.Handler:
        inner = Around(
            around.loops, around.conditions, infos.handler_name(item), around.groups, around.values
        )
        roots: dict[str, Mapping[str, Kind]] = {
            "run": {**steps.RUN, **steps.RUN_RESULT},
            "step": {"status": STRING, "name": STRING},
        }
        outer = self.scope
        self.scope = outer.with_roots(roots)
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
        graph = self.graph(item.block.items, inner, item.span)
        self.scope = outer
        if not graph.nodes:
            self.context.report(
                "empty-graph", item.event.span, f"`on {item.event.text}` has no steps", label="nothing runs"
            )
        for part in item.block.items:
            if not isinstance(part, (s.Step, s.Group, s.For, s.If)):
                bodies.misplaced(self.scope, part, "a handler")
        return ir.Handler(item.event.text, when, graph, item.span)


class Header:
    """The clauses of a step or group, and what surrounds its inside."""

    __slots__ = ("after", "failed", "inner", "loop", "when")

    def __init__(
        self,
        after: ir.Order | None,
        loop: ir.Loop | None,
        when: ir.Expr | None,
        inner: Around,
        failed: frozenset[str],
    ) -> None:
        """Keep them."""
        self.after = after
        self.loop = loop
        self.when = when
        self.inner = inner
        self.failed = failed


def _joined(facts: frozenset[Fact]) -> Fact:
    ordered = sorted(facts, key=repr)
    joined = ordered[0]
    for one in ordered[1:]:
        joined = ("binary", "and", joined, one)
    return joined
