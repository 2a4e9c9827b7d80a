"""Shapes of environment variables: their names, and what they may hold."""

from __future__ import annotations

import re

from kfdsl import ir
from kfdsl import syntax as s
from kfdsl.kinds import STRING
from kfdsl.lower import expressions, shapes
from kfdsl.lower.constants import unknown
from kfdsl.lower.scope import Scope
from kfdsl.lower.shapes import Checked

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")


def variable_name(scope: Scope, name: s.Name) -> None:
    """Check the name of an environment variable."""
    if not _VARIABLE.fullmatch(name.text):
        scope.context.report(
            "invalid-name",
            name.span,
            f"`{name.text}` cannot be an environment variable",
            label="letters, digits and `_`",
        )


def variable(scope: Scope, expr: s.Expression | s.Range) -> Checked:
    """Check the value of an environment variable: a text, a key of a secret or config, or `field(…)`."""
    plain = shapes.no_range(scope, expr)
    if plain is None:
        return unknown(expr.span)
    if isinstance(plain, s.Call) and isinstance(plain.function, s.Name) and plain.function.text == "field":
        arguments = [expressions.value(scope, a.value, STRING) for a in plain.arguments]
        if len(arguments) != 1:
            scope.context.report(
                "missing-argument",
                plain.span,
                "`field` takes the path of a field of the pod",
                label="one text",
            )
        return ir.FunctionCall("field", tuple(arguments), STRING, plain.span)
    return expressions.text(scope, plain)
