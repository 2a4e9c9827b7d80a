"""What reads a value that may be absent: twice, where it is there and where it is not (kfp.md, A18, A23).

Kubeflow has no value for "absent": a task whose input was not made fails. So a step that reads `a.x ?? 0`,
`present(a.x)` or an optional `in x = a.x` becomes two, one under the condition of `a`, one under its contrary;
what they make is joined. A loop over a list that may be empty is such a step `a` for those who gather from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from kfdsl import ir, kinds
from kfdsl.node import Node, replace
from kfdsl.targets.common import usage
from kfdsl.targets.common.constants import NotConstant, constant
from kfdsl.targets.kfp.dag import Frame
from kfdsl.targets.kfp.mapping import UNCHANGED, Unchanged, mapped
from kfdsl.targets.kfp.refusal import Refused
from kfdsl.targets.kfp.units import Conditional, Member, Unit, find_names, units

MOST: Final = 2
"""Independent conditions by which a step may become copies."""


def uncertain(unit: Unit, owners: Mapping[str, list[Unit]]) -> dict[str, ir.Expr]:
    """Return the steps outside a unit of which it reads what may be absent, or gathers what may be nothing."""
    found: dict[str, ir.Expr] = {}
    if unit.node is None:
        return found
    for one in usage.nodes(unit.node):
        match one:
            case ir.OutputRef(step, type=kinds.Optional()) if step in owners and step not in unit.named:
                found.setdefault(step, one)
            case ir.EachRef(step) | ir.ItemOutputRef(step) if step not in unit.named:
                if any(owner.sized for owner in owners.get(step, ())):
                    found.setdefault(step, one)
            case _:
                pass
    return found


def joins(root: object) -> set[str]:
    """Return the steps of `a.x ?? b.x` of which always one runs: the branches of a choice."""
    found: set[str] = set()
    for one in usage.nodes(root):
        steps = joined(one)
        found.update(steps)
    return found


def reads_artifacts(step: ir.Step) -> bool:
    """Tell whether a step reads a list of artifacts, of which the engine hands one alone into a DAG."""
    return any(isinstance(one, ir.EachRef) and kinds.is_artifact(one.type) for one in usage.nodes(step))


def gathered(root: object) -> set[str]:
    """Return the steps whose outputs are gathered from loops."""
    return {one.step for one in usage.nodes(root) if isinstance(one, (ir.EachRef, ir.ItemOutputRef))}


def joined(expr: object) -> tuple[str, ...]:
    """Return the steps of a chain of outputs of which one is there for sure; none for another expression."""
    if not isinstance(expr, ir.Binary) or expr.operator != "??" or isinstance(expr.type, kinds.Optional):
        return ()
    found: list[str] = []
    waiting: list[ir.Expr] = [expr]
    while waiting:
        one = waiting.pop(0)
        if isinstance(one, ir.Binary) and one.operator == "??":
            waiting = [one.left, one.right, *waiting]
        elif isinstance(one, ir.OutputRef) and isinstance(one.type, kinds.Optional):
            found.append(one.step)
        else:
            return ()
    return tuple(found)


def certain(item: Member, present: Mapping[str, bool]) -> Member:
    """Return a step or group where it is known of other steps whether they have run.

    Raises:
        Refused: it needs a value that is not there.
    """
    made: Member = mapped(item, _Known(present).change)
    needs = tuple(need for need in made.needs if present.get(need.step, True))
    return replace(made, needs=needs, after=_without(made.after, present))


class _Known:
    """Replaces what depends on whether steps have run."""

    def __init__(self, present: Mapping[str, bool]) -> None:
        self.present = present

    def change(self, node: Node) -> Node | Unchanged | None:
        """Return what stands for a node."""
        match node:
            case ir.OutputRef(step, _, kinds.Optional(kind)) if step in self.present:
                return replace(node, type=kind) if self.present[step] else None
            case ir.EachRef(step, _, kind) if not self.present.get(step, True):
                return None if kinds.is_artifact(kind) else ir.ListExpr((), kind, node.span)
            case ir.Binary("??"):
                return self._either(node)
            case ir.FunctionCall("present", (ir.OutputRef(step),)) if step in self.present:
                return ir.Literal(self.present[step], kinds.BOOL, node.span)
            case ir.Binary("and" | "or") | ir.Unary("not"):
                return self._folded(node)
            case _:
                return UNCHANGED

    def _either(self, node: ir.Binary) -> Node | None:
        left: ir.Expr | None = mapped(node.left, self.change)
        if left is None:
            return mapped(node.right, self.change)  # type: ignore[no-any-return]  # a node or None
        if left is not node.left and not isinstance(left.type, kinds.Optional):
            return left
        right = mapped(node.right, self.change)
        if right is None:
            return left
        return node if left is node.left and right is node.right else replace(node, left=left, right=right)

    def _folded(self, node: ir.Binary | ir.Unary) -> Node | None:
        if isinstance(node, ir.Unary):
            operand = mapped(node.operand, self.change)
            if isinstance(operand, ir.Literal):
                return ir.Literal(not operand.value, kinds.BOOL, node.span)
            return node if operand is node.operand else replace(node, operand=operand)
        left, right = mapped(node.left, self.change), mapped(node.right, self.change)
        deciding = node.operator == "or"
        for one, other in ((left, right), (right, left)):
            if isinstance(one, ir.Literal):
                return one if one.value is deciding else other
        if left is node.left and right is node.right:
            return node
        return replace(node, left=left, right=right)


def _without(order: ir.Order | None, present: Mapping[str, bool]) -> ir.Order | None:
    """Return an order without the steps that have not run."""
    match order:
        case None:
            return None
        case ir.AfterStep(step):
            return order if present.get(step, True) else None
        case _:
            terms = tuple(one for one in (_without(term, present) for term in order.terms) if one is not None)
            return replace(order, terms=terms) if terms else None


def presence(step: str, owners: list[Unit], reference: ir.Expr) -> ir.Expr:
    """Return the condition under which a step runs.

    Raises:
        Refused: it cannot be said in one condition.
    """
    if len(owners) != 1:
        raise Refused(
            reference.span, f"on Kubeflow, whether `{step}` has run hangs on more than one condition",
            "bring the conditions together in a step between",
        )  # fmt: skip
    (owner,) = owners
    graph = owner.node.graph if isinstance(owner.node, ir.Group) else owner.graph
    if (owner.node is None or owner.node.name != step) and not owner.sized:
        direct = graph is not None and any(
            not isinstance(node, ir.Choice) and node.name == step and node.when is None
            for node in graph.nodes
        )
        if not direct:
            raise Refused(
                reference.span,
                f"on Kubeflow, whether `{step}` has run can be asked only beside it, not from outside its group",
            )
    made: ir.Expr | None = None
    for one in owner.conditions:
        term = one.expr if one.holds else ir.Unary("not", one.expr, kinds.BOOL, one.expr.span)
        made = term if made is None else ir.Binary("and", made, term, kinds.BOOL, reference.span)
    if made is None:
        raise Refused(reference.span, f"on Kubeflow, nobody is told whether `{step}` has run")
    return made


def split(unit: Unit, owners: Mapping[str, list[Unit]]) -> list[Unit]:
    """Return the copies of a unit, itself where it reads nothing that may be absent."""
    return _split(unit, owners, (), frozenset())


def _split(
    unit: Unit, owners: Mapping[str, list[Unit]], known: tuple[Conditional, ...], settled: frozenset[str]
) -> list[Unit]:
    node = unit.node
    absent = uncertain(unit, owners)
    for name in settled | (joins(node) if node is not None and absent else frozenset()):
        absent.pop(name, None)
    if node is None or not absent:
        return [_copy(unit, known)] if known else [unit]
    step, reference = next(iter(absent.items()))
    if len(known) >= MOST:
        raise Refused(
            reference.span,
            f"on Kubeflow, `{unit.first}` would become {2 ** (MOST + 1)} copies, since it reads values that may "
            "be absent by more than two conditions",
            "bring them together in a step between",
        )
    condition = presence(step, owners[step], reference)
    runs = [owner.conditions for owner in owners[step]]
    together = [name for name in absent if [owner.conditions for owner in owners[name]] == runs]
    made: list[Unit] = []
    for there in (True, False):
        one = Unit(certain(node, dict.fromkeys(together, there)), None, unit.conditions)
        one.named, one.sized = unit.named, unit.sized
        if one.node is not None and one.node.loop is None:
            _reconsider(one)
        if not _never(one):
            made += _split(one, owners, (*known, Conditional(condition, there)), settled | set(together))
    return made


def _reconsider(unit: Unit) -> None:
    """Take the condition of the node again: parts of it may be known now."""
    node = unit.node
    if node is None:
        return
    when = node.when
    if isinstance(when, ir.Literal) and when.value is True:
        unit.node = replace(node, when=None)
        when = None
    unit.conditions = (Conditional(when, holds=True),) if when is not None else ()


def _never(unit: Unit) -> bool:
    """Tell whether a copy has nothing to do: its condition is false, or its loop has no items."""
    if any(isinstance(one.expr, ir.Literal) and one.expr.value is False for one in unit.conditions):
        return True
    loop = unit.node.loop if unit.node is not None else None
    return loop is not None and any(constant(items) == [] for _, items, _ in loop.variables)


def _copy(unit: Unit, known: tuple[Conditional, ...]) -> Unit:
    made = Unit(unit.node, unit.graph, (*known, *unit.conditions))
    made.named, made.sized = unit.named, unit.sized
    return made


def size_loops(made: list[Unit], gathered: set[str]) -> None:
    """Give loops over lists that may be empty a condition, where somebody gathers from them."""
    for unit in made:
        loop = unit.node.loop if unit.node is not None else None
        if loop is None or not unit.named.keys() & gathered:
            continue
        for _, items, _ in loop.variables:
            if isinstance(constant(items), NotConstant):
                unit.sized = True
                if not isinstance(items, ir.EachRef):  # what is gathered brings its own condition
                    size = ir.FunctionCall("len", (items,), kinds.INT, items.span)
                    zero = ir.Literal(0, kinds.INT, items.span)
                    some = ir.Binary(">", size, zero, kinds.BOOL, items.span)
                    unit.conditions = (*unit.conditions, Conditional(some, holds=True))


def copied(graph: ir.Graph, frame: Frame) -> tuple[list[Unit], list[list[Unit]]]:
    """Return the units of a graph, copies made, and those that share a DAG since they were one."""
    made = units(graph)
    for unit in made:
        find_names(unit)
    size_loops(made, frame.gathered)
    owners: dict[str, list[Unit]] = {}
    for unit in made:
        owners |= {name: [unit] for name in unit.named}
    final: list[Unit] = []
    shared: list[list[Unit]] = []
    for unit in made:
        copies = split(unit, owners)
        if copies != [unit]:
            read = [owner for name in uncertain(unit, owners) for owner in owners[name]]
            shared.append([*read, *copies])
            owners |= dict.fromkeys(unit.named, copies)
        final += copies
    return final, shared
