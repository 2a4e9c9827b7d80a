"""What surrounds an item of a graph: loops, conditions, the handler, groups."""

from __future__ import annotations

from collections.abc import Mapping

from kfdsl import syntax as s
from kfdsl.lower.facts import Condition, Fact
from kfdsl.lower.scope import Value
from kfdsl.node import Node, replace


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

    def under(self, condition: Condition) -> Around:
        """Return what surrounds something inside that runs under a condition."""
        return replace(self, conditions=(*self.conditions, condition))

    def in_loop(self, name: str, values: Mapping[str, Value]) -> Around:
        """Return what surrounds the inside of a loop that has these variables."""
        return replace(self, loops=(*self.loops, name), values={**self.values, **values})

    def in_group(self, name: str) -> Around:
        """Return what surrounds the inside of a group."""
        return replace(self, groups=(*self.groups, name))

    def in_handler(self, name: str) -> Around:
        """Return what surrounds the inside of a handler."""
        return replace(self, handler=name)


NOWHERE = Around((), (), None, (), {})


def loop_name(item: s.Step | s.For | s.Group) -> str:
    """Return what identifies the loop of a step or group."""
    return f"loop {item.span.start}"


def handler_name(item: s.Handler) -> str:
    """Return what identifies a handler."""
    return f"handler {item.span.start}"
