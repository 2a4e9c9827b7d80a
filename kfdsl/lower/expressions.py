"""Expressions: syntax to checked expressions, with types, presence and what they read."""

from __future__ import annotations

import re
from typing import assert_never

from kfdsl import ir
from kfdsl import syntax as s
from kfdsl.kinds import (
    BOOL,
    DURATION,
    FLOAT,
    INT,
    JSON,
    QUANTITY,
    STRING,
    UNKNOWN,
    Enum,
    Kind,
    ListOf,
    MapOf,
    Optional,
    Record,
    Scalar,
    Unknown,
    bare,
    common,
    fits,
    is_artifact,
    is_number,
    is_text,
    optional,
    show,
)
from kfdsl.lower import calls, references
from kfdsl.lower.context import Edit, Fix, Label, did_you_mean
from kfdsl.lower.facts import conjuncts, fact, negated
from kfdsl.lower.scope import Scope
from kfdsl.node import replace
from kfdsl.source import Span
from kfdsl.units import number_kind

TEXTUAL = {"string", "int", "float", "bool", "duration", "quantity"}


def value(
    scope: Scope, expr: s.Expression, wanted: Kind | None = None, asked: Label | None = None
) -> ir.Expr:
    """Lower an expression that must have a value of the wanted type, if one is given; report `KF1nn` if not."""
    lowered = lower(scope, expr, wanted)
    return expect(scope, lowered, wanted, asked) if wanted is not None else present(scope, lowered)


def condition(scope: Scope, expr: s.Expression) -> ir.Expr:
    """Lower a condition: a bool."""
    lowered = present(scope, lower(scope, expr, BOOL))
    if lowered.type not in (BOOL, UNKNOWN):
        scope.context.report(
            "not-a-condition",
            lowered.span,
            f"a condition is `bool`, this is `{show(lowered.type)}`",
            label=f"gives a `{show(lowered.type)}`",
            helps=("compare it with something",) if not is_artifact(lowered.type) else (),
        )
    return lowered


def text(scope: Scope, expr: s.Expression) -> ir.Expr:
    """Lower an expression that becomes text: of a command, an environment variable, a label."""
    return as_text(scope, for_text(scope, expr))


def for_text(scope: Scope, expr: s.Expression) -> ir.Expr:
    """Lower an expression that becomes text: the sides of its `??` may be of different types."""
    if isinstance(expr, s.Binary) and expr.operator == "??":
        return references.coalesce(scope, expr, None, textual=True)
    return lower(scope, expr, None)


def as_text(scope: Scope, lowered: ir.Expr) -> ir.Expr:
    """Check that a value can become text; what is declared optional is the empty text when absent."""
    if isinstance(lowered, (ir.InputRef, ir.ParamRef, ir.ItemRef)):
        return lowered
    return present(scope, lowered)


def lower(scope: Scope, expr: s.Expression, wanted: Kind | None = None) -> ir.Expr:
    """Lower an expression, optional or not; `wanted` helps to type literals."""
    match expr:
        case s.Name() | s.Field() | s.Each() | s.Index():
            return references.lower(scope, expr)
        case s.Number():
            return number(scope, expr)
        case s.Bool(truth, span):
            return ir.Literal(truth, BOOL, span)
        case s.Text(content, _, span):
            return ir.Literal(content, STRING, span)
        case s.Interpolation():
            return _interpolation(scope, expr)
        case s.ListLiteral():
            return _list(scope, expr, wanted)
        case s.MapLiteral():
            return _map(scope, expr, wanted)
        case s.Call():
            return calls.lower(scope, expr, wanted)
        case s.Unary():
            return _unary(scope, expr)
        case s.Binary():
            return binary(scope, expr, wanted)
        case s.Parenthesis(inner, _):
            return lower(scope, inner, wanted)
        case _:
            assert_never(expr)


# ---- what is wanted


