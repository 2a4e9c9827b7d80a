"""Types: as written in, as meant out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kfdsl import syntax as s
from kfdsl.diagnostics import Edit, Fix, Label
from kfdsl.kinds import (
    ARTIFACTS,
    SCALARS,
    UNKNOWN,
    Artifact,
    Enum,
    Kind,
    ListOf,
    MapOf,
    Record,
    Scalar,
    is_artifact,
    optional,
    show,
)
from kfdsl.lower.context import did_you_mean
from kfdsl.source import Span

if TYPE_CHECKING:
    from kfdsl.lower.module import Module


_OTHERS = {
    "str": "string",
    "text": "string",
    "String": "string",
    "integer": "int",
    "Int": "int",
    "number": "float",
    "double": "float",
    "boolean": "bool",
    "array": "list",
    "dict": "map",
    "object": "map",
    "File": "Artifact",
    "artifact": "Artifact",
    "file": "Artifact",
    "dataset": "Dataset",
    "model": "Model",
    "any": "json",
}
_ALL = (
    f"the types are {', '.join(SCALARS)}, list<T>, map<T>, enum(…), records, "
    "and artifacts such as Artifact, Dataset, Model"
)


def lower(module: Module, kind: s.Type) -> Kind:
    """Return the meaning of a type; `Unknown` where it is wrong, which is reported."""
    match kind:
        case s.TypeName(name, span):
            return _named(module, name, span)
        case s.GenericType():
            return _generic(module, kind)
        case s.EnumType(members, _):
            return Enum(tuple(_member(module, m) for m in members))
        case s.RecordType():
            return _record(module, kind)
        case s.OptionalType(item, span):
            inner = lower(module, item)
            if isinstance(item, s.OptionalType):
                module.context.report(
                    "unknown-type", span, "`??` says no more than `?`", label="one is enough"
                )
            return optional(inner)


def _generic(module: Module, kind: s.GenericType) -> Kind:
    name, span = kind.name, kind.span
    inner = lower(module, kind.item)
    if name == "list":
        return ListOf(inner)
    if name == "map":
        if is_artifact(inner):
            module.context.report(
                "unknown-type", span, "a map holds values, not artifacts", label="use a list"
            )
        return MapOf(inner)
    head = span.source.text[span.start : span.start + len(name)]
    module.context.report(
        "unknown-type",
        span,
        f"`{head}` takes no type of items",
        label="only `list<T>` and `map<T>` do",
        fixes=did_you_mean(name, ("list", "map"), span) if "<" not in head else (),
    )
    return UNKNOWN


def _record(module: Module, kind: s.RecordType) -> Kind:
    seen: dict[str, Kind] = {}
    for field in kind.fields:
        if field.name.text in seen:
            module.context.report(
                "duplicate-key",
                field.name.span,
                f"the record has two fields `{field.name.text}`",
                label="again here",
            )
        inner = lower(module, field.type)
        if is_artifact(inner):
            module.context.report(
                "unknown-type",
                field.type.span,
                "a record holds values, not artifacts",
                label=f"`{show(inner)}` is a file",
            )
        seen[field.name.text] = inner
    return Record(tuple(seen.items()))


def _member(module: Module, expr: s.Expression) -> str:
    if isinstance(expr, s.Text):
        return expr.value
    module.context.report(
        "not-constant", expr.span, "the members of an enum are texts, written out", label="a text in quotes"
    )
    return ""


def _named(module: Module, name: str, span: Span) -> Kind:
    if name in SCALARS:
        return Scalar(name)
    if name in ARTIFACTS:
        return Artifact(name)
    declared = module.artifact_types.get(name)
    if declared is not None:
        return Artifact(name, declared)
    if name in ("list", "map"):
        module.context.report("unknown-type", span, f"a `{name}` of what?", label=f"write `{name}<string>`")
        return UNKNOWN
    if module.missing(name):
        return UNKNOWN
    known = (*SCALARS, *ARTIFACTS, *module.artifact_types)
    meant = _OTHERS.get(name)
    fixes = did_you_mean(name, known, span)
    if meant in known:
        fixes = (Fix(f"did you mean `{meant}`?", (Edit(span, meant),)),)
    labels: tuple[Label, ...] = ()
    module.context.report(
        "unknown-type",
        span,
        f"there is no type `{name}`",
        label="not found",
        fixes=fixes,
        labels=labels,
        helps=() if fixes else (_ALL,),
    )
    return UNKNOWN
