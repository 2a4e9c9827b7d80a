"""Patches: `patch` items to patches of the right form, whose text the target reads."""

from __future__ import annotations

from kfdsl import ir
from kfdsl import syntax as s
from kfdsl.lower.scope import Scope


def patch(scope: Scope, item: s.Patch) -> ir.Patch | None:
    """Check the form of a `patch`; its text is read by the target."""
    if not isinstance(item.text, s.Text):
        scope.context.report(
            "not-constant", item.text.span, "the text of a patch is written out", label='expected `"""…"""`'
        )
        return None
    path = tuple(n.text for n in item.path)
    if path[0] not in ("argo", "pod", "kfp"):
        scope.context.report(
            "invalid-patch",
            item.path[0].span,
            f"`patch {path[0]}`: a patch goes to `argo`, `pod` or `kfp.…`",
            label="not one of them",
        )
    return ir.Patch(path, item.text.value, item.text.span)
