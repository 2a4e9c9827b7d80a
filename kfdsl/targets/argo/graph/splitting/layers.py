"""Layers: a DAG with its first tasks, and the others in DAGs that are tasks of it, as deep as it takes.

What a task waits for then stands beside it or around it, so its result and its values can be handed in. A DAG
begins when all that is waited for around it has ended, however it ended. For each set of tasks around that are
waited for there is a task in it that does nothing: it is skipped if one of them has failed, and what waits for
it does not start.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from kfdsl import kinds
from kfdsl.targets.argo import limits, names
from kfdsl.targets.argo.expressions.wanted import Status
from kfdsl.targets.argo.graph import results
from kfdsl.targets.argo.graph.splitting import parts
from kfdsl.targets.argo.refusal import TooManySteps
from kfdsl.targets.argo.scopes.scope import Scope
from kfdsl.targets.argo.scopes.tasks import Task

ENDED: Final = ("Succeeded", "Skipped", "Daemoned", "Failed", "Errored", "Omitted")
TANGLED: Final = "hang together in a way that takes too many DAGs in each other"
BOUND: Final = "ask for each other's results, and must stand in one DAG"
HELD: Final = "hold daemons or artifacts to choose from, which must stand in one DAG"
_BAD: Final = "in ['Failed', 'Error', 'Omitted']"

Around = frozenset[Task]


def layer(scope: Scope, most: int) -> None:
    """Move tasks of a DAG into DAGs in it until none holds more than so many.

    Raises:
        TooManySteps: that takes too many DAGs in each other, or tasks that must stand beside each other.
    """
    _Layers(scope, most).run()


class _Layers:
    """The tasks of one graph on their way."""

    def __init__(self, scope: Scope, most: int) -> None:
        """Put the tasks that must stand together into units, each unit after what it waits for."""
        self.scope = scope
        self.most = most
        self.siblings = max(1, most // 10)
        tasks = scope.tasks
        units = parts.Units(scope)
        self.waits = {task: frozenset(parts.needed(task, task.needs)) for task in tasks}
        self.plain = {
            task: found.difference(parts.needed(task, results.named(task.order) | task.ended))
            for task, found in self.waits.items()
        }
        self.stays = {tasks[number] for number in units.stays}
        place = {number: position for position, group in enumerate(units.groups) for number in group}
        levels = [0] * len(units.groups)
        for early, late in _sorted(len(levels), [(place[a], place[b]) for a, b in units.edges]):
            levels[late] = max(levels[late], levels[early] + 1)
        ordered = sorted(range(len(levels)), key=lambda position: (levels[position], position))
        self.units = [[tasks[number] for number in units.groups[position]] for position in ordered]

    def run(self) -> None:
        """Place all units."""
        self.scope.tasks = []
        waiting = [(self.scope, self.units, frozenset[Task]())]
        while waiting:
            scope, units, sure = waiting.pop()
            if scope.depth > limits.DEPTH:
                raise self._refused(TANGLED)
            taken, rest = self._first(units, sure)
            self._fill(scope, [task for unit in taken for task in unit], sure)
            waiting += [self._nested(scope, group, sure) for group in self._groups(rest)]

    def _refused(self, why: str) -> TooManySteps:
        count = sum(map(len, self.units))
        return TooManySteps(
            self.scope.span.head,
            f"{count} steps {why} on Argo",
            "put some of them into a `group` or a pipeline of their own",
        )

    def _first(self, units: list[list[Task]], sure: Around) -> tuple[list[list[Task]], list[list[Task]]]:
        """Return the units that a DAG holds itself, and the others."""
        held: set[Task] = set()
        gates: set[Around] = set()
        fitting = count = load = 0
        for unit in units:
            held.update(unit)
            gates |= {self._gated(task, held, sure) for task in unit} - {frozenset()}
            count, load = count + 1, len(held) + len(gates)
            if load + self.siblings <= self.most:
                fitting = count
            elif load > self.most:
                break
        else:
            fitting = count
        taken, rest = units[:fitting], units[fitting:]
        if not taken:
            raise self._refused(BOUND)
        if any(task in self.stays for unit in rest for task in unit):
            raise self._refused(HELD)
        return taken, rest

    def _fill(self, scope: Scope, tasks: list[Task], sure: Around) -> None:
        """List tasks in a DAG, after a task for each set of others around it that they wait for."""
        held = set(tasks)
        gates: dict[Around, Task] = {}
        scope.taken_tasks |= {task.name for task in tasks}
        for task in tasks:
            task.scope = scope
            around = self._gated(task, held, sure)
            if around and around not in gates:
                gates[around] = _gate(scope, sorted(around, key=lambda one: one.name))
            if around:
                task.waits[f"{gates[around].name}.Succeeded"] = None
        scope.tasks = [*gates.values(), *tasks]

    def _gated(self, task: Task, held: set[Task], sure: Around) -> Around:
        """Return the tasks around a DAG that must not have failed: without those that others of them tell of."""
        around = self.waits[task] - held - sure
        return around.difference(*(self.plain[one] for one in around))

    def _groups(self, units: list[list[Task]]) -> list[list[list[Task]]]:
        """Return units in as many groups as a DAG has places for: those that wait for each other in one."""
        pieces = self._pieces(units)
        alike: dict[Around, list[list[list[Task]]]] = {}
        for piece in pieces:
            inside = {task for unit in piece for task in unit}
            around = frozenset[Task]().union(*(self.waits[task] for task in inside)) - inside
            alike.setdefault(around, []).append(piece)
        lists = [piece for same in alike.values() for piece in same]
        groups: list[list[list[Task]]] = []
        left = sum(map(len, units))
        for piece in lists:
            wanted = left / max(1, self.siblings - len(groups) + 1)
            if not groups or (len(groups[-1]) >= wanted and len(groups) < self.siblings):
                groups.append([])
            groups[-1] += piece
            left -= len(piece)
        place = {id(unit): number for number, unit in enumerate(units)}
        return [sorted(group, key=lambda unit: place[id(unit)]) for group in groups]

    def _pieces(self, units: list[list[Task]]) -> list[list[list[Task]]]:
        """Return units in lists: those that wait for each other in one."""
        root: dict[Task, Task] = {task: unit[0] for unit in units for task in unit}

        def find(task: Task) -> Task:
            while root[task] is not task:
                root[task] = root[root[task]]
                task = root[task]
            return task

        for unit in units:
            for task in unit:
                for other in self.waits[task]:
                    if other in root:
                        root[find(other)] = find(task)
        found: dict[Task, list[list[Task]]] = {}
        for unit in units:
            found.setdefault(find(unit[0]), []).append(unit)
        return list(found.values())

    def _nested(
        self, scope: Scope, units: list[list[Task]], sure: Around
    ) -> tuple[Scope, list[list[Task]], Around]:
        """Add a task that calls a DAG for units; return that DAG, the units, and what is known to be fine."""
        tasks = [task for unit in units for task in unit]
        inside = set(tasks)
        beside = {task for task in scope.tasks if task in self.waits}
        around = frozenset[Task]().union(*(self.waits[task] for task in tasks)) & beside
        firsts = [self.waits[task] for task in tasks if not self.waits[task] & inside]
        common = around.intersection(*firsts)
        outer = parts.nest(scope, tasks)
        scope.tasks.append(outer)
        loose = (around - common).difference(*(self.waits[task] for task in around))
        needed = common.difference(*(self.plain[task] for task in common))
        for task in sorted(loose | needed, key=lambda one: one.name):
            if task in common:
                outer.waits[task.name] = None
            else:
                outer.waits["(" + " || ".join(f"{task.name}.{result}" for result in ENDED) + ")"] = None
                scope.targets[task.name] = None
        inner = outer.inner
        if inner is None:
            message = "bug: a part has no DAG"
            raise LookupError(message)
        inner.tasks = []
        inner.taken_tasks = set()
        inner.may_omit = True
        sure |= self._before(common, sure)
        unsure = around - sure
        outer.guarded = frozenset(
            name for task in tasks for name in task.needs if scope.task_of(name) in unsure
        )
        return inner, units, sure

    def _before(self, tasks: Around, sure: Around) -> set[Task]:
        """Return tasks, and all that cannot have failed if they have not."""
        found: set[Task] = set(tasks)
        waiting = list(tasks)
        while waiting:
            fresh = self.plain[waiting.pop()] - found - sure
            found |= fresh
            waiting += fresh
        return found


def _gate(scope: Scope, around: list[Task]) -> Task:
    others = f"-and-{len(around) - 1}" if len(around) > 1 else ""
    gate = parts.stand_in(scope, f"after-{around[0].name}{others}", around[0])
    gate.template = scope.frame.registry.nothing()
    found = [scope.read(Status(task, kinds.DURATION, task.span)) for task in around]
    gate.condition = " && ".join(f"!({names.path_text(one.path)} {_BAD})" for one in found)
    return gate


def _sorted(count: int, edges: list[tuple[int, int]]) -> Iterable[tuple[int, int]]:
    """Yield the edges of a graph without cycles, those into a node before those out of it."""
    after: list[list[int]] = [[] for _ in range(count)]
    open_edges = [0] * count
    for early, late in edges:
        if early != late:
            after[early].append(late)
            open_edges[late] += 1
    ready = [node for node in range(count) if not open_edges[node]]
    while ready:
        early = ready.pop()
        for late in after[early]:
            yield early, late
            open_edges[late] -= 1
            if not open_edges[late]:
                ready.append(late)


__all__ = ["layer"]
