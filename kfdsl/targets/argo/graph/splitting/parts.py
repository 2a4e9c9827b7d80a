"""Parts of a DAG: which of its tasks have to stay together, and how they move into a DAG of their own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kfdsl import ir, kinds
from kfdsl.targets.argo import expressions, names
from kfdsl.targets.argo.graph import records, results
from kfdsl.targets.argo.graph.splitting.modules import Module, Reduction
from kfdsl.targets.argo.scopes.scope import Scope
from kfdsl.targets.argo.scopes.tasks import Home, Task


class Units:
    """The tasks of a DAG by number, in groups that have to stay together.

    Tasks of which one asks for the result of another, and what stands between them, are one group.
    `edges` lead from a task to one that waits for it; `stays` are tasks that no part may hold.
    """

    __slots__ = ("before", "edges", "groups", "stays")

    def __init__(self, scope: Scope) -> None:
        """Look at what each task waits for."""
        numbers = {id(task): number for number, task in enumerate(scope.tasks)}
        self.before: list[list[int]] = []
        bonds: list[tuple[int, int]] = []
        for number, task in enumerate(scope.tasks):
            self.before.append([numbers[id(early)] for early in needed(task, task.needs)])
            bonds += [(number, numbers[id(other)]) for other in needed(task, _bound(task.node))]
        self.edges = [(early, late) for late, row in enumerate(self.before) for early in row]
        self.groups = _together(self.before, bonds)
        self.stays = {numbers[id(task)] for task in needed(None, _chosen(scope), scope)}
        self.stays |= {number for number, task in enumerate(scope.tasks) if _is_daemon(task.node)}

    def _starts_as_one(self, group: list[int]) -> bool:
        """Tell whether the first tasks of a group wait for the same tasks outside, the others for no more."""
        inside = set(group)
        around = [frozenset(self.before[number]) - inside for number in group]
        firsts = {
            waits
            for number, waits in zip(group, around, strict=True)
            if waits.issuperset(self.before[number])
        }
        return len(firsts) == 1 and all(waits <= next(iter(firsts)) for waits in around)

    def reduction(self) -> Reduction:
        """Return the graph with the smallest modules: a group that others wait for is left as its tasks."""
        place = {number: position for position, group in enumerate(self.groups) for number in group}
        followed = {place[early] for early, late in self.edges if place[early] != place[late]}
        made: list[Module] = []
        own: dict[int, int] = {}
        for position, group in enumerate(self.groups):
            stays = not self.stays.isdisjoint(group)
            apart = len(group) > 1 and (stays or position in followed or not self._starts_as_one(group))
            for tasks in [(number,) for number in group] if apart else [tuple(group)]:
                own |= dict.fromkeys(tasks, len(made))
                made.append(Module("unit", tasks=tasks, is_fixed=apart, stays=stays))
        return Reduction(made, ((own[early], own[late]) for early, late in self.edges))


def needed(task: Task | None, names: Iterable[str], scope: Scope | None = None) -> list[Task]:
    """Return the tasks of a DAG that run some steps, each once, the task itself left out."""
    own = task.scope if task is not None else scope
    found: dict[int, Task] = {}
    if own is not None:
        for name in names:
            other = own.task_of(name) if name in own.frame.homes else None
            if other is not None and other is not task:
                found[id(other)] = other
    return list(found.values())


def _bound(node: ir.Step | ir.Group) -> Iterator[str]:
    """Yield the steps whose results a step asks for by name, or by an artifact that may be missing."""
    yield from results.named(node.after)
    if isinstance(node, ir.Group):
        for inner in node.graph.nodes:
            for one in [inner] if not isinstance(inner, ir.Choice) else _inside(inner):
                yield from _bound(one)
        return
    for _, value in node.arguments:
        if kinds.is_artifact(value.type) and (
            isinstance(value, ir.Binary) or isinstance(value.type, kinds.Optional)
        ):
            yield from (part.step for part in ir.walk(value) if isinstance(part, ir.OutputRef))


def _inside(choice: ir.Choice) -> Iterator[ir.Step | ir.Group]:
    for _, graph in choice.branches:
        for node in graph.nodes:
            yield from _inside(node) if isinstance(node, ir.Choice) else (node,)


def _chosen(scope: Scope) -> Iterator[str]:
    """Yield the steps one of which makes an artifact that the graph gives out."""
    node = scope.task.node if scope.task is not None else None
    outputs = scope.frame.pipeline.outputs if scope.task is None else ()
    for entry in node.outputs if isinstance(node, ir.Group) else outputs:
        if kinds.is_artifact(entry.type) and isinstance(entry.value, ir.Binary):
            yield from (part.step for part in ir.walk(entry.value) if isinstance(part, ir.OutputRef))


def _is_daemon(node: ir.Step | ir.Group) -> bool:
    """Tell whether a step runs until its DAG ends: then nothing that reads its address may stand around it."""
    return (
        isinstance(node, ir.Step)
        and isinstance(node.call, ir.Body)
        and (node.settings.expr("daemon") is not None or node.call.settings.expr("daemon") is not None)
    )


def _together(edges: list[list[int]], bonds: list[tuple[int, int]]) -> list[list[int]]:
    """Return the numbers in groups, in order: what is bound is in one, and what stands between."""
    if not bonds:
        return [[number] for number in range(len(edges))]
    both: list[set[int]] = [set(row) for row in edges]
    for a, b in bonds:
        both[a].add(b)
        both[b].add(a)
    return sorted(sorted(group) for group in _cycles(both))


def _cycles(edges: list[set[int]]) -> Iterator[list[int]]:
    """Yield the strongly connected components of a graph (Tarjan's algorithm, without recursion)."""
    index: dict[int, int] = {}
    low: dict[int, int] = {}
    stack: list[int] = []
    held: set[int] = set()
    for root in range(len(edges)):
        if root in index:
            continue
        work = [(root, iter(edges[root]))]
        index[root] = low[root] = len(index)
        stack.append(root)
        held.add(root)
        while work:
            number, rest = work[-1]
            following = next(rest, None)
            if following is None:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[number])
                if low[number] == index[number]:
                    group = stack[stack.index(number) :] if stack[-1] != number else [number]
                    del stack[-len(group) :]
                    held.difference_update(group)
                    yield group
            elif following not in index:
                index[following] = low[following] = len(index)
                stack.append(following)
                held.add(following)
                work.append((following, iter(edges[following])))
            elif following in held:
                low[number] = min(low[number], index[following])


def nest(scope: Scope, tasks: list[Task]) -> Task:
    """Return a new task of a DAG that calls a DAG of its own with the tasks; the DAG's list stays as it is."""
    name = f"{tasks[0].name.split('-to-')[0]}-to-{tasks[-1].name.split('-to-')[-1]}"
    outer = stand_in(scope, name, tasks[0])
    inner = Scope(scope.frame, outer.name, outer, outer.span, expressions.argument, records.code)
    inner.is_part = True
    inner.tasks = tasks
    inner.taken_tasks = {task.name for task in tasks}
    outer.inner = inner
    for task in tasks:
        task.scope = inner
    return outer


def stand_in(scope: Scope, name: str, like: Task) -> Task:
    """Return a task that runs no step of the author; it is not listed in its DAG."""
    own = names.unique(names.task_name(name), scope.taken_tasks)
    scope.taken_tasks.add(own)
    label = f"{own} in {scope.name}"
    group = ir.Group(
        label,
        True,
        None,
        None,
        None,
        (),
        ir.Graph((), like.span),
        (),
        (),
        ir.Settings({}),
        "",
        like.span,
    )
    made = Task(scope, own, group, like.span)
    scope.frame.homes[label] = Home(group, made)
    return made
