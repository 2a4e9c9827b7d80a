"""Inputs and outputs of a body: `in` and `out` items to checked ports, and to names for its inside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from kfdsl import ir
from kfdsl import syntax as s
from kfdsl.diagnostics import Label
from kfdsl.kinds import JSON, STRING, UNKNOWN, Artifact, Kind, Unknown, bare, is_artifact, show
from kfdsl.lower import builtins_table, expressions, keys, settings_table, shapes, volumes
from kfdsl.lower.body_parts import Owner, Parts
from kfdsl.lower.context import Context
from kfdsl.lower.scope import Scope, Value
from kfdsl.lower.values import input_value
from kfdsl.node import Node
from kfdsl.source import Span

_INPUT_OPTIONS = shapes.record_of(
    {"mode": volumes.file_mode, "name": shapes.constant_text, "recurse": shapes.flag}
)
_OUTPUT_OPTIONS = ("archive", "gc", "default", "global", "name", "mode")


class Inputs(Node):
    """The inputs of a body, the values bound to them, and the names by which its inside reads them."""

    ports: tuple[ir.Input, ...]
    arguments: tuple[tuple[str, ir.Expr], ...]
    values: Mapping[str, Value]


def inputs(scope: Scope, owner: Owner, items: tuple[s.In, ...]) -> Inputs:
    """Lower the `in`s of a body; of two with one name, which is reported elsewhere, the first counts."""
    ports: dict[str, ir.Input] = {}
    arguments: list[tuple[str, ir.Expr]] = []
    for item in items:
        name = item.name.text
        if name in ports:
            continue
        wanted = scope.module.type_of(item.type) if item.type is not None else None
        value = _bound(scope, owner, item, wanted)
        kind = wanted if wanted is not None else bare(value.type) if value is not None else UNKNOWN
        is_default = owner.is_component or owner.built_in == "approve"
        at = expressions.value(scope, item.at, STRING) if item.at is not None else None
        options = _input_options(scope, item.options)
        default = value if is_default else None
        ports[name] = ir.Input(name, kind, default, at, options, item.doc, item.name.span)
        if value is not None and not is_default:
            arguments.append((name, value))
        if item.to is not None:
            scope.context.report(
                "misplaced-item",
                item.to.span,
                "`to` belongs to an `out`",
                label="an `in` has a place as its value",
            )
    values = {p.name: input_value(p.name, p.type, p.span) for p in ports.values()}
    return Inputs(tuple(ports.values()), tuple(arguments), values)


def _bound(scope: Scope, owner: Owner, item: s.In, wanted: Kind | None) -> ir.Expr | None:
    """Return the value that an `in` has where it is written."""
    name = item.name
    if item.value is None:
        _report_unbound(scope, owner, name, typed=wanted is not None)
        return None
    if item.short and name.text == "*":
        scope.context.report(
            "missing-value",
            item.value.span,
            "a list of records needs a name here",
            label="write `in name = …`",
        )
    if owner.is_component and wanted is None:
        scope.context.report(
            "missing-type",
            name.span,
            f"`in {name.text}` of a component needs a type",
            label=f"write `in {name.text}: T = …`",
        )
    asked = Label(item.type.span, "this is asked for") if item.type is not None else None
    value = (
        expressions.value(scope, item.value)
        if wanted is None
        else expressions.declared(scope, item.value, wanted, asked)
    )
    if isinstance(value, ir.KeyRef):
        keys.refuse_secret(scope, value, "an input")
    if (
        owner.is_component
        and not isinstance(value, (ir.KeyRef, ir.PlaceRef, ir.LoadedRef))
        and not isinstance(value.type, Unknown)
    ):
        return scope.module.fold(value)
    return value


def _report_unbound(scope: Scope, owner: Owner, name: s.Name, *, typed: bool) -> None:
    """Report an `in` without a value, where it needs one."""
    if not typed:
        scope.context.report(
            "missing-type",
            name.span,
            f"`in {name.text}` has neither a type nor a value",
            label="of which type?",
        )
    elif not owner.is_component and owner.built_in not in ("extern", "approve"):
        scope.context.report(
            "unbound-input",
            name.span,
            f"`in {name.text}` of step `{owner.name.text}` has no value",
            label="from where?",
            helps=(f"bind it: `in {name.text} = …`",),
        )


def _input_options(scope: Scope, options: s.MapLiteral | None) -> tuple[tuple[str, ir.Constant], ...]:
    """Return the options of an `in` as constants."""
    if options is None:
        return ()
    checked = _INPUT_OPTIONS(scope, options)
    entries = checked.entries if isinstance(checked, ir.MapExpr) else ()
    return tuple((name, value.value if isinstance(value, ir.Literal) else None) for name, value in entries)


def outputs(scope: Scope, owner: Owner, items: tuple[s.Out, ...]) -> tuple[ir.Output, ...]:
    """Lower the `out`s of a body, from inside it; of two with one name the first counts."""
    ports: dict[str, ir.Output] = {}
    for item in items:
        if item.name.text not in ports:
            ports[item.name.text] = _output(scope, owner, item)
    return tuple(ports.values())


def _output(scope: Scope, owner: Owner, item: s.Out) -> ir.Output:
    name = item.name
    if item.type is None:
        scope.context.report(
            "missing-type",
            name.span,
            f"`out {name.text}` needs a type",
            label=f"write `out {name.text}: T`",
        )
    kind = scope.module.type_of(item.type) if item.type is not None else UNKNOWN
    value = _output_value(scope, owner, item, kind)
    at = expressions.value(scope, item.at, STRING) if item.at is not None else None
    place = expressions.value(scope, item.to, Artifact("Artifact")) if item.to is not None else None
    if item.to is not None and not is_artifact(kind) and not isinstance(kind, Unknown):
        scope.context.report(
            "type-mismatch",
            item.to.span,
            f"a store holds artifacts, `{name.text}` is a `{show(kind)}`",
            label="not a file",
        )
    options, metadata = _output_options(scope, item, kind)
    to = place if isinstance(place, ir.PlaceRef) else None
    return ir.Output(name.text, kind, value, at, to, options, metadata, item.doc, name.span)


def _output_value(scope: Scope, owner: Owner, item: s.Out, kind: Kind) -> ir.Expr | Literal["stdout"] | None:
    if item.value is None:
        return None
    if isinstance(item.value, s.Name) and item.value.text == "stdout" and "stdout" not in scope.values:
        if is_artifact(kind):
            scope.context.report(
                "type-mismatch",
                item.value.span,
                "what a step prints is a value, not an artifact",
                label="not a file",
            )
        return "stdout"
    roots = builtins_table.OUTPUT_ROOTS.get(owner.built_in or "", {})
    return expressions.value(scope.with_roots(roots, near=True), item.value, kind if not roots else None)


def _output_options(
    scope: Scope, item: s.Out, kind: Kind
) -> tuple[tuple[tuple[str, ir.Constant], ...], tuple[tuple[str, ir.Expr], ...]]:
    options: list[tuple[str, ir.Constant]] = []
    metadata: list[tuple[str, ir.Expr]] = []
    for entry in shapes.unique(scope, item.options) if item.options is not None else ():
        key = entry.key.text
        if key == "archive":
            checked = shapes.either(
                (shapes.is_map, shapes.record_of({"tar": shapes.constant_int})),
                otherwise=shapes.words("none", "zip", "tar"),
            )(scope, entry.value)
            options.append((key, None if isinstance(checked, ir.RangeExpr) else scope.module.value(checked)))
        elif key == "gc":
            words = settings_table.GC(scope, entry.value)
            options.append((key, None if isinstance(words, ir.RangeExpr) else scope.module.value(words)))
        elif key in _OUTPUT_OPTIONS:
            value = expressions.lower(scope, entry.value)
            options.append((key, None if isinstance(value.type, Unknown) else scope.module.value(value)))
        elif is_artifact(kind):
            metadata.append((key, expressions.value(scope, entry.value, JSON)))
        else:
            scope.context.report(
                "unknown-setting",
                entry.key.span,
                f"a value `out` has no option `{key}`",
                label=f"known: {', '.join(_OUTPUT_OPTIONS)}",
            )
    return tuple(options), tuple(metadata)


def printed(name: str, kind: Kind, span: Span) -> ir.Output:
    """Return an output that a built-in has without its being declared."""
    return ir.Output(name, kind, "stdout", None, None, (), (), "", span)


def check_names(scope: Scope, owner: Owner, parts: Parts) -> None:
    """Report `in`s, `out`s, `let`s and loop variables of one name.

    An artifact that is `in` and `out` at one path is the same file.
    """
    seen: dict[str, s.In | s.Out | s.Let] = {}
    ports: tuple[s.In | s.Out | s.Let, ...] = (*parts.ins, *parts.outs, *parts.lets)
    for item in ports:
        first = seen.setdefault(item.name.text, item)
        if first is item or item.name.text == "*":
            continue
        same_file = (
            isinstance(first, s.In)
            and isinstance(item, s.Out)
            and item.at is not None
            and item.at == first.at
        )
        if same_file:
            continue
        scope.context.report(
            "duplicate-name",
            item.name.span,
            f"`{item.name.text}` is declared twice in `{owner.name.text}`",
            label="again here",
            labels=(Label(first.name.span, "first here"),),
        )
    for name, value in scope.values.items():
        if value.what == "loop variable" and name in seen and not owner.is_component:
            item = seen[name]
            scope.context.report(
                "duplicate-name",
                item.name.span,
                f"`{name}` is the loop variable too",
                label="choose another name",
                labels=(Label(value.declared, "the loop variable"),),
            )


def check_outputs_of_files(context: Context, outputs: Sequence[ir.Output]) -> None:
    """Report outputs of a container that have a value: it writes them itself."""
    for output in outputs:
        if (
            output.value is not None
            and output.value != "stdout"
            and not isinstance(output.value.type, Unknown)
        ):
            context.report(
                "unwritten-output",
                output.span,
                f"`out {output.name}` of a step that runs a container is written by it",
                label="has a value",
                helps=(
                    "leave the value out: the path to write to is the variable of its name",
                    "or read what it prints: `= stdout`",
                ),
            )
