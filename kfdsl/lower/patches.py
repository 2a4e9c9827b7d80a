"""Patches: `patch` items to patches of the right form, whose text the target reads."""

from __future__ import annotations

from typing import Final

from kfdsl import ir
from kfdsl import syntax as s
from kfdsl.lower.scope import Scope
from kfdsl.source import Span

PIPELINE: Final = ("argo", "pod", "kfp.spec", "kfp.platform")
BODY: Final = ("argo", "pod", "kfp.task", "kfp.component", "kfp.executor", "kfp.platform")
ONE_BODY: Final = ("argo.template", *PIPELINE, "kfp.task", "kfp.component", "kfp.executor")
"""Of a pipeline that is the body of one step."""
CONTAINER: Final = ("argo",)
LIBRARY: Final = ("argo",)

_OWNERS: Final = {
    PIPELINE: "a pipeline of steps",
    BODY: "a step or component",
    ONE_BODY: "a pipeline of one body",
    CONTAINER: "a container",
}


def patch(scope: Scope, item: s.Patch, allowed: tuple[str, ...]) -> ir.Patch | None:
    """Check the form of a `patch`, which may be one of `allowed` here; its text is read by the target."""
    if not isinstance(item.text, s.Text):
        scope.context.report(
            "not-constant", item.text.span, "the text of a patch is written out", label='expected `"""…"""`'
        )
        return None
    path = tuple(n.text for n in item.path)
    named = ".".join(path)
    if named not in allowed:
        known = f"`{'`, `'.join(allowed[:-1])}` or `{allowed[-1]}`" if allowed[1:] else f"`{allowed[0]}`"
        owner = _OWNERS.get(allowed, "this")
        span = item.path[0].span
        scope.context.report(
            "invalid-patch",
            Span(span.source, span.start, item.path[-1].span.end),
            f"`patch {named}`: a patch of {owner} goes to {known}",
            label="not one of them",
        )
        return None
    return ir.Patch(path, item.text.value, item.text.span)