def expect(scope: Scope, expr: ir.Expr, wanted: Kind, asked: Label | None = None) -> ir.Expr:
    """Check a value against the type that its place wants."""
    goal = bare(wanted)
    if isinstance(goal, Enum) and isinstance(expr, ir.Literal) and expr.type == STRING:
        return _member(scope, expr, goal)
    if isinstance(expr, ir.Literal) and goal == FLOAT and expr.type == INT:
        return ir.Literal(expr.value, INT, expr.span)
    if not isinstance(wanted, Optional):
        expr = present(scope, expr, wanted)
    if not fits(expr.type, wanted) and not isinstance(expr.type, Optional):
        mismatch(scope, expr, goal, asked)
    return expr


def mismatch(scope: Scope, expr: ir.Expr, wanted: Kind, asked: Label | None = None) -> None:
    """Report a value of the wrong type, with what mends it where that is known."""
    given = expr.type
    if {given, wanted} == {DURATION, QUANTITY}:
        fixes: tuple[Fix, ...] = ()
        if isinstance(expr, ir.Literal) and str(expr.value).endswith("m"):
            fixes = (Fix("did you mean minutes?", (Edit(expr.span, f"{expr.value}in"),)),)
        what = (
            "no duration: `m` is one thousandth, minutes are `min`"
            if fixes
            else f"a {show(given)}, not a {show(wanted)}"
        )
        scope.context.report(
            "wrong-unit",
            expr.span,
            f"`{expr.span.text}` is {what}",
            label=f"expected a {show(wanted)}",
            fixes=fixes,
        )
        return
    labels: tuple[Label, ...] = ()
    fixes = _conversions(expr, wanted)
    if isinstance(expr, ir.ParamRef):
        declared = scope.values.get(expr.name)
        if declared is not None:
            labels = (Label(declared.declared, f"`{expr.name}` is a `{show(given)}` here"),)
            fixes = _declared_as(declared.declared, wanted) or fixes
    elif isinstance(expr, ir.OutputRef) and expr.step in scope.steps:
        at = scope.steps[expr.step].outputs_at.get(expr.output)
        labels = (Label(at, f"`{expr.output}` is a `{show(given)}` here"),) if at else ()
    scope.context.report(
        "type-mismatch",
        expr.span,
        f"expected `{show(wanted)}`, found `{show(given)}`",
        label=f"gives a `{show(given)}`",
        labels=(*labels, asked) if asked is not None else labels,
        fixes=fixes,
    )


_DECLARED = re.compile(r'\s*:\s*string\s*=\s*"([^"\n]*)"')


def _declared_as(name: Span, wanted: Kind) -> tuple[Fix, ...]:
    """Return the edit that declares a param as a number where its default is one in quotes."""
    found = _DECLARED.match(name.source.text, name.end)
    if found is None or number_kind(found[1]) not in (show(wanted), "int") or wanted not in (INT, FLOAT):
        return ()
    span = Span(name.source, found.start(), found.end())
    edit = Edit(span, f": {show(wanted)} = {found[1]}")
    return (Fix(f"declare the param as `{show(wanted)}`", (edit,), safe=False),)


def _conversions(expr: ir.Expr, wanted: Kind) -> tuple[Fix, ...]:
    """Return the edit that turns a literal into the wanted type."""
    if not isinstance(expr, ir.Literal):
        if wanted == STRING and isinstance(expr.type, Scalar):
            return (Fix("make it text", (Edit(expr.span, f"string({expr.span.text})"),), safe=False),)
        return ()
    plain = str(expr.value)
    if (
        wanted in (INT, FLOAT, DURATION, QUANTITY)
        and expr.type == STRING
        and number_kind(plain) in ("int", show(wanted))
    ):
        return (Fix("remove the quotes", (Edit(expr.span, plain),)),)
    if wanted == BOOL and plain in ("true", "false") and expr.type == STRING:
        return (Fix("remove the quotes", (Edit(expr.span, plain),)),)
    if wanted == STRING and expr.type != BOOL:
        return (Fix("put it in quotes", (Edit(expr.span, f'"{expr.span.text}"'),)),)
    return ()


def _member(scope: Scope, expr: ir.Literal, goal: Enum) -> ir.Expr:
    if expr.value not in goal.members:
        quoted = [f'"{m}"' for m in goal.members]
        fixes = did_you_mean(f'"{expr.value}"', quoted, expr.span)
        scope.context.report(
            "type-mismatch",
            expr.span,
            f"`{expr.value}` is none of {', '.join(quoted)}",
            label=f"expected `{show(goal)}`",
            fixes=fixes,
        )
    return ir.Literal(expr.value, goal, expr.span)


