"""`let` inside a pipeline, group or body: a name for an expression, which means the same wherever it is used.

The expression is lowered anew at each use, so that it creates the edges of its reader, and what is known there
about presence holds in it too. Its names are those of the place where the `let` stands.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping

from kfdsl import ir
from kfdsl import syntax as s
from kfdsl.diagnostics import Label
from kfdsl.kinds import UNKNOWN
from kfdsl.lower import expressions, keys
from kfdsl.lower.around import Around
from kfdsl.lower.blocks import walk
from kfdsl.lower.constants import unknown
from kfdsl.lower.context import Context
from kfdsl.lower.scope import Scope, Value
from kfdsl.node import Node, replace
from kfdsl.source import Span

LARGEST = 1_000
"""Nodes that the expression of a `let` may come to when those that it names are written out."""


class LetValue(Value):
    """A `let` as a name: its expression, the names that this sees, and how large it is when written out."""

    item: s.Let
    visible: Mapping[str, Value]
    size: int

    def read(self, scope: Scope, span: Span) -> ir.Expr:
        """Return the value at a place; a mistake that shows only there is reported with it."""
        own = Context()
        inner = Scope(own, scope.module, self.visible, scope.steps, scope.place, scope.roots)
        found = _lowered(inner, self.item)
        used = Label(span, f"`{self.item.name.text}` is used here")
        for key, finding in own.found.items():
            scope.context.found.setdefault(key, replace(finding, labels=(*finding.labels, used)))
        return unknown(span) if own.failed else replace(found, span=span)


def _lowered(scope: Scope, item: s.Let) -> ir.Expr:
    kind = scope.module.type_of(item.type) if item.type is not None else None
    asked = Label(item.type.span, "this is asked for") if item.type is not None else None
    found = (
        expressions.lower(scope, item.value)
        if kind is None
        else expressions.declared(scope, item.value, kind, asked)
    )
    keys.refuse_key(scope, found, "a `let`")
    return found


def declare(
    context: Context, around: Mapping[str, Value], items: tuple[s.Item, ...], steps: Container[str]
) -> dict[str, Value]:
    """Return the `let`s among some items as names; `around` are the names outside, `steps` those of steps.

    They see each other whatever their order; those that need themselves are reported.
    """
    found: dict[str, s.Let] = {}
    for item in items:
        if isinstance(item, s.Let):
            _once(context, found.setdefault(item.name.text, item), item)
    if not found:
        return {}
    return _Block(context, around, found, steps).declared()


def with_lets(scope: Scope, items: tuple[s.Item, ...], around: Around) -> Around:
    """Return what surrounds the items of a block of a graph: its `let`s too."""
    if not any(isinstance(item, s.Let) for item in items):
        return around
    outside = {**scope.values, **around.values}
    found = declare(scope.context, outside, items, scope.steps)
    return replace(around, values={**around.values, **found})


def check(scope: Scope, values: Mapping[str, Value]) -> None:
    """Report what is wrong with the `let`s of a block, whether they are used or not."""
    for value in values.values():
        if isinstance(value, LetValue):
            _lowered(replace(scope, values=value.visible), value.item)


def step_names(items: tuple[s.Item, ...]) -> frozenset[str]:
    """Return the names of the steps and groups of a pipeline."""
    nodes = walk(items, (s.Step, s.Group, s.For, s.Handler))
    return frozenset(item.name.text for item in nodes if isinstance(item, (s.Step, s.Group)))


def _once(context: Context, first: s.Let, item: s.Let) -> None:
    if first is not item:
        context.report(
            "duplicate-name",
            item.name.span,
            f"`{item.name.text}` is declared twice",
            label="again here",
            labels=(Label(first.name.span, "first here"),),
        )


class _Block:
    """The `let`s of one block, each declared after those that it names."""

    def __init__(
        self,
        context: Context,
        around: Mapping[str, Value],
        found: Mapping[str, s.Let],
        steps: Container[str],
    ) -> None:
        self.context = context
        self.found = found
        self.steps = steps
        self.made: dict[str, Value] = {}
        self.visible = dict(around)  # and the `let`s, as soon as they are made
        self.chain: list[s.Let] = []

    def declared(self) -> dict[str, Value]:
        for item in self.found.values():
            self.visit(item)
        return {name: self.made[name] for name in self.found}

    def visit(self, item: s.Let) -> None:
        """Declare the `let`s that this one names, then this one."""
        if item.name.text in self.made:
            return
        if any(one is item for one in self.chain):
            self.report_cycle(item)
            return
        self.chain.append(item)
        named, size = [], 0
        for node in _references(item.value, self.steps):
            size += 1
            if isinstance(node, s.Name):
                named.append(node.text)
        for name in dict.fromkeys(named):
            if name in self.found:
                self.visit(self.found[name])
        self.chain.pop()
        if item.name.text not in self.made:
            self.make(item.name.text, self.value(item, size, named))

    def make(self, name: str, value: Value) -> None:
        self.made[name] = self.visible[name] = value

    def value(self, item: s.Let, size: int, named: list[str]) -> Value:
        for name in named:
            inner = self.visible.get(name)
            size += inner.size if isinstance(inner, LetValue) else 0
        if size > LARGEST:
            self.context.report(
                "nested-too-deep",
                item.name.span,
                f"`{item.name.text}` stands for an expression of more than {LARGEST} parts",
                label="too large when it is written out",
                helps=("let a step compute it",),
            )
            return _wrong(item)
        return LetValue("let", UNKNOWN, item.name.span, unknown, item, self.visible, size)

    def report_cycle(self, item: s.Let) -> None:
        start = next(i for i, one in enumerate(self.chain) if one is item)
        circle = self.chain[start:]
        if any(one.name.text in self.made for one in circle):
            return
        shown = " → ".join(f"`{one.name.text}`" for one in (*circle, item))
        self.context.report(
            "dependency-cycle",
            item.name.span,
            f"`let {item.name.text}` needs itself: {shown}",
            label="has no value of its own",
            labels=tuple(Label(one.name.span, "part of the circle") for one in circle[1:]),
        )
        for one in circle:
            self.make(one.name.text, _wrong(one))


def _wrong(item: s.Let) -> Value:
    return Value("let", UNKNOWN, item.name.span, unknown)


def _references(expr: Node, steps: Container[str]) -> Iterator[Node]:
    """Yield the nodes of an expression, without the names of fields, functions, arguments, keys and steps."""
    match expr:
        case s.Field(s.Name(step)) | s.Each(s.Name(step)) if step in steps:
            yield expr
            return
        case s.Index(s.Name(step), index) if step in steps:
            inside: tuple[object, ...] = (index,)
        case s.Field(base) | s.Each(base):
            inside = (base,)
        case s.Call(_, arguments):
            inside = tuple(argument.value for argument in arguments)
        case s.MapLiteral(entries):
            inside = tuple(entry.value for entry in entries)
        case _:
            inside = tuple(getattr(expr, field) for field in type(expr)._fields)
    yield expr
    for one in inside:
        for node in one if isinstance(one, tuple) else (one,):
            if isinstance(node, Node) and not isinstance(node, Span):
                yield from _references(node, steps)
