"""References: names, fields, items and keys to checked expressions."""

from __future__ import annotations

from itertools import chain
from typing import Any

from kfdsl import ir
from kfdsl import syntax as s
from kfdsl.diagnostics import Edit, Fix, Label
from kfdsl.kinds import (
    STRING,
    Artifact,
    MapOf,
    Record,
    Unknown,
    bare,
    show,
)
from kfdsl.lower import expressions, members, outputs, presence
from kfdsl.lower.constants import unknown
from kfdsl.lower.context import did_you_mean
from kfdsl.lower.scope import Scope
from kfdsl.source import Span

MEASURED = ("status", "duration", "exit_code", "resources")
"""Fields of `step` that a metric can read: the engine has them there only."""


def lower(scope: Scope, expr: s.Name | s.Field | s.Each | s.Index) -> ir.Expr:
    """Lower a reference."""
    match expr:
        case s.Name():
            return name(scope, expr)
        case s.Field(s.Each(s.Name(step), _), output, span) if step in scope.steps:
            return outputs.each(scope, step, output, span)
        case s.Each(s.Name(step), span) if step in scope.steps:
            return outputs.each(scope, step, None, span)
        case s.Field(s.Index(s.Name(step), index, _), output, span) if (
            step in scope.steps and step not in scope.values
        ):
            return outputs.item_output(scope, step, index, output, span)
        case s.Field(s.Name() as base, field, span):
            return _field_of_name(scope, base, field, span)
        case s.Field(base, field, span):
            return members.field(scope, expressions.lower(scope, base), field, span)
        case s.Index(base, index, span):
            return _index(scope, base, index, span)
        case s.Each(base, span):
            return _each(scope, base, span)


def _each(scope: Scope, base: s.Expression, span: Span) -> ir.Expr:
    """Report `.*` behind what is no step in a loop."""
    if isinstance(base, s.Name) and base.text not in scope.values and base.text not in scope.roots:
        if not scope.module.missing(base.text):
            _no_step(scope, base)
        return unknown(span)
    inner = expressions.lower(scope, base)
    if not isinstance(inner.type, Unknown):
        scope.context.report(
            "out-of-reach",
            span,
            f"`.*` stands behind a step in a loop, `{base.span.text}` is a `{show(inner.type)}`",
        )
    return unknown(span)


def name(scope: Scope, expr: s.Name) -> ir.Expr:
    """Lower a name of the value space."""
    word, span = expr.text, expr.span
    found = scope.values.get(word) if word not in scope.near else None
    if found is None:
        _report_name(scope, word, span)
        return unknown(span)
    if found.what in ("secret", "config", "store", "volume"):
        example = f'`{word}["key"]`' if found.what != "volume" else "`mount`"
        scope.context.report(
            "unknown-field",
            span,
            f"`{word}` is a {found.what}, not a value",
            label=f"use {example}",
            labels=(Label(found.declared, "declared here"),),
        )
        return unknown(span)
    return presence.known(scope, found.read(scope, span))


def _report_name(scope: Scope, word: str, span: Span) -> None:
    """Report a name that is none of the value space, unless that of an import that failed."""
    if word in scope.steps and word not in scope.near:
        info = scope.steps[word]
        outputs = ", ".join(f"`{word}.{o}`" for o in info.outputs)
        scope.context.report(
            "unknown-output",
            span,
            f"`{word}` is a step, not a value",
            label="name one of its outputs",
            labels=(Label(info.span, f"its outputs: {outputs}" if outputs else "it has no outputs"),),
        )
    elif word in scope.roots and not scope.module.missing(word):
        scope.context.report(
            "unknown-field",
            span,
            f"`{word}` has fields: {', '.join(f'`{word}.{f}`' for f in scope.roots[word])}",
        )
    elif not scope.module.missing(word):
        scope.context.report(
            "unknown-name",
            span,
            f"nothing here is called `{word}`",
            label="not found",
            **_hint(scope, word, span),
        )


_CONSTANTS = {
    **dict.fromkeys(("True", "TRUE", "Yes", "yes"), "true"),
    **dict.fromkeys(("False", "FALSE", "No", "no"), "false"),
}


def _hint(scope: Scope, word: str, span: Span) -> dict[str, Any]:
    if word in _CONSTANTS:
        return {"fixes": (Fix(f"did you mean `{_CONSTANTS[word]}`?", (Edit(span, _CONSTANTS[word]),)),)}
    if word.lower() in ("null", "none", "nil", "undefined"):
        return {"helps": ("there is no null: leave it out; a `param x: T?` without a default is absent",)}
    left, dash, right = word.rpartition("-")
    if dash and (left in scope.values) and (right in scope.values or right.isdigit()):
        return {"fixes": (Fix("a minus has spaces around it", (Edit(span, f"{left} - {right}"),)),)}
    fixes = did_you_mean(word, chain(scope.values, scope.roots), span)
    labels: tuple[Label, ...] = ()
    if fixes:
        meant = scope.values.get(fixes[0].edits[0].text)
        labels = (Label(meant.declared, "similar name, declared here"),) if meant else ()
    return {"fixes": fixes, "labels": labels}


