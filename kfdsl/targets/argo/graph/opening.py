"""Groups that are no DAG of their own: those whose border a result is asked for across.

A DAG that fails gives nothing to its call, so nobody outside learns how a step in it has ended. Where
`after x.failed` and its like cross the border of a group, the steps of the group stand in the DAG around it,
under the condition and order of the group. A loop cannot be opened so, nor can a group with settings, handlers
or outputs, or one whose own result is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from kfdsl import ir
from kfdsl.node import replace
from kfdsl.targets.argo.graph.results import named

Member: TypeAlias = "ir.Step | ir.Group"
Path: TypeAlias = "tuple[ir.Group, ...]"


def opened(graph: ir.Graph) -> ir.Graph:
    """Return the graph with the groups opened whose steps are asked for their results across the border."""
    members = list(_members(graph, ()))
    asked = [(path, named(node.after)) for node, path in members if node.after is not None]
    if not any(results for _, results in asked):
        return graph
    paths = {node.name: path for node, path in members}
    results = {name for _, found in asked for name in found}
    chosen: dict[str, ir.Group] = {}
    for path, found in asked:
        for name in found:
            crossed = [group for group in paths.get(name, ()) if group not in path]
            crossed += [group for group in path if group not in paths.get(name, ())]
            chosen |= {group.name: group for group in crossed if _can_open(group, results)}
    if not chosen:
        return graph
    return _Opening(chosen).graph(graph)


def _members(graph: ir.Graph, path: Path) -> Iterator[tuple[Member, Path]]:
    """Yield the steps and groups of a graph, each with the groups around it."""
    for node in graph.nodes:
        if isinstance(node, ir.Choice):
            for _, branch in node.branches:
                yield from _members(branch, path)
            continue
        yield node, path
        if isinstance(node, ir.Group):
            yield from _members(node.graph, (*path, node))


def _can_open(group: ir.Group, results: set[str]) -> bool:
    own = group.loop or group.handlers or group.settings.values or group.outputs
    return not own and group.name not in results


class _Opening:
    """Rewrites a graph without some of its groups."""

    def __init__(self, groups: dict[str, ir.Group]) -> None:
        self.groups = groups
        self.ends: dict[str, tuple[str, ...]] = {}

    def graph(self, graph: ir.Graph) -> ir.Graph:
        """Return a graph whose opened groups have given their steps to it."""
        nodes: list[ir.Step | ir.Group | ir.Choice] = []
        for node in graph.nodes:
            match node:
                case ir.Choice(branches):
                    inner = tuple((condition, self.graph(branch)) for condition, branch in branches)
                    nodes.append(replace(node, branches=inner, needs=self._needs(node.needs)))
                case ir.Group(name) if name in self.groups:
                    nodes += self._opened(node)
                case ir.Group(graph=own):
                    nodes.append(self._member(replace(node, graph=self.graph(own))))
                case ir.Step():
                    nodes.append(self._member(node))
        return replace(graph, nodes=tuple(nodes))

    def _member(self, node: Member) -> Member:
        after = self._order(node.after) if node.after is not None else None
        return replace(node, after=after, needs=self._needs(node.needs))

    def _opened(self, group: ir.Group) -> tuple[ir.Step | ir.Group | ir.Choice, ...]:
        inner = self.graph(group.graph)
        order, needs = self._order(group.after) if group.after else None, self._needs(group.needs)
        inner = _behind(inner, order, needs)
        if group.when is None:
            return inner.nodes
        return (ir.Choice(((group.when, inner),), needs, group.span),)

    def _needs(self, needs: tuple[ir.Need, ...]) -> tuple[ir.Need, ...]:
        found: dict[str, ir.Need] = {}
        for need in needs:
            names = self._ends(need.step) if need.step in self.groups else (need.step,)
            for name in names:
                found.setdefault(name, need if name == need.step else replace(need, step=name))
        return tuple(found.values())

    def _order(self, order: ir.Order) -> ir.Order:
        match order:
            case ir.AfterStep(step) if step in self.groups:
                return ir.AfterAll(tuple(ir.AfterStep(name, "", order.span) for name in self._ends(step)))
            case ir.AfterStep():
                return order
            case _:
                return replace(order, terms=tuple(self._order(term) for term in order.terms))

    def _ends(self, name: str) -> tuple[str, ...]:
        """Return the steps that must have ended well for a group: those for which no other in it waits."""
        if name not in self.ends:
            members = dict(self._inside(self.groups[name].graph))
            waited = {
                need
                for node in members.values()
                for need in (need.step for need in node.needs)
                if need not in named(node.after)
            }
            for other in waited & self.groups.keys():
                waited |= set(self._ends(other))
            self.ends[name] = tuple(member for member in members if member not in waited)
        return self.ends[name]

    def _inside(self, graph: ir.Graph) -> Iterator[tuple[str, Member]]:
        for node in graph.nodes:
            if isinstance(node, ir.Choice):
                for _, branch in node.branches:
                    yield from self._inside(branch)
            elif isinstance(node, ir.Group) and node.name in self.groups:
                yield from self._inside(node.graph)
            else:
                yield node.name, node


def _behind(graph: ir.Graph, order: ir.Order | None, needs: tuple[ir.Need, ...]) -> ir.Graph:
    """Return a graph whose nodes wait for what their group has waited for."""
    if not needs and order is None:
        return graph
    return replace(graph, nodes=tuple(_node_behind(node, order, needs) for node in graph.nodes))


def _node_behind(
    node: ir.Step | ir.Group | ir.Choice, order: ir.Order | None, needs: tuple[ir.Need, ...]
) -> ir.Step | ir.Group | ir.Choice:
    known = {need.step for need in node.needs}
    all_needs = (*node.needs, *(need for need in needs if need.step not in known))
    if isinstance(node, ir.Choice):
        inner = tuple((condition, _behind(branch, order, needs)) for condition, branch in node.branches)
        return replace(node, branches=inner, needs=all_needs)
    if order is None:
        return replace(node, needs=all_needs)
    after = order if node.after is None else ir.AfterAll((node.after, order))
    return replace(node, after=after, needs=all_needs)
