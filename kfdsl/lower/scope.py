"""What names mean at a place: values, steps, and what is known about them there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from kfdsl import ir
from kfdsl.kinds import Kind
from kfdsl.lower.context import Context
from kfdsl.lower.facts import Condition, Fact
from kfdsl.node import Node
from kfdsl.source import Span

if TYPE_CHECKING:
    from kfdsl.lower.module import Module


class Value(Node):
    """A name of the value space: its word in messages, its type, where it is declared, its reference."""

    what: str
    type: Kind
    declared: Span
    refer: Callable[[Span], ir.Expr]

    def read(self, scope: Scope, span: Span) -> ir.Expr:  # noqa: ARG002  # what a `let` means depends on it
        """Return a reference to the value, as it is read in a scope."""
        return self.refer(span)


class StepInfo(Node):
    """The outside of a step or group, known before any body is lowered.

    `loops` names the loops around it, outermost first, its own included; `conditions` are those of its
    branches, groups and header; `handler` tells the handler that it stands in. `items` are those
    of a loop over a list of constants that is written out, each behind what names it: itself or its key.
    `facts` are read like outputs, which hide them.
    """

    name: str
    outputs: Mapping[str, Kind]
    facts: Mapping[str, Kind]
    outputs_at: Mapping[str, Span]
    loops: tuple[str, ...]
    conditions: tuple[Condition, ...]
    handler: str | None
    groups: tuple[str, ...]
    may_fail: bool
    is_group: bool
    item_type: Kind | None
    items: tuple[tuple[object, object], ...] | None
    span: Span


class Place(Node):
    """Where an expression stands: its step, the loops around it, the facts that hold, and what it has read.

    `failed` are steps that may have failed when it is evaluated. `needs` collects edges; None where nothing
    waits, as in handlers.
    """

    step: str | None
    loops: tuple[str, ...]
    facts: frozenset[Fact]
    failed: frozenset[str] = frozenset()
    handler: str | None = None
    needs: dict[str, ir.Need] | None = None

    def knowing(self, facts: frozenset[Fact]) -> Place:
        """Return the same place where more is known."""
        return Place(self.step, self.loops, self.facts | facts, self.failed, self.handler, self.needs)


class Scope(Node):
    """The names that an expression can use; `roots` are `run`, `last`, `response`, … with their fields.

    Steps and values hide a root of their name, but for the roots in `near`, which exist in this place only.
    """

    context: Context
    module: Module
    values: Mapping[str, Value]
    steps: Mapping[str, StepInfo]
    place: Place
    roots: Mapping[str, Mapping[str, Kind]] = {}  # never changed
    near: frozenset[str] = frozenset()

    def at(self, place: Place) -> Scope:
        """Return the scope at another place."""
        return Scope(self.context, self.module, self.values, self.steps, place, self.roots, self.near)

    def knowing(self, facts: frozenset[Fact]) -> Scope:
        """Return the scope where more is known."""
        return self.at(self.place.knowing(facts))

    def with_values(self, values: Mapping[str, Value]) -> Scope:
        """Return the scope with more values, which hide those of the same names."""
        if not values:
            return self
        more = {**self.values, **values}
        return Scope(self.context, self.module, more, self.steps, self.place, self.roots, self.near)

    def with_roots(self, roots: Mapping[str, Mapping[str, Kind]], *, near: bool = False) -> Scope:
        """Return the scope with more roots, which hide names if they are `near`."""
        more, hiding = {**self.roots, **roots}, self.near | roots.keys() if near else self.near
        return Scope(self.context, self.module, self.values, self.steps, self.place, more, hiding)

    def need(self, step: str, span: Span, *, data: bool) -> None:
        """Put down that this place waits for a step."""
        needs = self.place.needs
        if needs is not None and (step not in needs or (data and not needs[step].data)):
            needs[step] = ir.Need(step, data, span)
