"""Members: fields of records, items of lists and maps, parts of artifacts."""

from __future__ import annotations

from kfdsl import ir
from kfdsl import syntax as s
from kfdsl.kinds import (
    INT,
    JSON,
    STRING,
    Artifact,
    Kind,
    ListOf,
    MapOf,
    Optional,
    Record,
    Unknown,
    bare,
    optional,
    show,
)
from kfdsl.lower import expressions, presence
from kfdsl.lower.constants import unknown
from kfdsl.lower.context import did_you_mean
from kfdsl.lower.scope import Scope
from kfdsl.node import replace
from kfdsl.source import Span

ARTIFACT_FIELDS: dict[str, Kind] = {"uri": STRING, "name": STRING, "metadata": MapOf(JSON)}


def field(scope: Scope, base: ir.Expr, name: s.Name, span: Span) -> ir.Expr:
    """Lower `base.name`."""
    if isinstance(base, ir.EngineRef) and base.type == JSON:
        return ir.EngineRef(base.root, (*base.path, name.text), JSON, span)
    base = presence.present(scope, base)
    if isinstance(base, ir.MapExpr) and name.text in dict(base.entries):
        return replace(dict(base.entries)[name.text], span=span)
    if isinstance(base, ir.OutputPath) and base.artifact and name.text == "uri":
        return ir.FieldOf(base, name.text, STRING, span)
    match bare(base.type):
        case Record(fields):
            return _of_record(scope, base, name, dict(fields), span)
        case MapOf(item):
            return ir.FieldOf(base, name.text, item, span)
        case Artifact() if name.text in ARTIFACT_FIELDS:
            return ir.FieldOf(base, name.text, ARTIFACT_FIELDS[name.text], span)
        case Unknown():
            return unknown(span)
        case kind if kind == JSON:
            return ir.FieldOf(base, name.text, JSON, span)
        case kind:
            scope.context.report(
                "unknown-field",
                name.span,
                f"a `{show(kind)}` has no field `{name.text}`",
                label="no such field",
            )
            return unknown(span)


def _of_record(scope: Scope, base: ir.Expr, name: s.Name, known: dict[str, Kind], span: Span) -> ir.Expr:
    if name.text not in known and isinstance(base, ir.RunRef):
        return _undeclared(scope, base, name, known)
    if name.text not in known:
        scope.context.report(
            "unknown-field",
            name.span,
            f"the record has no field `{name.text}`",
            label=f"it has {', '.join(known) or 'none'}",
            fixes=did_you_mean(name.text, known, name.span),
        )
        return unknown(span)
    if isinstance(base, ir.EngineRef):
        return ir.EngineRef(base.root, (*base.path, name.text), known[name.text], span)
    return presence.known(scope, ir.FieldOf(base, name.text, known[name.text], span))


def _undeclared(scope: Scope, base: ir.RunRef, name: s.Name, known: dict[str, Kind]) -> ir.Expr:
    """Report a label or annotation that the pipeline does not give to its runs."""
    scope.context.report(
        "unknown-field",
        name.span,
        f"the pipeline has no {base.field.removesuffix('s')} `{name.text}`",
        label=f"declared: {', '.join(known) or 'none'}",
        fixes=did_you_mean(name.text, known, name.span) if name.span.text == name.text else (),
        helps=(f'declare it: `{base.field} = {{ "{name.text}" = "…" }}`',),
    )
    return unknown(base.span)


def item(scope: Scope, base: s.Expression, index: s.Expression, span: Span) -> ir.Expr:
    """Lower `base[index]` of a value."""
    lowered = expressions.lower(scope, base)
    if isinstance(bare(lowered.type), Artifact) and not isinstance(lowered, (ir.PlaceRef, ir.LoadedRef)):
        return _part(scope, lowered, index, span)
    lowered = presence.present(scope, lowered)
    match bare(lowered.type):
        case ListOf(kind):
            return ir.IndexOf(lowered, expressions.value(scope, index, INT), kind, span)
        case MapOf(kind):
            key = expressions.value(scope, index, STRING)
            if isinstance(lowered, ir.RunRef) and isinstance(key, ir.Literal):
                return ir.FieldOf(lowered, str(key.value), kind, span)
            return ir.IndexOf(lowered, key, kind, span)
        case Record(fields):
            key = expressions.value(scope, index, STRING)
            if isinstance(key, ir.Literal):
                return field(scope, lowered, s.Name(str(key.value), key.span), span)
            same = len({show(kind) for _, kind in fields}) == 1
            return ir.IndexOf(lowered, key, fields[0][1] if same else JSON, span)
        case Unknown():
            return unknown(span)
        case kind if kind == JSON:
            return ir.IndexOf(lowered, expressions.lower(scope, index), JSON, span)
        case kind:
            scope.context.report(
                "type-mismatch", lowered.span, f"a `{show(kind)}` has no items", label="not a list or map"
            )
            return unknown(span)


def _part(scope: Scope, base: ir.Expr, index: s.Expression, span: Span) -> ir.Expr:
    """Lower a file or folder inside an artifact; inside a body an artifact is a path already."""
    path = expressions.value(scope, index, STRING)
    if isinstance(base, ir.InputRef):
        scope.context.report(
            "type-mismatch",
            span,
            f"`{base.name}` is a path here, not an artifact",
            label="no part of it can be taken",
            helps=(f'its parts are `"${{{base.name}}}/…"`; or take one in: `in x = STEP.OUTPUT["…"]`',),
        )
        return unknown(span)
    kind: Kind = Artifact("Artifact")
    return ir.PartOf(base, path, optional(kind) if isinstance(base.type, Optional) else kind, span)
