"""References: names, outputs of steps, fields, items, keys of secrets; and what may be absent."""

from __future__ import annotations

from typing import Any

from kfdsl import ir
from kfdsl import syntax as s
from kfdsl.kinds import (
    INT,
    JSON,
    STRING,
    UNKNOWN,
    Artifact,
    Enum,
    Kind,
    ListOf,
    MapOf,
    Optional,
    Record,
    Scalar,
    Unknown,
    bare,
    fits,
    is_artifact,
    optional,
    show,
)
from kfdsl.lower import expressions
from kfdsl.lower.context import Edit, Fix, Label, did_you_mean
from kfdsl.lower.facts import BranchOf, covers, implied
from kfdsl.lower.scope import Scope, StepInfo
from kfdsl.source import Span

MEASURED = ("status", "duration", "exit_code")
"""Fields of `step` that a metric can read: the engine has them there only."""

ARTIFACT_FIELDS: dict[str, Kind] = {"uri": STRING, "name": STRING, "metadata": MapOf(JSON)}


def lower(scope: Scope, expr: s.Name | s.Field | s.Each | s.Index) -> ir.Expr:
    """Lower a reference."""
    match expr:
        case s.Name():
            return name(scope, expr)
        case s.Field(s.Each(s.Name(step), _), output, span) if step in scope.steps:
            return each(scope, step, output, span)
        case s.Each(s.Name(step), span) if step in scope.steps:
            return each(scope, step, None, span)
        case s.Field(s.Index(s.Name(step), index, _), output, span) if (
            step in scope.steps and step not in scope.values
        ):
            return _item_output(scope, step, index, output, span)
        case s.Field(s.Name() as base, field, span):
            return _field_of_name(scope, base, field, span)
        case s.Field(base, field, span):
            return field_of(scope, expressions.lower(scope, base), field, span)
        case s.Index(base, index, span):
            return _index(scope, base, index, span)
        case s.Each(base, span):
            inner = expressions.lower(scope, base)
            if not isinstance(inner.type, Unknown):
                scope.context.report(
                    "out-of-reach",
                    span,
                    f"`.*` stands behind a step in a loop, `{base.span.text}` is a `{show(inner.type)}`",
                )
            return unknown(span)


def unknown(span: Span) -> ir.Expr:
    """Return what stands for an expression that is wrong."""
    return ir.Literal("", UNKNOWN, span)


def name(scope: Scope, expr: s.Name) -> ir.Expr:
    """Lower a name of the value space."""
    word, span = expr.text, expr.span
    found = scope.values.get(word)
    if found is not None:
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
        return _known(scope, found.refer(span))
    if word in scope.steps:
        info = scope.steps[word]
        outputs = ", ".join(f"`{word}.{o}`" for o in info.outputs)
        scope.context.report(
            "unknown-output",
            span,
            f"`{word}` is a step, not a value",
            label="name one of its outputs",
            labels=(Label(info.span, f"its outputs: {outputs}" if outputs else "it has no outputs"),),
        )
        return unknown(span)
    if scope.module.missing(word):
        return unknown(span)
    if word in scope.roots:
        scope.context.report(
            "unknown-field",
            span,
            f"`{word}` has fields: {', '.join(f'`{word}.{f}`' for f in scope.roots[word])}",
        )
        return unknown(span)
    scope.context.report(
        "unknown-name",
        span,
        f"nothing here is called `{word}`",
        label="not found",
        **_hint(scope, word, span),
    )
    return unknown(span)


_CONSTANTS = {
    "True": "true", "False": "false", "TRUE": "true", "FALSE": "false", "yes": "true", "no": "false", "Yes": "true", "No": "false",
}  # fmt: skip


def _hint(scope: Scope, word: str, span: Span) -> dict[str, Any]:
    if word in _CONSTANTS:
        return {"fixes": (Fix(f"did you mean `{_CONSTANTS[word]}`?", (Edit(span, _CONSTANTS[word]),)),)}
    if word.lower() in ("null", "none", "nil", "undefined"):
        return {"helps": ("there is no null: leave it out; a `param x: T?` without a default is absent",)}
    left, dash, right = word.rpartition("-")
    if dash and (left in scope.values) and (right in scope.values or right.isdigit()):
        return {"fixes": (Fix("a minus has spaces around it", (Edit(span, f"{left} - {right}"),)),)}
    fixes = did_you_mean(word, {**scope.values, **dict.fromkeys(scope.roots)}, span)
    labels: tuple[Label, ...] = ()
    if fixes:
        meant = scope.values.get(fixes[0].edits[0].text)
        labels = (Label(meant.declared, "similar name, declared here"),) if meant else ()
    return {"fixes": fixes, "labels": labels}


