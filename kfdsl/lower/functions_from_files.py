"""Python functions in files that scripts name: their parameters as inputs of the body that calls them."""

from __future__ import annotations

import ast

from kfdsl import ir
from kfdsl import syntax as s
from kfdsl.kinds import BOOL, FLOAT, INT, JSON, STRING, Kind, ListOf, MapOf
from kfdsl.lower import scripts
from kfdsl.lower.body_parts import Owner, Parts
from kfdsl.lower.context import did_you_mean
from kfdsl.lower.ports import Inputs
from kfdsl.lower.scope import Scope
from kfdsl.lower.scripts import Text
from kfdsl.lower.values import input_value
from kfdsl.node import Node


def with_parameters(scope: Scope, owner: Owner, script: Text, parts: Parts, inputs: Inputs) -> Inputs:
    """Add the `in`s that a function's parameters stand for; report parameters that nothing gives."""
    signature = _signature(scope, script)
    if signature is None:
        return inputs
    given = {scripts.environment(i.name) for i in inputs.ports}
    given |= {scripts.environment(o.name.text) for o in parts.outs}
    found: list[ir.Input] = []
    arguments: list[tuple[str, ir.Expr]] = []
    for name, kind, optional in signature.parameters:
        if name in given:
            continue
        around = scope.values.get(name)
        if not owner.is_component and around is not None and around.what in _TAKEN_FROM_AROUND:
            found.append(ir.Input(name, around.type, None, None, (), "", script.span))
            arguments.append((name, around.read(scope, script.span)))
        elif owner.is_component and kind is not None and not optional:
            found.append(ir.Input(name, kind, None, None, (), "", script.span))
        elif not optional:
            scope.context.report(
                "unbound-input",
                script.span,
                f"nothing gives `{script.function}` its `{name}`",
                label=f"has a parameter `{name}`",
                helps=(f"declare it: `in {name} = …`",),
            )
    if not signature.takes_any:
        _report_unknown(scope, script, parts.ins, {name for name, _, _ in signature.parameters})
    values = {i.name: input_value(i.name, i.type, i.span) for i in found}
    return Inputs((*inputs.ports, *found), (*inputs.arguments, *arguments), {**inputs.values, **values})


_TAKEN_FROM_AROUND = ("param", "loop variable", "constant")
"""What a parameter of the same name gets its value from without an `in`."""


def _report_unknown(scope: Scope, script: Text, items: tuple[s.In, ...], known: set[str]) -> None:
    """Report `in`s for which a function has no parameter."""
    for item in items:
        if scripts.environment(item.name.text) not in known:
            scope.context.report(
                "unknown-argument",
                item.name.span,
                f"`{script.function}` has no parameter `{item.name.text}`",
                label="not a parameter",
            )


class _Signature(Node):
    """The parameters of a Python function: name, type where annotated, whether it has a default."""

    parameters: tuple[tuple[str, Kind | None, bool], ...]
    takes_any: bool


def _signature(scope: Scope, script: Text) -> _Signature | None:
    """Return the parameters of the function that a script calls; report a file without it."""
    try:
        tree = ast.parse(script.text)
    except (SyntaxError, ValueError):
        return None
    functions = {n.name: n for n in tree.body if isinstance(n, (ast.FunctionDef, ast.AsyncFunctionDef))}
    found = functions.get(script.function or "")
    if found is None:
        scope.context.report(
            "script-error",
            script.span,
            f"`{script.origin[0]}` has no function `{script.function}`",
            label="not found",
            fixes=did_you_mean(script.function or "", functions, script.span),
        )
        return None
    arguments = [*found.args.posonlyargs, *found.args.args, *found.args.kwonlyargs]
    positional = len(found.args.posonlyargs) + len(found.args.args)
    first_default = positional - len(found.args.defaults)
    rows = []
    for i, argument in enumerate(arguments):
        optional = (
            i >= first_default if i < positional else found.args.kw_defaults[i - positional] is not None
        )
        rows.append((argument.arg, _annotation(argument.annotation), optional))
    return _Signature(tuple(rows), found.args.kwarg is not None)


_NAMES: dict[str, Kind] = {
    "int": INT,
    "float": FLOAT,
    "str": STRING,
    "bool": BOOL,
    "dict": MapOf(JSON),
    "list": ListOf(JSON),
    "Any": JSON,
}


def _annotation(node: ast.expr | None) -> Kind | None:
    match node:
        case ast.Name(id=name):
            return _NAMES.get(name)
        case ast.Constant(value=str(name)):
            return _NAMES.get(name)
        case ast.Subscript(value=ast.Name(id="list" | "List"), slice=item):
            return ListOf(_annotation(item) or JSON)
        case ast.Subscript(value=ast.Name(id="dict" | "Dict"), slice=ast.Tuple(elts=[_, item])):
            return MapOf(_annotation(item) or JSON)
        case _:
            return None
