"""Calls inside expressions: the functions of the language, `load(…)`, `file(…)`."""

from __future__ import annotations

from kfdsl import ir
from kfdsl import syntax as s
from kfdsl.diagnostics import Edit, Fix
from kfdsl.functions import ANY, FUNCTIONS, LIST, NUMBER, SIZED, Function
from kfdsl.kinds import (
    BOOL,
    FLOAT,
    INT,
    STRING,
    UNKNOWN,
    Kind,
    ListOf,
    MapOf,
    Record,
    Unknown,
    bare,
    is_artifact,
    is_number,
    is_text,
    show,
)
from kfdsl.lower import expressions, presence
from kfdsl.lower.constants import unknown
from kfdsl.lower.context import did_you_mean
from kfdsl.lower.scope import Scope
from kfdsl.source import Span

_OTHER_WORDS = {
    **dict.fromkeys(("length", "size", "count"), "len"),
    **dict.fromkeys(("str", "toString"), "string"),
    **dict.fromkeys(("lowercase", "toLower"), "lower"),
    **dict.fromkeys(("uppercase", "toUpper"), "upper"),
    **dict.fromkeys(("startsWith", "startswith"), "starts_with"),
    **dict.fromkeys(("endsWith", "endswith"), "ends_with"),
    **dict.fromkeys(("match", "regex"), "matches"),
    **dict.fromkeys(("exists", "defined"), "present"),
    **dict.fromkeys(("toJson", "to_json"), "json"),
    "integer": "int",
    "number": "float",
    "strip": "trim",
    "strftime": "date",
}
_OTHERS_SAY = {
    "contains": '`"a" in x` tells whether a text or list holds something',
    "coalesce": "`a ?? b` takes `b` where `a` is missing",
    "default": "`a ?? b` takes `b` where `a` is missing",
    "range": "`range(…)` is the list of a loop: `for x in range(3)`",
    "env": "nothing is read from the machine that compiles: declare a `param`",
    "concat": 'texts are joined by `"${a}${b}"`',
}


def lower(scope: Scope, expr: s.Call, wanted: Kind | None) -> ir.Expr:
    """Lower a call that gives a value."""
    function = expr.function
    if not isinstance(function, s.Name):
        scope.context.report(
            "unknown-function",
            function.span,
            f"`{function.span.text}` is no function",
            label="not a function",
        )
        return unknown(expr.span)
    match function.text:
        case "present":
            return _present(scope, expr)
        case "load":
            return _load(scope, expr)
        case "file":
            return _file(scope, expr)
        case word if word in FUNCTIONS:
            return _function(scope, expr, word, FUNCTIONS[word], wanted)
        case word:
            helps: tuple[str, ...] = ()
            if word in scope.module.callables:
                helps = ("a component or pipeline is called by a step: `step x = …`",)
            elif word in _OTHERS_SAY:
                helps = (_OTHERS_SAY[word],)
            elif word == "field":
                helps = ("`field(…)` stands in `env` only",)
            scope.context.report(
                "unknown-function",
                function.span,
                f"no function is called `{word}`",
                label="not found",
                helps=helps,
                fixes=_meant_function(word, function.span),
            )
            for argument in expr.arguments:
                expressions.lower(scope, argument.value)
            return unknown(expr.span)


def _meant_function(word: str, span: Span) -> tuple[Fix, ...]:
    meant = _OTHER_WORDS.get(word)
    return (
        (Fix(f"did you mean `{meant}`?", (Edit(span, meant),)),)
        if meant
        else did_you_mean(word, FUNCTIONS, span)
    )


def _present(scope: Scope, expr: s.Call) -> ir.Expr:
    if len(expr.arguments) != 1:
        _count(scope, expr, "present", "one argument")
        return unknown(expr.span)
    return ir.FunctionCall("present", (expressions.lower(scope, expr.arguments[0].value),), BOOL, expr.span)


def _count(scope: Scope, expr: s.Call, name: str, wants: str) -> None:
    scope.context.report(
        "missing-argument",
        expr.span,
        f"`{name}` takes {wants}, not {len(expr.arguments)}",
        label=f"takes {wants}",
    )


