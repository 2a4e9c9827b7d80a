"""Shapes of what is declared beside steps: secrets, configs, volumes and stores, by names and keys."""

from __future__ import annotations

from kfdsl import ir
from kfdsl import syntax as s
from kfdsl.diagnostics import Label
from kfdsl.kinds import STRING, Unknown
from kfdsl.lower import expressions, keys, shapes
from kfdsl.lower.constants import unknown
from kfdsl.lower.context import did_you_mean
from kfdsl.lower.scope import Scope
from kfdsl.lower.shapes import Checked, Shape


def key_or_text(scope: Scope, expr: s.Expression | s.Range) -> Checked:
    """Check a text or a key of a config."""
    plain = shapes.no_range(scope, expr)
    if plain is None:
        return unknown(expr.span)
    lowered = expressions.value(scope, plain, STRING)
    if isinstance(lowered, ir.KeyRef):
        keys.refuse_secret(scope, lowered, "this")
    return lowered


def template_name(scope: Scope, expr: s.Expression | s.Range) -> Checked:
    """Check the name of a component or pipeline that the library declares."""
    word = expr.text if isinstance(expr, s.Name) else ""
    if word and word in scope.module.exported():
        return ir.Literal(word, STRING, expr.span)
    scope.context.report(
        "unknown-component",
        expr.span,
        f"the library has no template `{expr.span.text}`",
        label=f"it has {', '.join(scope.module.exported()) or 'none'}",
        fixes=did_you_mean(word, scope.module.exported(), expr.span),
    )
    return unknown(expr.span)


def key_of(what: str) -> Shape:
    """Return the shape of `secret["key"]` or `config["key"]`."""

    def check(scope: Scope, expr: s.Expression | s.Range) -> Checked:
        plain = shapes.no_range(scope, expr)
        if plain is None:
            return unknown(expr.span)
        lowered = expressions.value(scope, plain, STRING)
        found = scope.values.get(lowered.resource) if isinstance(lowered, ir.KeyRef) else None
        if (found is None or found.what != what) and not isinstance(lowered.type, Unknown):
            scope.context.report(
                "invalid-value",
                expr.span,
                f'this takes a key of a {what}: `NAME["key"]`',
                label=f"not a key of a {what}",
                helps=(f'declare it first: `{what} NAME = "object-name"`',),
            )
            return unknown(expr.span)
        return lowered

    return check


def resource_name(*kinds: str) -> Shape:
    """Return the shape of the name of a declared secret, config, volume or store."""

    def check(scope: Scope, expr: s.Expression | s.Range) -> Checked:
        if isinstance(expr, s.Name):
            found = scope.values.get(expr.text)
            if found is not None and found.what in kinds:
                return ir.Literal(expr.text, STRING, expr.span)
            if found is not None:
                scope.context.report(
                    "type-mismatch",
                    expr.span,
                    f"`{expr.text}` is a {found.what}, not a {' or '.join(kinds)}",
                    label="not possible here",
                    labels=(Label(found.declared, "declared here"),),
                )
                return unknown(expr.span)
            known = [n for n, v in scope.values.items() if v.what in kinds]
            scope.context.report(
                "unknown-name",
                expr.span,
                f"no {' or '.join(kinds)} is called `{expr.text}`",
                label="not found",
                fixes=did_you_mean(expr.text, known, expr.span),
            )
            return unknown(expr.span)
        scope.context.report(
            "invalid-value",
            expr.span,
            f"this takes the name of a {' or '.join(kinds)}",
            label="declare it first",
        )
        return unknown(expr.span)

    return check
