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
    """A name of the value space: what it is called in messages, its type, where it is declared, and its reference."""

    what: str
    type: Kind
    declared: Span
    refer: Callable[[Span], ir.Expr]


class StepInfo(Node):
    """The outside of a step or group, known before any body is lowered.

    `loops` names the loops around it, outermost first, its own included; `conditions` are those of its branches,
    groups and header; `handler` tells the handler that it stands in. `items` are the values of a loop over a list of constants that is written out.
    """

    name: str
    outputs: Mapping[str, Kind]
    outputs_at: Mapping[str, Span]
    loops: tuple[str, ...]
    conditions: tuple[Condition, ...]
    handler: str | None
    groups: tuple[str, ...]
    may_fail: bool
    is_group: bool
    item_type: Kind | None
    items: tuple[object, ...] | None
    span: Span


class Place:
    """Where an expression stands: its step, the loops around it, the facts that hold, and what it has read so far.

    `failed` are steps that may have failed when it is evaluated. `needs` collects edges; None where nothing waits,
    as in handlers. `before` marks header clauses that are judged before the loop.
    """

    __slots__ = ("facts", "failed", "handler", "loops", "needs", "step")

    def __init__(
        self,
        step: str | None,
        loops: tuple[str, ...],
        facts: frozenset[Fact],
        *,
        failed: frozenset[str] = frozenset(),
        handler: str | None = None,
        needs: dict[str, ir.Need] | None = None,
    ) -> None:
        """Describe the place."""
        self.step = step
        self.loops = loops
        self.facts = facts
        self.failed = failed
        self.handler = handler
        self.needs = needs

    def knowing(self, facts: frozenset[Fact]) -> Place:
        """Return the same place where more is known."""
        return Place(
            self.step,
            self.loops,
            self.facts | facts,
            failed=self.failed,
            handler=self.handler,
            needs=self.needs,
        )


class Scope:
    """The names that an expression can use."""

    __slots__ = ("context", "inside", "module", "place", "roots", "steps", "values")

    def __init__(
        self,
        context: Context,
        module: Module,
        values: Mapping[str, Value],
        steps: Mapping[str, StepInfo],
        place: Place,
        roots: Mapping[str, Mapping[str, Kind]] | None = None,
        *,
        inside: bool = False,
    ) -> None:
        """Collect them. `roots` are `run`, `last`, `response`, … with their fields; `inside` a body or not."""
        self.context = context
        self.module = module
        self.values = values
        self.steps = steps
        self.place = place
        self.roots = roots or {}
        self.inside = inside

    def at(self, place: Place) -> Scope:
        """Return the scope at another place."""
        return Scope(
            self.context, self.module, self.values, self.steps, place, self.roots, inside=self.inside
        )

    def knowing(self, facts: frozenset[Fact]) -> Scope:
        """Return the scope where more is known."""
        return self.at(self.place.knowing(facts))

    def with_values(self, values: Mapping[str, Value], *, inside: bool | None = None) -> Scope:
        """Return the scope with more values, which hide those of the same names."""
        return Scope(
            self.context,
            self.module,
            {**self.values, **values},
            self.steps,
            self.place,
            self.roots,
            inside=self.inside if inside is None else inside,
        )

    def with_roots(self, roots: Mapping[str, Mapping[str, Kind]]) -> Scope:
        """Return the scope with more roots."""
        return Scope(
            self.context,
            self.module,
            self.values,
            self.steps,
            self.place,
            {**self.roots, **roots},
            inside=self.inside,
        )

    def need(self, step: str, span: Span, *, data: bool) -> None:
        """Put down that this place waits for a step."""
        needs = self.place.needs
        if needs is not None and (step not in needs or (data and not needs[step].data)):
            needs[step] = ir.Need(step, data, span)