_OTHER_ROOTS = {
    **dict.fromkeys(("steps", "tasks"), ("an output of a step is written `STEP.NAME`",)),
    **dict.fromkeys(("inputs", "params", "parameters"), ("a `param` or `in` is written by its name alone",)),
    "workflow": ("values of the run are `run.name`, `run.id` and the like",),
}
"""Words with which other languages begin a reference, and how it is written here."""


def _field_of_name(scope: Scope, base: s.Name, field: s.Name, span: Span) -> ir.Expr:
    word = base.text
    if word in scope.near:
        return _field_of_root(scope, word, field, span)
    found = scope.values.get(word)
    if found is not None and (
        word not in scope.steps
        or isinstance(bare(found.type), (Record, MapOf))
        or field.text in members.ARTIFACT_FIELDS
    ):
        if found.what in ("secret", "config") and word not in scope.steps:
            scope.context.report(
                "unknown-field",
                span,
                f'a key of `{word}` is written `{word}["{field.text}"]`',
                label="not a field",
                fixes=(Fix("use the key", (Edit(span, f'{word}["{field.text}"]'),)),),
            )
            return unknown(span)
        return members.field(scope, name(scope, base), field, span)
    if word in scope.steps:
        return outputs.output(scope, word, field, span)
    if word in scope.roots:
        return _field_of_root(scope, word, field, span)
    constant = scope.module.constant_of(word, field.text, span)
    if constant is not None:
        return constant
    if scope.module.missing(word):
        return unknown(span)
    _no_step(scope, base)
    return unknown(span)


def _no_step(scope: Scope, base: s.Name) -> None:
    word = base.text
    fixes = did_you_mean(word, chain(scope.steps, scope.values), base.span)
    labels: tuple[Label, ...] = ()
    if fixes and (close := fixes[0].edits[0].text) in scope.steps:
        labels = (Label(scope.steps[close].span, "similar name, defined here"),)
    scope.context.report(
        "unknown-step",
        base.span,
        f"no step is named `{word}`",
        label="not found",
        fixes=fixes,
        labels=labels,
        helps=_OTHER_ROOTS.get(word, ()),
    )


def _field_of_root(scope: Scope, word: str, field: s.Name, span: Span) -> ir.Expr:
    """Lower a field of `run`, `step`, `last`, `response` or `object`."""
    root = scope.roots[word]
    if "*" in root:
        return ir.EngineRef(word, (field.text,), root["*"], span)
    kind = root.get(field.text)
    if kind is None:
        scope.context.report(
            "unknown-field",
            field.span,
            f"`{word}` has no field `{field.text}`",
            label=f"it has {', '.join(root)}",
            fixes=did_you_mean(field.text, root, field.span),
        )
        return unknown(span)
    path = field.text if word == "run" else f"{word}.{field.text}"
    measured = "exit_code" in root and field.text in MEASURED
    reference: ir.Expr = (
        ir.RunRef(path, kind, span)
        if word in ("run", "step") and not measured
        else ir.EngineRef(word, (field.text,), kind, span)
    )
    return presence.known(scope, reference)


def _index_of_name(scope: Scope, base: s.Name, index: s.Expression, span: Span) -> ir.Expr | None:
    """Lower `name[index]` where the name is no value: of a secret, config, store or step."""
    found = scope.values.get(base.text)
    if found is not None and found.what in ("secret", "config", "store"):
        key = expressions.value(scope, index, STRING)
        if found.what == "store":
            return ir.PlaceRef(base.text, key, Artifact("Artifact"), span)
        return ir.KeyRef(base.text, key, STRING, span)
    if found is None and base.text == "artifacts":
        return ir.PlaceRef(None, expressions.value(scope, index, STRING), Artifact("Artifact"), span)
    if found is None and base.text in scope.steps:
        step = scope.steps[base.text]
        scope.context.report(
            "unknown-output",
            span,
            f"`{span.text}` is an item of a loop, not a value",
            label="name one of its outputs",
            labels=(Label(step.span, f"outputs: {', '.join(step.outputs)}"),),
        )
        return unknown(span)
    return None


def _index(scope: Scope, base: s.Expression, index: s.Expression, span: Span) -> ir.Expr:
    named = _index_of_name(scope, base, index, span) if isinstance(base, s.Name) else None
    if named is not None:
        return named
    return members.item(scope, base, index, span)