def _known(scope: Scope, expr: ir.Expr) -> ir.Expr:
    """Take the `?` off a value that is known to be present here."""
    if isinstance(expr.type, Optional) and _is_present(scope, expr):
        fields = {f: getattr(expr, f) for f in type(expr)._fields}
        return type(expr)(**{**fields, "type": expr.type.item})
    return expr


def _is_present(scope: Scope, expr: ir.Expr) -> bool:
    from kfdsl.lower.facts import fact  # noqa: PLC0415

    return ("FunctionCall", "present", (fact(expr),)) in scope.place.facts


def _field_of_name(scope: Scope, base: s.Name, field: s.Name, span: Span) -> ir.Expr:
    word = base.text
    found = scope.values.get(word)
    if found is not None and (
        word not in scope.steps
        or isinstance(bare(found.type), (Record, MapOf))
        or field.text in ARTIFACT_FIELDS
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
        return field_of(scope, name(scope, base), field, span)
    if word in scope.steps:
        return output(scope, word, field, span)
    root = scope.roots.get(word)
    if root is not None:
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
        return _known(scope, reference)
    constant = scope.module.constant_of(word, field.text, span)
    if constant is not None:
        return constant
    if scope.module.missing(word):
        return unknown(span)
    fixes = did_you_mean(word, {**scope.steps, **scope.values}, base.span)
    labels: tuple[Label, ...] = ()
    if fixes and (close := fixes[0].edits[0].text) in scope.steps:
        labels = (Label(scope.steps[close].span, "similar name, defined here"),)
    scope.context.report(
        "unknown-step", base.span, f"no step is named `{word}`", label="not found", fixes=fixes, labels=labels
    )
    return unknown(span)


def field_of(scope: Scope, base: ir.Expr, field: s.Name, span: Span) -> ir.Expr:
    """Lower `base.field`."""
    if isinstance(base, ir.EngineRef) and base.type == JSON:
        return ir.EngineRef(base.root, (*base.path, field.text), JSON, span)
    base = expressions.present(scope, base)
    match bare(base.type):
        case Record(fields):
            known = dict(fields)
            if field.text not in known:
                scope.context.report(
                    "unknown-field",
                    field.span,
                    f"the record has no field `{field.text}`",
                    label=f"it has {', '.join(known) or 'none'}",
                    fixes=did_you_mean(field.text, known, field.span),
                )
                return unknown(span)
            return _known(scope, ir.FieldOf(base, field.text, known[field.text], span))
        case MapOf(item):
            return ir.FieldOf(base, field.text, item, span)
        case Artifact() if field.text in ARTIFACT_FIELDS:
            return ir.FieldOf(base, field.text, ARTIFACT_FIELDS[field.text], span)
        case Unknown():
            return unknown(span)
        case kind if kind == JSON:
            return ir.FieldOf(base, field.text, JSON, span)
        case kind:
            scope.context.report(
                "unknown-field",
                field.span,
                f"a `{show(kind)}` has no field `{field.text}`",
                label="no such field",
            )
            return unknown(span)


# ---- outputs of steps


def output(scope: Scope, step: str, field: s.Name, span: Span) -> ir.Expr:
    """Lower `step.output`."""
    info = scope.steps[step]
    kind = _output_type(scope, info, field)
    if kind is None:
        return unknown(span)
    scope.need(step, span, data=True)
    if not _reachable(scope, info, span):
        return unknown(span)
    hidden = _loops_between(scope, info)
    if hidden:
        dot = field.span.start - 1
        scope.context.report(
            "out-of-reach",
            span,
            f"`{step}` runs once for each item of a loop",
            label="which item's?",
            labels=(Label(info.span, "in a loop"),),
            fixes=(
                Fix(
                    f"read them all as a list: `{step}.*.{field.text}`",
                    (Edit(Span(span.source, dot, dot), ".*"),),
                    safe=False,
                ),
            ),
        )
        return unknown(span)
    return _known(
        scope, ir.OutputRef(step, field.text, optional(kind) if _may_be_absent(scope, info) else kind, span)
    )


def _reachable(scope: Scope, info: StepInfo, span: Span) -> bool:
    if info.handler is not None and info.handler != scope.place.handler:
        scope.context.report(
            "out-of-reach",
            span,
            f"`{info.name}` stands in a handler, which runs after everything else",
            label="does not exist yet",
            labels=(Label(info.span, "in a handler"),),
        )
        return False
    return True


def _output_type(scope: Scope, info: StepInfo, field: s.Name) -> Kind | None:
    if field.text in info.outputs:
        return info.outputs[field.text]
    declared = ", ".join(info.outputs)
    what = "group" if info.is_group else "step"
    where = next(iter(info.outputs_at.values()), info.span)
    scope.context.report(
        "unknown-output",
        field.span,
        f"{what} `{info.name}` has no output `{field.text}`",
        label=f"not an output of `{info.name}`",
        labels=(Label(where, f"declared outputs: {declared}" if declared else "it declares no outputs"),),
        fixes=did_you_mean(field.text, info.outputs, field.span),
    )
    return None


def _loops_between(scope: Scope, info: StepInfo) -> tuple[str, ...]:
    """Return the loops around a step that are not around the reader."""
    here = scope.place.loops
    shared = 0
    while shared < min(len(here), len(info.loops)) and here[shared] == info.loops[shared]:
        shared += 1
    return info.loops[shared:]


def remaining(scope: Scope, info: StepInfo) -> list[BranchOf | None]:
    """Return the conditions of a step that do not follow from what is known here, outermost first."""
    known = scope.place.facts
    return [c.branch for c in info.conditions if not all(implied(one, known) for one in c.facts)]


def _may_be_absent(scope: Scope, info: StepInfo) -> bool:
    place = scope.place
    if any(
        one[:2] == ("FunctionCall", "present") and one[2][0][:2] == ("OutputRef", info.name)
        for one in place.facts
        if len(one) > 2
    ):
        return False
    if place.handler is not None and info.handler != place.handler:
        return True
    return info.may_fail or info.name in place.failed or bool(remaining(scope, info))


def each(scope: Scope, step: str, field: s.Name | None, span: Span) -> ir.Expr:
    """Lower `step.*.output` and `step.*`."""
    info = scope.steps[step]
    scope.need(step, span, data=True)
    kind: Kind | None
    if field is None:
        values = tuple((n, k) for n, k in info.outputs.items() if not is_artifact(k))
        kind = Record(
            (
                *values,
                *(
                    (("item", info.item_type),)
                    if info.item_type is not None and "item" not in info.outputs
                    else ()
                ),
            )
        )
    elif field.text == "item" and info.item_type is not None and "item" not in info.outputs:
        kind = info.item_type
    else:
        kind = _output_type(scope, info, field)
    if kind is None or not _reachable(scope, info, span):
        return unknown(span)
    hidden = _loops_between(scope, info)
    if not hidden:
        scope.context.report(
            "out-of-reach",
            span,
            f"`{step}` is not in a loop, so there is no list of its outputs",
            label="`.*` is for loops",
            labels=(Label(info.span, "runs once"),),
            fixes=_without_star(span, field),
        )
        return unknown(span)
    for _ in hidden:
        kind = ListOf(bare(kind))
    return ir.EachRef(step, field.text if field else None, kind, span)


def _without_star(span: Span, field: s.Name | None) -> tuple[Fix, ...]:
    if field is None:
        return ()
    at = span.source.text.find(".*", span.start)
    return (Fix("remove `.*`", (Edit(Span(span.source, at, at + 2), ""),)),)


def _item_output(scope: Scope, step: str, index: s.Expression, field: s.Name, span: Span) -> ir.Expr:
    info = scope.steps[step]
    scope.need(step, span, data=True)
    kind = _output_type(scope, info, field)
    items = info.items
    wanted = expressions.lower(scope, index)
    if kind is None or isinstance(wanted.type, Unknown):
        return unknown(span)
    if not isinstance(wanted, ir.Literal) or items is None:
        scope.context.report(
            "out-of-reach",
            span,
            f"one item of `{step}` can be named only where its loop is over a list that is written out",
            labels=(Label(info.span, "this loop"),),
        )
        return unknown(span)
    found = [i for i, item in enumerate(items) if item == wanted.value and type(item) is type(wanted.value)]
    if not found:
        shown = ", ".join(f'"{i}"' if isinstance(i, str) else str(i) for i in items[:6])
        scope.context.report(
            "unknown-output",
            wanted.span,
            f"the loop of `{step}` has no item `{wanted.value}`",
            label=f"its items: {shown}",
            fixes=did_you_mean(f'"{wanted.value}"', [f'"{i}"' for i in items], wanted.span),
        )
        return unknown(span)
    if len(found) > 1:
        scope.context.report(
            "duplicate-item",
            wanted.span,
            f"the list of `{step}` holds `{wanted.value}` more than once",
            label="which one?",
        )
    kind = optional(kind) if _may_be_absent(scope, info) else kind
    return ir.ItemOutputRef(step, found[0], field.text, kind, span)


# ---- items and keys


def _index(scope: Scope, base: s.Expression, index: s.Expression, span: Span) -> ir.Expr:
    if isinstance(base, s.Name):
        found = scope.values.get(base.text)
        if found is not None and found.what in ("secret", "config", "store"):
            key = expressions.value(scope, index, STRING)
            if found.what == "store":
                return ir.PlaceRef(base.text, key, Artifact("Artifact"), span)
            return ir.KeyRef(base.text, key, STRING, span)
        if found is None and base.text == "artifacts":
            return ir.PlaceRef(None, expressions.value(scope, index, STRING), Artifact("Artifact"), span)
        if found is None and base.text in scope.steps:
            scope.context.report(
                "unknown-output",
                span,
                f"`{span.text}` is an item of a loop, not a value",
                label="name one of its outputs",
                labels=(
                    Label(
                        scope.steps[base.text].span, f"outputs: {', '.join(scope.steps[base.text].outputs)}"
                    ),
                ),
            )
            return unknown(span)
    lowered = expressions.present(scope, expressions.lower(scope, base))
    match bare(lowered.type):
        case ListOf(item):
            return ir.IndexOf(lowered, expressions.value(scope, index, INT), item, span)
        case MapOf(item):
            return ir.IndexOf(lowered, expressions.value(scope, index, STRING), item, span)
        case Record(fields):
            key = expressions.value(scope, index, STRING)
            if isinstance(key, ir.Literal):
                return field_of(scope, lowered, s.Name(str(key.value), key.span), span)
            kinds = {show(k) for _, k in fields}
            if len(kinds) == 1:
                return ir.IndexOf(lowered, key, fields[0][1], span)
            return ir.IndexOf(lowered, key, JSON, span)
        case Unknown():
            return unknown(span)
        case kind if kind == JSON:
            return ir.IndexOf(lowered, expressions.lower(scope, index), JSON, span)
        case kind:
            scope.context.report(
                "type-mismatch", lowered.span, f"a `{show(kind)}` has no items", label="not a list or map"
            )
            return unknown(span)


def refuse_key(scope: Scope, expr: ir.Expr, where: str) -> None:
    """Report a key of a secret or config where a value is needed that the engine sees."""
    if not isinstance(expr, ir.KeyRef):
        return
    resource = scope.values.get(expr.resource)
    if resource is not None and resource.what == "config":
        name = expr.key.value if isinstance(expr.key, ir.Literal) else "key"
        scope.context.report(
            "out-of-reach", expr.span, f"a key of a config is not read in {where}", label="not here",
            labels=(Label(resource.declared, "a ConfigMap"),), helps=(f"bind it to an input: `in {name} = {expr.span.text}`",),
        )  # fmt: skip
        return
    refuse_secret(scope, expr, where)


def refuse_secret(scope: Scope, expr: ir.KeyRef, where: str) -> None:
    """Report a secret that would be readable in the run's object."""
    resource = scope.values.get(expr.resource)
    if resource is None or resource.what != "secret":
        return
    variable = str(expr.key.value).upper().replace("-", "_") if isinstance(expr.key, ir.Literal) else "NAME"
    scope.context.report(
        "secret-leak",
        expr.span,
        f"secret `{expr.resource}` would be visible in the run",
        label=f"{where} is stored in plain text",
        labels=(Label(resource.declared, "a Kubernetes Secret"),),
        helps=(f"pass it through the environment: `env = {{ {variable} = {expr.span.text} }}`",),
        notes=("anyone who may read the run's object could read the value",),
    )


# ---- presence


def coalesce(scope: Scope, expr: s.Binary, wanted: Kind | None, *, textual: bool = False) -> ir.Expr:
    """Lower `a ?? b`: `T` where `a` and `b` are outputs of all branches of one `if … else`, or `b` is present.

    Where the result becomes text (`textual`), a number may stand in for a text and the reverse.
    """
    left = expressions.lower(scope, expr.left, wanted)
    right = expressions.lower(scope, expr.right, wanted)
    for side in (left, right):
        refuse_key(scope, side, "an expression")
    if isinstance(left, ir.ListExpr) or isinstance(left.type, Unknown) or isinstance(right.type, Unknown):
        return ir.Binary(
            "??", left, right, left.type if isinstance(left, ir.ListExpr) else UNKNOWN, expr.span
        )
    one, other = bare(left.type), bare(right.type)
    scalar = isinstance(one, (Scalar, Enum)) and isinstance(other, (Scalar, Enum))
    if not fits(other, one) and not fits(one, other) and not (textual and scalar):
        scope.context.report(
            "type-mismatch",
            right.span,
            f"expected `{show(one)}`, found `{show(other)}`",
            label=f"gives a `{show(other)}`",
            labels=(Label(left.span, f"a `{show(left.type)}`"),),
        )
    kind = expressions.absent_result(left, right)
    if textual and scalar and not fits(other, one):
        kind = optional(STRING) if isinstance(kind, Optional) else STRING
    if isinstance(kind, Optional):
        operands = list(_operands(left)) + list(_operands(right))
        if all(isinstance(o, ir.OutputRef) for o in operands):
            infos = [scope.steps[o.step] for o in operands if isinstance(o, ir.OutputRef)]
            safe = (
                not any(i.may_fail or i.name in scope.place.failed for i in infos)
                and scope.place.handler is None
            )
            if safe and covers([tuple(remaining(scope, i)) for i in infos]):
                kind = kind.item
    return ir.Binary("??", left, right, kind, expr.span)


def _operands(expr: ir.Expr) -> list[ir.Expr]:
    if isinstance(expr, ir.Binary) and expr.operator == "??":
        return _operands(expr.left) + _operands(expr.right)
    return [expr]


def report_absent(scope: Scope, expr: ir.Expr, wanted: Kind | None) -> None:
    """Report a value that may be absent."""
    needs = f"`{show(wanted)}` is needed" if wanted is not None else "a value is needed"
    default = '"none"' if bare(expr.type) == STRING else "0" if bare(expr.type) == INT else "…"
    use = f"give it a value: `{expr.span.text} ?? {default}`"
    source = next(
        (
            o
            for o in _operands(expr)
            if isinstance(o, (ir.OutputRef, ir.ItemOutputRef)) and o.step in scope.steps
        ),
        None,
    )
    if source is None:
        scope.context.report(
            "maybe-absent",
            expr.span,
            f"`{expr.span.text}` may be absent",
            label=f"has type `{show(expr.type)}`, and {needs}",
            helps=(use, f"or use it only under `when present({expr.span.text})`"),
        )
        return
    info = scope.steps[source.step]
    labels: tuple[Label, ...]
    place = scope.place
    if place.handler is not None and info.handler != place.handler:
        why, labels = (
            f"`{expr.span.text}` is missing when `{info.name}` did not succeed",
            (Label(info.span, "may not have run when the handler does"),),
        )
    elif info.may_fail or info.name in place.failed:
        why, labels = (
            f"`{expr.span.text}` is missing when `{info.name}` fails",
            (Label(info.span, "may fail"),),
        )
    else:
        open_ones = [c for c in info.conditions if not all(implied(one, place.facts) for one in c.facts)]
        why = f"`{expr.span.text}` is missing when `{info.name}` is skipped"
        labels = tuple(Label(c.span, f"`{info.name}` runs only if this holds") for c in open_ones[:1])
    scope.context.report(
        "maybe-skipped",
        expr.span,
        why,
        label=f"has type `{show(expr.type)}`, and {needs}",
        labels=labels,
        helps=(use, f"or run only when it is there: `when present({expr.span.text})`"),
    )