def present(scope: Scope, expr: ir.Expr, wanted: Kind | None = None) -> ir.Expr:
    """Report a value that may be absent where one is needed."""
    if not isinstance(expr.type, Optional):
        return expr
    references.report_absent(scope, expr, wanted)
    return replace(expr, type=expr.type.item)


# ---- literals


def number(scope: Scope, expr: s.Number) -> ir.Expr:
    """Lower a number, quantity or duration."""
    written, span = expr.text, expr.span
    match number_kind(written):
        case "int":
            digits = written.replace("_", "")
            if len(digits) > len(str(MOST_INT)) or int(digits) > MOST_INT:
                return _too_large(scope, span, f"the largest is {MOST_INT}")
            return ir.Literal(int(digits), INT, span)
        case "float":
            number = float(written.replace("_", ""))
            if number == float("inf"):
                return _too_large(scope, span, "the largest is about 1.8e308")
            return ir.Literal(number, FLOAT, span)
        case "quantity":
            return ir.Literal(written.replace("_", ""), QUANTITY, span)
        case "duration":
            return ir.Literal(written, DURATION, span)
        case "unknown":
            return _unknown_number(scope, written, span)


MOST_INT = 2**63 - 1
"""The largest `int` of both engines."""


def _too_large(scope: Scope, span: Span, largest: str) -> ir.Expr:
    scope.context.report("no-value", span, "a number of 64 bits cannot be so large", label=largest)
    return ir.Literal(0, UNKNOWN, span)


_UNITS_MEANT = {
    "gb": "G",
    "mb": "M",
    "kb": "k",
    "tb": "T",
    "gib": "Gi",
    "mib": "Mi",
    "kib": "Ki",
    "tib": "Ti",
    "g": "G",
    "gi": "Gi",
    "mi": "Mi",
    "ki": "Ki",
    "k": "k",
    "b": "",
    "mm": "m",
    "sec": "s",
    "secs": "s",
    "seconds": "s",
    "second": "s",
    "mins": "min",
    "minutes": "min",
    "minute": "min",
    "hr": "h",
    "hrs": "h",
    "hours": "h",
    "hour": "h",
    "days": "d",
    "day": "d",
    "mim": "min",
    "t": "T",
    "ti": "Ti",
}


