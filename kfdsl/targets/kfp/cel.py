"""Expressions of the language in CEL: the conditions of tasks, and selectors of what a task is given.

A condition reads the inputs of its task, a selector one value, whose text is always at hand. Both know
`parseJson`. What CEL's standard library lacks is refused.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from kfdsl import ir, kinds
from kfdsl.kinds import Kind
from kfdsl.targets.common.code import ATOM, Code
from kfdsl.targets.common.constants import NotConstant, constant
from kfdsl.targets.kfp.refusal import Refused

_UNARY: Final = 8


Reference = Callable[[ir.Expr], Code | None]


class Writer:
    """Writes expressions; `reference` gives the code of a reference, None for what is none."""

    __slots__ = ("reference",)

    def __init__(self, reference: Reference) -> None:
        """Keep what finds references."""
        self.reference = reference

    def write(self, expr: ir.Expr) -> Code:  # noqa: C901, PLR0912  # a match over expressions
        """Return an expression as CEL.

        Raises:
            Refused: CEL cannot say it.
        """
        value = constant(expr)
        if not isinstance(value, NotConstant):
            return literal(value, expr)
        found = self.reference(expr)
        if found is not None:
            return found
        match expr:
            case ir.Unary("not", operand):
                return Code(f"!{self._in_brackets(operand)}", _UNARY)
            case ir.Unary(_, operand):
                return Code(f"-{self.write(operand).at(_UNARY)}", _UNARY)
            case ir.Binary():
                return self._binary(expr)
            case ir.TextExpr(parts):
                return self._joined(
                    [string_literal(p) if isinstance(p, str) else self.text(p) for p in parts]
                )
            case ir.ListExpr(items):
                return Code(f"[{', '.join(self.write(item).text for item in items)}]")
            case ir.MapExpr(entries):
                fields = (f"{string_literal(key)}: {self.write(value).text}" for key, value in entries)
                return Code(f"{{{', '.join(fields)}}}")
            case ir.FieldOf(base, name):
                return typed(f"{self.write(base).at(ATOM)}[{quoted(name)}]", expr.type)
            case ir.IndexOf(base, index):
                return typed(f"{self.write(base).at(ATOM)}[{self.write(index).text}]", expr.type)
            case ir.Cast(operand):
                return self.write(operand)
            case ir.FunctionCall():
                return self._call(expr)
            case _:
                raise Refused(expr.span, f"Kubeflow cannot compute `{expr.span.text}` between steps")

    def text(self, expr: ir.Expr) -> str:
        """Return the text of a scalar."""
        code = self.write(expr)
        return code.at(5) if kinds.is_text(kinds.bare(expr.type)) else f"string({code.text})"

    def _joined(self, parts: list[str]) -> Code:
        return Code(" + ".join(parts), ATOM if len(parts) == 1 else 5)

    def _in_brackets(self, expr: ir.Expr) -> str:
        return f"({self.write(expr).text})"

    def _binary(self, expr: ir.Binary) -> Code:
        sign, left, right = expr.operator, expr.left, expr.right
        match sign:
            case "and":
                return Code(f"{self.write(left).at(2)} && {self.write(right).at(3)}", 2)
            case "or":
                return Code(f"{self.write(left).at(1)} || {self.write(right).at(2)}", 1)
            case "==" | "!=" | "<" | "<=" | ">" | ">=":
                a, b = self._alike(left, right)
                return Code(f"{a.at(5)} {sign} {b.at(5)}", 4)
            case "in" if kinds.is_text(kinds.bare(right.type)):
                return Code(f"{self.write(right).at(ATOM)}.contains({self.write(left).text})")
            case "in":
                return Code(f"{self.write(left).at(5)} in {self.write(right).at(5)}", 4)
            case "+" | "-":
                a, b = self._alike(left, right, expr.type)
                return Code(f"{a.at(5)} {sign} {b.at(6)}", 5)
            case "*" | "%":
                a, b = self._alike(left, right, expr.type)
                return Code(f"{a.at(6)} {sign} {b.at(7)}", 6)
            case "/":
                a, b = self._alike(left, right, kinds.FLOAT)
                return Code(f"{a.at(6)} / {b.at(7)}", 6)
            case _:
                raise Refused(
                    expr.span, f"Kubeflow cannot compute `{sign}` between steps", "compute it in a step"
                )

    def _alike(self, left: ir.Expr, right: ir.Expr, wanted: Kind | None = None) -> tuple[Code, Code]:
        """Return two operands as numbers of one type, where they are numbers of two."""
        floats = kinds.FLOAT in (kinds.bare(left.type), kinds.bare(right.type), wanted)
        return self._number(left, floats=floats), self._number(right, floats=floats)

    def _number(self, expr: ir.Expr, *, floats: bool) -> Code:
        code = self.write(expr)
        if not floats or kinds.bare(expr.type) != kinds.INT:
            return code
        value = constant(expr)
        if isinstance(value, int):
            return literal(float(value), expr)
        return Code(f"double({code.text})")

    def _call(self, expr: ir.FunctionCall) -> Code:
        arguments = expr.arguments
        match expr.function:
            case "len":
                return Code(f"size({self.write(arguments[0]).text})")
            case "starts_with" | "ends_with" as name:
                word = "startsWith" if name == "starts_with" else "endsWith"
                return Code(f"{self.write(arguments[0]).at(ATOM)}.{word}({self.write(arguments[1]).text})")
            case "matches":
                return Code(f"{self.write(arguments[0]).at(ATOM)}.matches({self.write(arguments[1]).text})")
            case "string":
                return Code(self.text(arguments[0]), 5)
            case "int":
                return Code(f"int({self.write(arguments[0]).text})")
            case "float":
                return Code(f"double({self.write(arguments[0]).text})")
            case "min" | "max" as name if len(arguments) == 2:
                a, b = self._alike(*arguments)
                sign = "<" if name == "min" else ">"
                return Code(f"{a.at(5)} {sign} {b.at(5)} ? {a.at(1)} : {b.at(1)}", 0)
            case "abs":
                a = self.write(arguments[0])
                return Code(f"{a.at(5)} < {literal(0, arguments[0]).text} ? -{a.at(_UNARY)} : {a.at(1)}", 0)
            case name:
                raise Refused(expr.span, f"Kubeflow's expressions have no `{name}`", "compute it in a step")


def literal(value: ir.Constant, expr: ir.Expr) -> Code:
    """Return a constant."""
    match value:
        case bool():
            return Code("true" if value else "false")
        case str():
            return Code(string_literal(value))
        case int():
            text = f"{float(value)!r}" if kinds.bare(expr.type) == kinds.FLOAT else str(value)
            return Code(text, ATOM if value >= 0 else _UNARY)
        case float():
            return Code(repr(value), ATOM if value >= 0 else _UNARY)
        case list():
            return Code(f"[{', '.join(literal(item, expr).text for item in value)}]")
        case dict():
            fields = (f"{string_literal(key)}: {literal(item, expr).text}" for key, item in value.items())
            return Code(f"{{{', '.join(fields)}}}")
        case None:
            return Code("null")


def string_literal(text: str) -> str:
    """Return a text in single quotes, as the SDK writes it."""
    return "'" + _escaped(text).replace("'", "\\'") + "'"


def quoted(text: str) -> str:
    """Return a text in double quotes."""
    return '"' + _escaped(text).replace('"', '\\"') + '"'


def _escaped(text: str) -> str:
    made = text.replace("\\", "\\\\")
    return "".join(c if " " <= c != "\x7f" else f"\\u{ord(c):04x}" for c in made)


def typed(code: str, kind: Kind) -> Code:
    """Return a value of JSON, in which all numbers are doubles, as one of its type."""
    return Code(f"int({code})") if kinds.bare(kind) == kinds.INT else Code(code)


def of_input(name: str, kind: Kind) -> Code:
    """Return an input of a task as a condition reads it."""
    return _of_value(f"inputs.parameter_values['{name}']", kind)


def _of_value(code: str, kind: Kind) -> Code:
    bare = kinds.bare(kind)
    if bare == kinds.BOOL:
        return Code(f"{code} == true", 4)
    if bare == kinds.JSON:
        return Code(f"parseJson({code})")
    return typed(code, bare)


def of_text(kind: Kind) -> Code:
    """Return the value that a selector selects from, of which it has the text."""
    match kinds.bare(kind):
        case kinds.Scalar("int"):
            return Code("int(string_value)")
        case kinds.Scalar("float"):
            return Code("double(string_value)")
        case kinds.Scalar("bool"):
            return Code("string_value == 'true'", 4)
        case kinds.Scalar("json") | kinds.ListOf() | kinds.MapOf() | kinds.Record():
            return Code("parseJson(string_value)")
        case _:
            return Code("string_value")
