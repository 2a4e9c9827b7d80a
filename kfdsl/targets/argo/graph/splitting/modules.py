"""Parts of a graph that can run as one: which tasks to put into a DAG of their own without a change of meaning.

A module is a set of tasks whose first ones all wait for the same tasks outside, and whose last ones are all
waited for by the same tasks outside. Run as one task it starts when they would start, and those that wait for
it start when they would: also after a failure, since a follower of all last tasks would not have started.
Series and parallels are found by reduction (Valdes, Tarjan, Lawler: The recognition of series parallel
digraphs, 1982); independent pieces of any shape are modules too.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from typing import Final, TypeAlias

ROUNDS: Final = 50
"""Reductions before the rest is taken as it is; each round takes a level of nesting, so few need more than 5."""

Entry: TypeAlias = "tuple[int, ...] | list[Entry]"
"""Tasks that stand beside each other, by number; or what a DAG of its own holds."""


class Module:
    """A node of the reduced graph: the tasks by number, or smaller modules in order.

    `is_fixed` tells that its tasks must stand beside those that wait for them, `stays` that they must stand
    in the graph itself.
    """

    __slots__ = ("is_fixed", "kind", "parts", "stays", "tasks", "weight")

    def __init__(
        self,
        kind: str,
        parts: tuple[Module, ...] = (),
        tasks: tuple[int, ...] = (),
        *,
        is_fixed: bool = False,
        stays: bool = False,
    ) -> None:
        """Sum up what it holds."""
        self.kind = kind
        self.parts = parts
        self.tasks = tasks
        self.stays = stays
        self.is_fixed = is_fixed or stays
        self.weight: int = len(tasks) + sum(part.weight for part in parts)

    @property
    def first(self) -> int:
        """The number of the first task in it."""
        module = self
        while module.parts:
            module = module.parts[0]
        return module.tasks[0]


class Reduction:
    """A graph whose nodes become modules."""

    def __init__(self, modules: list[Module], edges: Iterable[tuple[int, int]]) -> None:
        """Take the smallest modules, and the edges between them by their positions."""
        self.modules = dict(enumerate(modules))
        self.before: dict[int, set[int]] = {number: set() for number in self.modules}
        self.after: dict[int, set[int]] = {number: set() for number in self.modules}
        for early, late in edges:
            if early != late:
                self.after[early].add(late)
                self.before[late].add(early)
        self._next = len(modules)

    @property
    def result(self) -> list[Module]:
        """The modules in the order of their first tasks."""
        return sorted(self.modules.values(), key=lambda module: module.first)

    def reduce(self, most: int) -> None:
        """Merge series, parallels, and pieces of at most so many tasks, until nothing changes."""
        for _ in range(ROUNDS):
            if not (self._series() + self._parallels()) and not self._pieces(most):
                return

    def _merge(self, kind: str, numbers: list[int]) -> None:
        parts: list[Module] = []
        for number in numbers:
            module = self.modules.pop(number)
            parts += module.parts if module.kind == kind else [module]
        own, inside = self._next, set(numbers)
        self._next += 1
        self.modules[own] = Module(kind, tuple(parts))
        for there, back in ((self.before, self.after), (self.after, self.before)):
            outside = set().union(*(there.pop(number) for number in numbers)) - inside
            there[own] = outside
            for other in outside:
                back[other] -= inside
                back[other].add(own)

    def _series(self) -> int:
        runs = []
        for number in self.modules:
            if self._follows(self._only(self.before[number]), number):
                continue
            run = [number]
            while self._follows(run[-1], following := self._only(self.after[run[-1]])):
                run.append(following)
            if len(run) > 1:
                runs.append(run)
        for run in runs:
            self._merge("series", run)
        return len(runs)

    @staticmethod
    def _only(numbers: set[int]) -> int:
        return next(iter(numbers)) if len(numbers) == 1 else -1

    def _follows(self, early: int, late: int) -> bool:
        """Tell whether the two are a series."""
        return (
            early in self.modules
            and late in self.modules
            and len(self.after[early]) == len(self.before[late]) == 1
            and not self.modules[early].is_fixed
            and not self.modules[late].is_fixed
        )

    def _parallels(self) -> int:
        alike: dict[tuple[frozenset[int], frozenset[int]], list[int]] = {}
        for number, module in self.modules.items():
            if not module.is_fixed:
                key = frozenset(self.before[number]), frozenset(self.after[number])
                alike.setdefault(key, []).append(number)
        groups = [sorted(group, key=self._place) for group in alike.values() if len(group) > 1]
        for group in groups:
            self._merge("parallel", group)
        return len(groups)

    def _place(self, number: int) -> int:
        return self.modules[number].first

    def _pieces(self, most: int) -> int:
        """Merge what hangs together without the nodes that very many others wait for, or that wait for many."""
        done = 0
        hubs = {
            n for n in self.modules if len(self.before[n]) + len(self.after[n]) > _busy(len(self.modules))
        }
        for without in (set[int](), hubs):
            for piece in list(self._connected(without)):
                if len(piece) > 1 and self._is_module(piece, most):
                    self._merge("piece", sorted(piece, key=self._place))
                    done += 1
        return done

    def _connected(self, without: set[int]) -> Iterator[list[int]]:
        seen = set(without)
        for start in self.modules:
            if start in seen:
                continue
            seen.add(start)
            piece, waiting = [], deque([start])
            while waiting:
                number = waiting.popleft()
                piece.append(number)
                fresh = (self.before[number] | self.after[number]) - seen
                seen |= fresh
                waiting += fresh
            yield piece

    def _is_module(self, piece: list[int], most: int) -> bool:
        inside = set(piece)
        found = [self.modules[number] for number in piece]
        if sum(module.weight for module in found) > most or any(module.stays for module in found):
            return False
        around = {number: (self.before[number] - inside, self.after[number] - inside) for number in piece}
        starts = {frozenset(around[n][0]) for n in piece if not self.before[n] & inside}
        if len(starts) != 1 or any(not before <= next(iter(starts)) for before, _ in around.values()):
            return False
        ends = {frozenset(around[n][1]) for n in piece if not self.after[n] & inside}
        if len(ends) != 1 or any(not after <= next(iter(ends)) for _, after in around.values()):
            return False
        return not any(module.is_fixed for module in found) or starts | ends == {frozenset()}


def _busy(nodes: int) -> int:
    """Return how many neighbours an ordinary node may have."""
    return max(4, int(nodes**0.5))


def packed(modules: list[Module], most: int) -> list[Entry]:
    """Return what a graph holds: at most so many entries where the modules allow it."""
    lists = [_entries(module, most) for module in modules]
    weights = [_weight(entries) for entries in lists]
    total = sum(weights)
    # The largest go first, so that as few as possible leave the graph.
    for number in sorted(range(len(lists)), key=lambda number: -weights[number]):
        if total <= most:
            break
        if weights[number] > 1 and not modules[number].is_fixed:
            lists[number] = [lists[number]]
            total -= weights[number] - 1
    return [entry for entries in lists for entry in entries]


def _entries(module: Module, most: int) -> list[Entry]:
    """Return what a module holds as entries of at most so much weight."""
    if not module.parts:
        return [module.tasks]
    lists = [_entries(part, most) for part in module.parts]
    while sum(map(_weight, lists)) > most:
        lists = _grouped(lists, most)
    return [entry for entries in lists for entry in entries]


def _grouped(lists: list[list[Entry]], most: int) -> list[list[Entry]]:
    """Put neighbours into DAGs of their own, each as full as it gets."""
    groups: list[list[Entry]] = [[]]
    weight = 0
    for entries in lists:
        own = _weight(entries)
        if weight + own > most:
            groups.append([])
            weight = 0
        groups[-1] += entries
        weight += own
    return [[group] if _weight(group) > 1 else group for group in groups]


def _weight(entries: list[Entry]) -> int:
    return sum(1 if isinstance(entry, list) else len(entry) for entry in entries)