def _unknown_number(scope: Scope, written: str, span: Span) -> ir.Expr:
    other = re.fullmatch(r"0[xXoObB][0-9a-fA-F_]+", written)
    digits = written.rstrip("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
    unit = written[len(digits) :]
    if other or not unit:
        plain = _decimal(written) if other else written.lstrip("0_") or "0"
        fixes = (Fix(f"write `{plain}`", (Edit(span, plain),)),) if plain else ()
        scope.context.report(
            "unknown-unit", span, f"`{written}` is not a decimal number" if other else f"`{written}` begins with a zero",
            label="numbers are decimal", fixes=(*fixes, Fix("or as text", (Edit(span, f'"{written}"'),), safe=False)),
        )  # fmt: skip
    else:
        meant = _UNITS_MEANT.get(unit.lower())
        fixes = (
            (Fix(f"did you mean `{digits}{meant}`?", (Edit(span, digits + meant),)),)
            if meant is not None
            else ()
        )
        scope.context.report(
            "unknown-unit", span, f"`{unit}` is no unit", label="not a number, quantity or duration", fixes=fixes,
            helps=("quantities end in m, k, M, G, T, Ki, Mi, Gi, Ti; durations in ms, s, min, h, d",),
        )  # fmt: skip
    return ir.Literal(0, UNKNOWN, span)


def _decimal(written: str) -> str:
    try:
        return str(int(written, 0))
    except ValueError:
        return ""


def _interpolation(scope: Scope, expr: s.Interpolation) -> ir.Expr:
    parts: list[str | ir.Expr] = []
    for part in expr.parts:
        if isinstance(part, str):
            parts.append(part)
            continue
        lowered = as_text(scope, for_text(scope, part))
        kind = bare(lowered.type)
        if isinstance(kind, (ListOf, MapOf, Record)) and not is_artifact(kind):
            scope.context.report(
                "type-mismatch",
                lowered.span,
                f"a `{show(kind)}` has no text of its own",
                label=f"gives a `{show(kind)}`",
                fixes=(Fix("write it as JSON", (Edit(lowered.span, f"json({lowered.span.text})"),)),),
            )
        if isinstance(lowered, ir.KeyRef):
            references.refuse_key(scope, lowered, "a text")
        parts.append(lowered)
    return ir.TextExpr(tuple(parts), STRING, expr.span)


def _list(scope: Scope, expr: s.ListLiteral, wanted: Kind | None) -> ir.Expr:
    goal = bare(wanted) if wanted is not None else None
    item = goal.item if isinstance(goal, ListOf) else None
    items = tuple(
        value(scope, i, item) if item is not None else present(scope, lower(scope, i)) for i in expr.items
    )
    for one in items:
        references.refuse_key(scope, one, "a list")
    kind = item if item is not None else common([bare(i.type) for i in items])
    return ir.ListExpr(items, ListOf(kind), expr.span)


def _map(scope: Scope, expr: s.MapLiteral, wanted: Kind | None) -> ir.Expr:
    goal = bare(wanted) if wanted is not None else None
    fields = dict(goal.fields) if isinstance(goal, Record) else None
    entries: list[tuple[str, ir.Expr]] = []
    seen: dict[str, Span] = {}
    for entry in expr.entries:
        key = entry.key.text
        if key in seen:
            scope.context.report(
                "duplicate-key",
                entry.key.span,
                f"`{key}` is given twice",
                label="again here",
                labels=(Label(seen[key], "first here"),),
            )
            continue
        seen[key] = entry.key.span
        item = fields.get(key) if fields is not None else goal.item if isinstance(goal, MapOf) else None
        if fields is not None and item is None:
            scope.context.report(
                "unknown-field",
                entry.key.span,
                f"the record has no field `{key}`",
                label=f"not in `{show(goal or UNKNOWN)}`",
                fixes=did_you_mean(key, fields, entry.key.span),
            )
        entries.append(
            (
                key,
                value(scope, entry.value, item)
                if item is not None
                else present(scope, lower(scope, entry.value)),
            )
        )
    if fields is not None:
        missing = [n for n, k in fields.items() if n not in seen and not isinstance(k, Optional)]
        if missing:
            scope.context.report(
                "missing-argument",
                expr.span,
                f"the record lacks `{'`, `'.join(missing)}`",
                label=f"expected `{show(goal or UNKNOWN)}`",
            )
        return ir.MapExpr(tuple(entries), goal or UNKNOWN, expr.span)
    if isinstance(goal, MapOf):
        return ir.MapExpr(tuple(entries), goal, expr.span)
    return ir.MapExpr(tuple(entries), Record(tuple((k, v.type) for k, v in entries)), expr.span)


# ---- operators


def _unary(scope: Scope, expr: s.Unary) -> ir.Expr:
    if expr.operator == "not":
        return ir.Unary("not", condition(scope, expr.operand), BOOL, expr.span)
    operand = present(scope, lower(scope, expr.operand))
    if (
        isinstance(operand, ir.Literal)
        and operand.type in (INT, FLOAT)
        and not isinstance(operand.value, (str, bool))
    ):
        return ir.Literal(-operand.value, operand.type, expr.span)
    if not is_number(operand.type) and operand.type != UNKNOWN:
        mismatch(scope, operand, INT)
    return ir.Unary("-", operand, operand.type, expr.span)


def binary(scope: Scope, expr: s.Binary, wanted: Kind | None = None) -> ir.Expr:
    """Lower an operator; the right side of `and` and `or` knows what the left side says."""
    sign = expr.operator
    if sign in ("and", "or"):
        left = condition(scope, expr.left)
        known = conjuncts(fact(left) if sign == "and" else negated(fact(left)))
        return ir.Binary(sign, left, condition(scope.knowing(known), expr.right), BOOL, expr.span)
    if sign == "??":
        return references.coalesce(scope, expr, wanted)
    left, right = present(scope, lower(scope, expr.left)), present(scope, lower(scope, expr.right))
    for side in (left, right):
        references.refuse_key(scope, side, "an expression")
    if isinstance(left.type, Unknown) or isinstance(right.type, Unknown):
        return ir.Binary(sign, left, right, BOOL if sign in _COMPARING else UNKNOWN, expr.span)
    if sign in ("==", "!="):
        return _equality(scope, expr, left, right)
    if sign in ("<", "<=", ">", ">="):
        if (
            not (is_number(left.type) and is_number(right.type))
            and not (is_text(left.type) and is_text(right.type))
            and not (
                (left.type == right.type and left.type in (DURATION, QUANTITY))
                or JSON in (left.type, right.type)
            )
        ):
            _operands(scope, expr, left, right, "compares two numbers or two texts")
        return ir.Binary(sign, left, right, BOOL, expr.span)
    if sign == "in":
        return _contains(scope, expr, left, right)
    return _arithmetic(scope, expr, left, right)


_COMPARING = ("==", "!=", "<", "<=", ">", ">=", "in")


def _equality(scope: Scope, expr: s.Binary, left: ir.Expr, right: ir.Expr) -> ir.Expr:
    if isinstance(left.type, Enum) and isinstance(right, ir.Literal) and right.type == STRING:
        right = _member(scope, right, left.type)
    elif isinstance(right.type, Enum) and isinstance(left, ir.Literal) and left.type == STRING:
        left = _member(scope, left, right.type)
    elif is_artifact(left.type) or is_artifact(right.type):
        _operands(scope, expr, left, right, "compares values, not artifacts")
    elif not fits(left.type, right.type) and not fits(right.type, left.type):
        literal = right if isinstance(right, ir.Literal) else left
        other = left if literal is right else right
        scope.context.report(
            "type-mismatch",
            literal.span,
            f"a `{show(left.type)}` and a `{show(right.type)}` are never equal",
            label=f"this is a `{show(literal.type)}`",
            labels=(Label(other.span, f"this is a `{show(other.type)}`"),),
            fixes=_conversions(literal, other.type),
        )
    return ir.Binary(expr.operator, left, right, BOOL, expr.span)


def _contains(scope: Scope, expr: s.Binary, left: ir.Expr, right: ir.Expr) -> ir.Expr:
    kind = right.type
    good = (
        (isinstance(kind, ListOf) and (fits(left.type, kind.item) or fits(kind.item, left.type)))
        or (is_text(kind) and is_text(left.type))
        or (isinstance(kind, MapOf) and is_text(left.type))
    )
    if not good:
        _operands(scope, expr, left, right, "looks for an item in a list, or a text in a text")
    return ir.Binary("in", left, right, BOOL, expr.span)


def _arithmetic(scope: Scope, expr: s.Binary, left: ir.Expr, right: ir.Expr) -> ir.Expr:
    sign = expr.operator
    for side in (left, right):
        if not is_number(side.type) and side.type != JSON:
            helps = ('texts are joined by `"${a}${b}"`',) if sign == "+" and is_text(side.type) else ()
            scope.context.report(
                "type-mismatch",
                side.span,
                f"`{sign}` works on numbers, this is `{show(side.type)}`",
                label=f"gives a `{show(side.type)}`",
                helps=helps,
            )
            return ir.Binary(sign, left, right, UNKNOWN, expr.span)
    whole = left.type == INT and right.type == INT
    if sign == "%" and not whole:
        _operands(scope, expr, left, right, "is the remainder of two `int`s")
    return ir.Binary(sign, left, right, INT if whole and sign != "/" else FLOAT, expr.span)


def _operands(scope: Scope, expr: s.Binary, left: ir.Expr, right: ir.Expr, what: str) -> None:
    scope.context.report(
        "type-mismatch",
        expr.span,
        f"`{expr.operator}` {what}",
        label=f"a `{show(left.type)}` and a `{show(right.type)}`",
    )


def absent_result(left: ir.Expr, right: ir.Expr) -> Kind:
    """Return the type of `left ?? right`."""
    kind = common([bare(left.type), bare(right.type)])
    return optional(kind) if isinstance(right.type, Optional) else kind
