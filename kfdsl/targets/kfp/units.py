"""The parts of a graph that run or are skipped as a whole, and which of them need a DAG around them.

Kubeflow starts a task only where all before it have succeeded: what is skipped takes all along that waits for
it. A DAG whose tasks are all skipped succeeds. So where somebody waits for a step whether it ran or not, the
step, and what may run only where it ran, get a DAG around them (kfp.md, S1, S2, A16).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kfdsl import ir, kinds
from kfdsl.lower import facts
from kfdsl.node import Node
from kfdsl.targets.common import usage
from kfdsl.targets.kfp.refusal import Refused

Member = ir.Step | ir.Group


class Conditional(Node):
    """A condition, and whether it must hold or must not."""

    expr: ir.Expr
    holds: bool

    @property
    def fact(self) -> facts.Fact:
        """What is known where it is met."""
        found = facts.fact(self.expr)
        return found if self.holds else facts.negated(found)


class Unit:
    """A part of a graph: a step, a group, or a branch of a choice; `conditions` tell when it runs.

    `around` numbers the DAG that it shares with others, None where it stands in the graph's own. `needs` are
    those of the choice that it is a branch of. `named` are the steps and groups in it, `hard` those outside
    without whose values it does not run, `soft` those that it waits for whether they ran or not, `waits`
    all that it waits for; `sized` tells
    that it is a loop whose list may be empty.
    """

    __slots__ = (
        "around",
        "choice",
        "conditions",
        "graph",
        "hard",
        "named",
        "needs",
        "node",
        "sized",
        "soft",
        "span",
        "waits",
    )

    def __init__(
        self, node: Member | None, graph: ir.Graph | None, conditions: tuple[Conditional, ...]
    ) -> None:
        """Take a node, or the graph of a branch."""
        self.node = node
        self.graph = graph
        self.conditions = conditions
        self.needs: tuple[ir.Need, ...] = ()
        self.choice: int | None = None
        self.around: int | None = None
        self.sized = False
        self.span = (
            node.span if node is not None else graph.span if graph is not None else conditions[0].expr.span
        )
        self.named: dict[str, None] = {}
        self.hard: dict[str, ir.Expr | ir.AfterStep] = {}
        self.soft: dict[str, ir.Order] = {}
        self.waits: dict[str, ir.Need] = {}

    @property
    def first(self) -> str:
        """The name of the first step in it, to name DAGs by."""
        if isinstance(self.node, ir.Step) or (self.node is not None and not self.node.anonymous):
            return self.node.name
        graph = self.node.graph if self.node is not None else self.graph
        found = next(graph.steps(), None) if graph is not None else None
        return found.name if found is not None else "steps"


def units(nodes: ir.Graph) -> list[Unit]:
    """Return the units of a graph in the order written; branches of one choice have its number."""
    made: list[Unit] = []
    for number, node in enumerate(nodes.nodes):
        if isinstance(node, ir.Choice):
            made += _branches(node, number)
            continue
        own = (Conditional(node.when, True),) if node.when is not None and node.loop is None else ()
        made.append(Unit(node, None, own))
    return made


def _branches(choice: ir.Choice, number: int) -> Iterator[Unit]:
    earlier: tuple[Conditional, ...] = ()
    for condition, branch in choice.branches:
        own = earlier if condition is None else (*earlier, Conditional(condition, True))
        unit = Unit(None, branch, own)
        unit.needs = choice.needs
        unit.choice = number if len(choice.branches) > 1 else None
        yield unit
        if condition is not None:
            earlier = (*earlier, Conditional(condition, False))


def find_names(unit: Unit) -> None:
    """Find the steps and groups in a unit."""
    waiting: list[ir.Step | ir.Group | ir.Choice] = [unit.node] if unit.node is not None else []
    waiting += unit.graph.nodes if unit.graph is not None else ()
    while waiting:
        node = waiting.pop()
        if isinstance(node, ir.Choice):
            waiting += [inner for _, branch in node.branches for inner in branch.nodes]
            continue
        unit.named[node.name] = None
        if isinstance(node, ir.Group):
            waiting += node.graph.nodes


def look_through(unit: Unit) -> None:
    """Find what a unit reads and waits for outside it."""
    _wait(unit, unit.needs)
    for one in usage.nodes((unit.node, unit.graph, tuple(one.expr for one in unit.conditions))):
        match one:
            case ir.OutputRef(step, _, kind) | ir.EachRef(step, _, kind) | ir.ItemOutputRef(step, type=kind):
                if step not in unit.named and not isinstance(kind, kinds.Optional):
                    unit.hard.setdefault(step, one)
            case ir.Step(after=order, needs=needs) | ir.Group(after=order, needs=needs):
                _wait(unit, needs)
                if order is not None:
                    _ordered(order, unit)
            case ir.Choice(_, needs):
                _wait(unit, needs)
            case _:
                pass


def _wait(unit: Unit, needs: tuple[ir.Need, ...]) -> None:
    for need in needs:
        if need.step not in unit.named:
            unit.waits.setdefault(need.step, need)


def _ordered(order: ir.Order, unit: Unit) -> None:
    match order:
        case ir.AfterStep(step, result):
            if step in unit.named:
                return
            if result == "succeeded":
                unit.hard.setdefault(step, order)
            elif result == "":
                unit.soft.setdefault(step, order)
        case _:
            for term in order.terms:
                _ordered(term, unit)


def gather(made: list[Unit], sets: Iterable[Iterable[Unit]] = ()) -> list[list[Unit]]:
    """Return the sets of units that get a DAG around them, and number the units by them.

    `sets` are those that share one anyway.

    Raises:
        Refused: a unit waits for one that it shares a DAG with, whether that ran or not.
    """
    for unit in made:
        look_through(unit)
    owners: dict[str, list[Unit]] = {}
    for unit in made:
        for name in unit.named:
            owners.setdefault(name, []).append(unit)
    choices: dict[int, dict[Unit, None]] = {}
    for unit in made:
        if unit.choice is not None:
            choices.setdefault(unit.choice, {})[unit] = None
    waits = _waits(made, owners)
    wanted = [*map(dict.fromkeys, sets), *choices.values(), *({owner: None} for _, owner, _ in waits)]
    links = _links(made, owners)
    closed = _merged([_closure(found, links) for found in wanted])
    for number, found in enumerate(closed):
        for unit in found:
            unit.around = number
    for unit, owner, order in waits:
        if unit.around is not None and unit.around == owner.around and name_of(owner) not in unit.hard:
            raise Refused(
                order.span if isinstance(order, ir.AfterStep) else unit.span,
                f"on Kubeflow, `{unit.first}` cannot wait for `{owner.first}` whether that ran or not, "
                "since one may run only where the other did",
                f"wait for its success: `after {owner.first}.succeeded`",
            )
    _check_order(made, owners)
    place = {unit: number for number, unit in enumerate(made)}
    return [sorted(found, key=place.__getitem__) for found in closed]


def _check_order(made: list[Unit], owners: dict[str, list[Unit]]) -> None:
    """Refuse sets whose DAG would wait for something outside that waits for it."""
    before: dict[object, dict[object, ir.Need]] = {}
    for unit in made:
        key = unit if unit.around is None else unit.around
        for name, need in unit.waits.items():
            for owner in owners.get(name, ()):
                other = owner if owner.around is None else owner.around
                if other != key:
                    before.setdefault(key, {})[other] = need
    done: set[object] = set()
    for start in list(before):
        _visit(start, before, done, [])


def _visit(
    key: object, before: dict[object, dict[object, ir.Need]], done: set[object], path: list[object]
) -> None:
    if key in done:
        return
    path.append(key)
    for other, need in before.get(key, {}).items():
        if other in path:
            raise Refused(
                need.span,
                "on Kubeflow, steps that run only where another did are started together with it: "
                f"`{need.step}` would wait for the step that waits for it",
                "let the step between not wait for what may be skipped",
            )
        _visit(other, before, done, path)
    path.pop()
    done.add(key)


def _waits(made: list[Unit], owners: dict[str, list[Unit]]) -> list[tuple[Unit, Unit, ir.Order]]:
    """Return who waits for what may be skipped, whether it ran or not."""
    return [
        (unit, owner, order)
        for unit in made
        for name, order in unit.soft.items()
        for owner in owners.get(name, ())
        if owner.conditions and owner is not unit
    ]


def _links(made: list[Unit], owners: dict[str, list[Unit]]) -> dict[Unit, list[Unit]]:
    """Return for each unit those that run only where it did, and those where it runs only if they did."""
    links: dict[Unit, list[Unit]] = {}
    for unit in made:
        for name in unit.hard:
            found = owners.get(name, ())
            if len(found) == 1 and found[0].conditions and found[0] is not unit:  # of several, a join is read
                links.setdefault(found[0], []).append(unit)
                links.setdefault(unit, []).append(found[0])
                _check(unit, found[0], unit.hard[name])
    return links


def name_of(unit: Unit) -> str:
    """Return the name of the step or group that a unit is, empty for a branch."""
    return unit.node.name if unit.node is not None else ""


def _check(unit: Unit, owner: Unit, reference: ir.Expr | ir.AfterStep) -> None:
    """Refuse a reader that may run where the conditional step that it reads does not: its group would end with it."""
    known: frozenset[facts.Fact] = frozenset()
    for one in unit.conditions:
        known |= facts.conjuncts(one.fact)
    if isinstance(unit.node, ir.Step) and unit.node.loop is None:
        return  # it has a condition that implies the other: the language has seen to it
    if all(facts.implied(one.fact, known) for one in owner.conditions):
        return
    raise Refused(
        reference.span,
        f"on Kubeflow, `{unit.first}` is not started at all where `{owner.first}` is skipped",
        f"put what reads it under the condition of `{owner.first}`, outside the loop or group",
    )


def _closure(start: dict[Unit, None], links: dict[Unit, list[Unit]]) -> dict[Unit, None]:
    """Return the units of a set with all that are linked with one of them."""
    found = dict(start)
    waiting = list(start)
    while waiting:
        for other in links.get(waiting.pop(), ()):
            if other not in found:
                found[other] = None
                waiting.append(other)
    return found


def _merged(sets: list[dict[Unit, None]]) -> list[dict[Unit, None]]:
    """Return the sets, those that share a unit made one."""
    found: dict[Unit, dict[Unit, None]] = {}
    for own in sets:
        merged = own
        for unit in list(own):
            other = found.get(unit)
            if other is not None and other is not merged:
                merged, small = (other, merged) if len(other) >= len(merged) else (merged, other)
                merged.update(small)
                found.update(dict.fromkeys(small, merged))
        found.update(dict.fromkeys(own, merged))
    return list({id(own): own for own in found.values()}.values())