def _function(scope: Scope, expr: s.Call, name: str, function: Function, wanted: Kind | None) -> ir.Expr:
    most = 99 if function.variadic else len(function.parameters)
    if not function.least <= len(expr.arguments) <= most:
        count = str(function.least) if most == function.least else f"{function.least} to {most}"
        count = f"at least {function.least}" if function.variadic else count
        _count(scope, expr, name, f"{count} argument{'' if count == '1' else 's'}")
        return ir.FunctionCall(name, (), function.result or UNKNOWN, expr.span)
    arguments: list[ir.Expr] = []
    for i, argument in enumerate(expr.arguments):
        if argument.name is not None:
            scope.context.report(
                "unknown-argument",
                argument.name.span,
                f"arguments of `{name}` have no names",
                label="remove the name",
            )
        goal = function.parameters[min(i, len(function.parameters) - 1)]
        if isinstance(goal, str):
            hint = wanted if name in ("min", "max") else None
            lowered = presence.present(scope, expressions.lower(scope, argument.value, hint))
            _check_group(scope, name, lowered, goal)
        else:
            lowered = expressions.value(scope, argument.value, goal)
        arguments.append(lowered)
    if name == "matches" and len(arguments) > 1:
        _pattern(scope, arguments[1])
    return ir.FunctionCall(name, tuple(arguments), function.result or _result(name, arguments), expr.span)


def _pattern(scope: Scope, pattern: ir.Expr) -> None:
    from kfdsl.patterns import Pattern  # noqa: PLC0415  # few programs have one

    if isinstance(pattern, ir.Literal):
        try:
            Pattern(str(pattern.value))
        except NotImplementedError:
            return
        except ValueError as error:
            scope.context.report(
                "invalid-value",
                pattern.span,
                f"this is no regular expression: {error}",
                label="cannot be read",
            )


def _check_group(scope: Scope, name: str, value: ir.Expr, wants: str) -> None:
    kind = bare(value.type)
    if isinstance(kind, Unknown):
        return
    in_list = isinstance(kind, ListOf) and is_number(kind.item) and name in ("min", "max")
    good = {
        NUMBER: is_number(kind) or in_list,
        ANY: not is_artifact(kind),
        LIST: isinstance(kind, ListOf) and (name != "sum" or is_number(kind.item)),
        SIZED: is_text(kind) or isinstance(kind, (ListOf, MapOf, Record)),
    }[wants]
    if not good:
        words = {
            NUMBER: "a number",
            ANY: "a value",
            LIST: "a list of numbers" if name == "sum" else "a list",
            SIZED: "a text, list or map",
        }
        scope.context.report(
            "type-mismatch",
            value.span,
            f"`{name}` takes {words[wants]}, this is `{show(kind)}`",
            label=f"gives a `{show(kind)}`",
        )


def _result(name: str, arguments: list[ir.Expr]) -> Kind:
    first = bare(arguments[0].type)
    if name in ("min", "max", "sum"):
        kinds = [bare(a.type) for a in arguments]
        kinds = [k.item if isinstance(k, ListOf) else k for k in kinds]
        return INT if all(k == INT for k in kinds) else FLOAT
    if name == "flat":
        if isinstance(first, ListOf) and isinstance(first.item, ListOf):
            return first.item
        return first
    return first


def _load(scope: Scope, expr: s.Call) -> ir.Expr:
    from kfdsl.lower import builtins_table, interface  # noqa: PLC0415  # their shapes lower calls

    kind = interface.loaded(scope.module, expr)
    return ir.LoadedRef(builtins_table.loaded(scope, expr), kind, expr.span)


def _file(scope: Scope, expr: s.Call) -> ir.Expr:
    if len(expr.arguments) != 1 or not isinstance(expr.arguments[0].value, s.Text):
        scope.context.report(
            "not-constant", expr.span, "`file` takes one path, written out", label="a text in quotes"
        )
        return unknown(expr.span)
    content = scope.module.read_text(expr.arguments[0].value)
    return ir.Literal(content, STRING, expr.span) if content is not None else unknown(expr.span)
