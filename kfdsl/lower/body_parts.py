"""The items of a body, sorted by kind; and what is said about one that does not belong there."""

from __future__ import annotations

from typing import TypeVar

from kfdsl import syntax as s
from kfdsl.lower.interface import built_in
from kfdsl.lower.scope import Scope
from kfdsl.node import Node
from kfdsl.source import Span

T = TypeVar("T", bound=Node)


class Parts(Node):
    """The items of a body by kind."""

    ins: tuple[s.In, ...]
    outs: tuple[s.Out, ...]
    settings: tuple[s.Setting, ...]
    scripts: tuple[s.Script, ...]
    containers: tuple[s.Container, ...]
    metrics: tuple[s.Metric, ...]
    patches: tuple[s.Patch, ...]
    handlers: tuple[s.Handler, ...]
    resources: tuple[s.Resource, ...]
    lets: tuple[s.Let, ...]
    others: tuple[s.Item, ...]


def sort_items(items: tuple[s.Item, ...]) -> Parts:
    """Sort the items of a body."""
    known = (s.In, s.Out, s.Setting, s.Script, s.Container, s.Metric, s.Patch, s.Handler, s.Resource, s.Let)
    return Parts(
        ins=_of(items, s.In),
        outs=_of(items, s.Out),
        settings=_of(items, s.Setting),
        scripts=_of(items, s.Script),
        containers=_of(items, s.Container),
        metrics=_of(items, s.Metric),
        patches=_of(items, s.Patch),
        handlers=_of(items, s.Handler),
        resources=_of(items, s.Resource),
        lets=_of(items, s.Let),
        others=tuple(i for i in items if not isinstance(i, known)),
    )


def _of(items: tuple[s.Item, ...], kind: type[T]) -> tuple[T, ...]:
    return tuple(i for i in items if isinstance(i, kind))


class Owner(Node):
    """Whose body it is: `what` in messages, its name, and what it calls if that is a built-in.

    The `in`s of a component get their values where it is called.
    """

    what: str
    name: s.Name
    is_component: bool
    doc: str
    call: s.Expression | None

    @property
    def built_in(self) -> str | None:
        """The built-in that the body runs."""
        return built_in(self.call)


def misplaced_parts(scope: Scope, parts: Parts, kinds: tuple[str, ...], where: str) -> None:
    """Report the items of some kinds, and those of no kind, as not belonging where they stand."""
    for kind in (*kinds, "lets", "others"):
        for item in getattr(parts, kind):
            misplaced(scope, item, where)


def misplaced(scope: Scope, item: s.Item, where: str) -> None:
    """Report an item that does not belong where it stands."""
    word = item.span.text.split(maxsplit=1)[0]
    span = Span(item.span.source, item.span.start, item.span.start + len(word))
    homes = {
        "param": "a pipeline; a step or component has `in`s",
        "defaults": "a file or pipeline",
        "step": "a pipeline or group",
        "group": "a pipeline or group",
        "if": "a pipeline or group",
        "for": "a pipeline or group",
        "in": "a step or component",
        "patch": "what it patches",
        "metric": "what it measures: a step or component, or a pipeline for the whole run",
    }
    helps = (f"`{word}` belongs to {homes[word]}",) if word in homes else ()
    scope.context.report(
        "misplaced-item", span, f"`{word}` does not belong into {where}", label="not here", helps=helps
    )
