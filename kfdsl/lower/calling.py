"""Calls of components and pipelines: the arguments of a step against the inputs of what it calls."""

from __future__ import annotations

from collections.abc import Mapping

from kfdsl import ir
from kfdsl import syntax as s
from kfdsl.diagnostics import Edit, Fix, Label
from kfdsl.lower import expressions, interface, keys, names
from kfdsl.lower.context import did_you_mean
from kfdsl.lower.library import Library
from kfdsl.lower.module import Callee
from kfdsl.lower.scope import Scope
from kfdsl.source import Span


def arguments(scope: Scope, call: s.Expression, callee: Callee) -> tuple[tuple[str, ir.Expr], ...]:
    """Check the arguments of a call against the callee's inputs; return them in the callee's order."""
    if not isinstance(call, s.Call):
        _report_no_call(scope, call, call.span.text)
        return ()
    inputs = interface.of(callee).inputs
    name = callee.declaration.name
    found: dict[str, ir.Expr] = {}
    for i, argument in enumerate(call.arguments):
        if argument.name is None:
            _report_unnamed(scope, argument, name, list(inputs)[i : i + 1])
        elif argument.name.text in found:
            scope.context.report(
                "duplicate-key",
                argument.name.span,
                f"`{argument.name.text}` is given twice",
                label="again here",
            )
        else:
            value = _argument(scope, argument.name, argument.value, name, inputs)
            if value is not None:
                found[argument.name.text] = value
    unnamed = sum(a.name is None for a in call.arguments)
    missing = [p for p in inputs.values() if p.required and p.name not in found][unnamed:]
    if missing:
        names = "`, `".join(p.name for p in missing)
        scope.context.report(
            "missing-argument",
            call.span,
            f"`{name.text}` needs `{names}`",
            label="not given",
            labels=tuple(Label(p.span, "has no default") for p in missing),
        )
    return tuple((key, found[key]) for key in inputs if key in found)


def _argument(
    scope: Scope, key: s.Name, expr: s.Expression, name: s.Name, inputs: Mapping[str, interface.Parameter]
) -> ir.Expr | None:
    """Check one argument; `name` is that of the callee."""
    wanted = inputs.get(key.text)
    if wanted is None:
        declared = ", ".join(inputs) or "nothing"
        scope.context.report(
            "unknown-argument",
            key.span,
            f"`{name.text}` has no input `{key.text}`",
            label="not an input",
            labels=(Label(name.span, f"takes {declared}"),),
            fixes=did_you_mean(key.text, inputs, key.span),
        )
        expressions.lower(scope, expr)
        return None
    value = expressions.value(scope, expr, wanted.type, Label(wanted.span, f"`{name.text}` declares it here"))
    if isinstance(value, ir.KeyRef):
        keys.refuse_secret(scope, value, "an argument")
    return value


def _report_unnamed(scope: Scope, argument: s.Argument, name: s.Name, meant: list[str]) -> None:
    """Report an argument without a name; `meant` holds that of the input in its place, if there is one."""
    at = Span(argument.span.source, argument.span.start, argument.span.start)
    scope.context.report(
        "unknown-argument",
        argument.span,
        f"arguments of `{name.text}` are given by name",
        label="which one?",
        fixes=tuple(Fix("name it", (Edit(at, f"{key} = "),)) for key in meant),
    )


def _report_no_call(scope: Scope, call: s.Expression, word: str) -> None:
    scope.context.report(
        "syntax-error",
        call.span,
        f"a call has parentheses: `{word}()`",
        label="not a call",
        fixes=(Fix("call it", (Edit(call.span, f"{word}()"),)),),
    )


def report_unknown(scope: Scope, call: s.Expression) -> None:
    """Report a call of something that does not exist."""
    function = call.function if isinstance(call, s.Call) else call
    word = function.span.text
    module = scope.module
    root = function.base if isinstance(function, s.Field) else function
    if isinstance(root, s.Name) and module.missing(root.text):
        return
    if not isinstance(call, s.Call) and (
        word in module.callables or interface.built_in(s.Call(call, (), call.span))
    ):
        _report_no_call(scope, call, word)
        return
    libraries = {name: one for name, one in module.aliases.items() if isinstance(one, Library)}
    within = [f"{name}.{one}" for name, library in libraries.items() for one in library.exported()]
    known: list[str] = [*module.callables, *names.BUILT_INS, *within]
    other = interface.space(module, function.base) if isinstance(function, s.Field) else None
    if other is not None and isinstance(function, s.Field):
        if other.missing(function.name.text):
            return
        known = [f"{function.base.span.text}.{name}" for name in other.exported()]
    fixes = did_you_mean(word, known, function.span)
    labels: tuple[Label, ...] = ()
    if fixes and (close := fixes[0].edits[0].text) in module.callables:
        labels = (Label(module.callables[close].declaration.name.span, "similar name, declared here"),)
    same = [one for one in within if one.endswith(f".{word}")]
    scope.context.report(
        "unknown-component",
        function.span,
        f"no component or pipeline is called `{word}`",
        label="not found",
        fixes=fixes,
        labels=labels,
        helps=tuple(f"there is `{one}`" for one in same[:1]),
    )
