"""The built-in components: their arguments, and what their outputs may read."""

from __future__ import annotations

from collections.abc import Mapping

from kfdsl import ir
from kfdsl import syntax as s
from kfdsl.kinds import INT, JSON, STRING, Kind, Unknown
from kfdsl.lower import environment, expressions, interface, resources, shapes, stores
from kfdsl.lower.amounts import duration
from kfdsl.lower.constants import unknown
from kfdsl.lower.scope import Scope
from kfdsl.lower.shapes import Checked, Shape, condition_over, flag, free, list_of, map_of, text, words

RESPONSE: Mapping[str, Kind] = {"status": INT, "body": STRING, "headers": JSON}
OBJECT: Mapping[str, Kind] = {"*": JSON}
OUTPUT_ROOTS: Mapping[str, Mapping[str, Mapping[str, Kind]]] = {
    "http": {"response": RESPONSE},
    "kubernetes": {"object": OBJECT},
}
"""What the value of an `out` may read, by built-in."""
FILE: Mapping[str, Kind] = {"path": STRING}


def _place(scope: Scope, expr: s.Expression | s.Range) -> Checked:
    """Check a key of a store."""
    plain = shapes.no_range(scope, expr)
    lowered = expressions.lower(scope, plain) if plain is not None else unknown(expr.span)
    if not isinstance(lowered, ir.PlaceRef) and not isinstance(lowered.type, Unknown):
        scope.context.report(
            "invalid-value",
            expr.span,
            'this takes a place in a store: `NAME["folder/"]`',
            label="not a place",
        )
        return unknown(expr.span)
    return lowered


def _text_over_file(scope: Scope, expr: s.Expression | s.Range) -> Checked:
    """Check a text that may read `file`."""
    return shapes.as_text(scope.with_roots({"file": FILE}, near=True), expr)


_ACTIONS = words("create", "apply", "get", "patch", "replace", "delete")
BUILT_INS: dict[str, dict[str, Shape]] = {
    "approve": {"message": shapes.as_text, "timeout": duration},
    "wait": {"duration": duration},
    "http": {
        "url": shapes.as_text,
        "method": words("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"),
        "headers": map_of(environment.variable),
        "body": shapes.as_text,
        "success": condition_over("response", RESPONSE),
        "timeout": duration,
        "insecure": flag,
    },
    "kubernetes": {
        "action": _ACTIONS,
        "manifest": free,
        "success": condition_over("object", OBJECT),
        "failure": condition_over("object", OBJECT),
        "merge": words("strategic", "merge", "json"),
        "flags": list_of(shapes.as_text),
        "owner": flag,
    },
    "load": {
        "uri": text,
        "type": free,
        "metadata": map_of(free),
        "reimport": flag,
        "revision": stores.GIT["revision"],
        "headers": stores.HTTP["headers"],
        "text": text,
        **stores.HDFS,
        **stores.GIT,
        **stores.HTTP,
    },
    "list_files": {
        "place": _place,
        "where": condition_over("file", FILE),
        "each": _text_over_file,
    },
    "plugin": {"name": shapes.constant_text, "parameters": free},
    "extern": {"reference": shapes.constant_text},
}
"""Arguments by built-in, in the order of positional ones."""
_NEEDED = {
    "wait": "duration",
    "http": "url",
    "kubernetes": "action",
    "list_files": "place",
    "plugin": "name",
    "extern": "reference",
}


def lower(scope: Scope, call: s.Expression) -> ir.BuiltIn:
    """Check the call of a built-in."""
    name = interface.built_in(call) or ""
    if not isinstance(call, s.Call):
        return ir.BuiltIn(name, (), call.span)
    if name == "load":
        return ir.BuiltIn(name, loaded(scope, call), call.span)
    arguments = resources.by_name(scope, call, BUILT_INS[name])
    needed = _NEEDED.get(name)
    if needed is not None and not any(key == needed for key, _ in arguments) and call.span.text:
        scope.context.report("missing-argument", call.span, f"`{name}` needs `{needed}`", label="missing")
    return ir.BuiltIn(name, arguments, call.span)


def loaded(scope: Scope, call: s.Call) -> tuple[tuple[str, ir.Expr], ...]:
    """Check the arguments of `load(…)`, a step or a value."""
    arguments = resources.by_name(scope, call, {**BUILT_INS["load"], "type": _type})
    if not any(key in ("uri", "text") for key, _ in arguments):
        scope.context.report(
            "missing-argument", call.span, "`load` needs a `uri` or a `text`", label="from where?"
        )
    return arguments


def _type(scope: Scope, expr: s.Expression | s.Range) -> ir.Expr:
    """Take the name of a type as an argument."""
    if isinstance(expr, s.Name):
        return ir.Literal(expr.text, scope.module.type_of(s.TypeName(expr.text, expr.span)), expr.span)
    scope.context.report("unknown-type", expr.span, "this takes the name of a type", label="not a type")
    return ir.Literal("", STRING, expr.span)
