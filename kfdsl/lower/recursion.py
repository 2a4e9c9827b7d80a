"""Calls that come back to where they began: allowed under a condition, and inside one object."""

from __future__ import annotations

from collections.abc import Sequence

from kfdsl import syntax as s
from kfdsl.diagnostics import Label
from kfdsl.lower.blocks import items_of
from kfdsl.lower.context import Context
from kfdsl.lower.library import Library
from kfdsl.lower.module import Callee
from kfdsl.source import Span


def check(context: Context, chain: Sequence[Callee], span: Span, *, guarded: bool) -> None:
    """Report a call of the first of a chain by the last, if it never ends or leads through several objects."""
    item = chain[0].declaration
    if not guarded or isinstance(item, s.Component):
        what = "component" if isinstance(item, s.Component) else "pipeline"
        context.report(
            "endless-recursion",
            span,
            f"{what} `{item.name.text}` calls itself without a condition: {_shown(chain)}",
            label="never ends",
            labels=(Label(item.name.span, "declared here"),),
            helps=("let the step that calls it have a `when`",),
        )
    elif _leaves_an_object(chain):
        context.report(
            "reference-cycle",
            span,
            f"objects of the cluster would refer to each other in a circle: {_shown(chain)}",
            label="closes the circle",
            labels=tuple(Label(one.declaration.name.span, "in the circle") for one in chain),
            helps=("let one object hold them all: pipelines without `kind`, or one library",),
        )


def _shown(chain: Sequence[Callee]) -> str:
    return " → ".join(f"`{one.declaration.name.text}`" for one in (*chain, chain[0]))


def _leaves_an_object(chain: Sequence[Callee]) -> bool:
    """Tell whether a chain of different pipelines has one that is an object, or stands in a library alone."""
    if len(chain) == 1:
        return False
    libraries = {id(one.module) for one in chain if isinstance(one.module, Library)}
    if libraries:
        return len({id(one.module) for one in chain}) > 1
    return any(is_object(one.declaration) for one in chain)


def is_object(item: s.Component | s.Pipeline) -> bool:
    """Tell whether a pipeline says what object it becomes."""
    return any(isinstance(i, s.Setting) and i.name.text in ("kind", "schedule") for i in items_of(item.block))
