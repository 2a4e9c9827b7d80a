"""Secrets, configs, volumes and stores: declarations checked, by name."""

from __future__ import annotations

import re
from collections.abc import Iterable

from kfdsl import ir
from kfdsl import syntax as s
from kfdsl.kinds import STRING
from kfdsl.lower import expressions, shapes, stores, volumes
from kfdsl.lower.context import did_you_mean
from kfdsl.lower.scope import Scope
from kfdsl.lower.shapes import Shape, flag
from kfdsl.source import Span


def lower(scope: Scope, items: Iterable[s.Resource]) -> dict[str, ir.Resource]:
    """Check declarations; the keys are their names."""
    return {item.name.text: _one(scope, item) for item in items}


def _one(scope: Scope, item: s.Resource) -> ir.Resource:
    optional = False
    if item.options is not None:
        checked = shapes.record_of({"optional": flag})(scope, item.options)
        entries = checked.entries if isinstance(checked, ir.MapExpr) else ()
        optional = any(isinstance(v, ir.Literal) and v.value is True for _, v in entries)
    if item.kind in ("secret", "config"):
        value = expressions.value(scope, item.value, STRING)
        if isinstance(value, ir.Literal) and value.type == STRING:
            check_object_name(scope, str(value.value), item.value.span, f"the name of a {item.kind}")
        return ir.Resource(item.kind, item.name.text, "", value, (), optional, item.span)
    is_volume = item.kind == "volume"
    words: tuple[str, ...] = (*volumes.VOLUMES, *volumes.SOURCES) if is_volume else tuple(stores.STORES)
    call = item.value
    function = call.function if isinstance(call, s.Call) else call
    if (
        not isinstance(call, s.Call)
        or not isinstance(call.function, s.Name)
        or call.function.text not in words
    ):
        shown = volumes.VOLUMES if is_volume else stores.STORES
        others = ", or a source of Kubernetes such as nfs(…)" if is_volume else ""
        scope.context.report(
            "unknown-function",
            function.span,
            f"a {item.kind} is one of {', '.join(f'{k}(…)' for k in shown)}{others}",
            label="none of them",
            fixes=did_you_mean(function.span.text, words, function.span),
        )
        return ir.Resource(item.kind, item.name.text, "", None, (), optional, item.span)
    own = call.function.text
    known, required = volumes.arguments(own) if is_volume else (stores.STORES[own], stores.REQUIRED[own])
    arguments = by_name(scope, call, known)
    missing = [name for name in required if all(given != name for given, _ in arguments)]
    if missing:
        scope.context.report(
            "missing-argument",
            call.span,
            f"`{own}` needs {' and '.join(f'`{name}`' for name in missing)}",
            label="missing",
        )
    return ir.Resource(item.kind, item.name.text, own, None, arguments, optional, item.span)


def by_name(scope: Scope, call: s.Call, known: dict[str, Shape]) -> tuple[tuple[str, ir.Expr], ...]:
    """Return the arguments of a call by name, each checked by its shape."""
    order, found = list(known), dict[str, ir.Expr]()
    for i, argument in enumerate(call.arguments):
        name = argument.name.text if argument.name is not None else order[i] if i < len(order) else ""
        where = argument.name.span if argument.name is not None else argument.span
        if name not in known:
            what = f"no argument `{name}`" if name else f"at most {len(order)} arguments"
            scope.context.report(
                "unknown-argument",
                where,
                f"`{call.function.span.text}` takes {what}",
                label=f"known: {', '.join(known)}",
                fixes=did_you_mean(name, known, where) if name else (),
            )
            continue
        if name in found:
            scope.context.report("duplicate-key", where, f"`{name}` is given twice", label="again here")
            continue
        checked = known[name](scope, argument.value)
        if not isinstance(checked, ir.RangeExpr):
            found[name] = checked
    return tuple(found.items())


def check_object_name(scope: Scope, name: str, span: Span, what: str) -> None:
    """Report a name that no Kubernetes object can have."""
    if not re.fullmatch(r"[a-z0-9]([-a-z0-9.]*[a-z0-9])?", name) or len(name) > 253:  # RFC 1123
        plain = re.sub(r"[^a-z0-9.-]+", "-", name.lower()).strip("-.")
        scope.context.report(
            "invalid-name",
            span,
            f"`{name}` cannot be {what}",
            label="lower-case letters, digits, `-` and `.`",
            fixes=did_you_mean(f'"{name}"', [f'"{plain}"'], span),
        )
