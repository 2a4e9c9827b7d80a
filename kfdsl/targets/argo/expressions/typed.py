"""Values of their types in Argo's expression language, and their texts as they are meant.

Operands get their types back, since parameters are texts: `asInt(…)`, `… == 'true'`, `fromJSON(…)`.
Comparisons with constants are made in the form that the text has, so that simple ones read naturally.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Protocol

from kfdsl import ir, kinds
from kfdsl.kinds import Kind
from kfdsl.targets.argo import names
from kfdsl.targets.argo.expressions import amounts, decoding, functions, sought, text
from kfdsl.targets.argo.expressions.reference import Reference
from kfdsl.targets.argo.expressions.wanted import Ended, Position, Prefix, Status, Wanted
from kfdsl.targets.argo.refusal import Refused
from kfdsl.targets.common.code import ATOM, Code
from kfdsl.targets.common.constants import NotConstant, constant

_LEVELS: Final = {
    "or": 1, "and": 2, "==": 4, "!=": 4, "<": 4, "<=": 4, ">": 4, ">=": 4, "in": 4,
    "+": 5, "-": 5, "*": 6, "/": 6, "%": 6,
}  # fmt: skip


class Reader(Protocol):
    """What finds values: a call in a DAG, or a template."""

    def read(self, expr: Wanted) -> Reference:
        """Find the value of a reference."""

    def find(self, expr: Wanted) -> Reference | None:
        """Find the value of a field of a loop's item; None where it has to be computed."""


def reference(expr: Wanted, reader: Reader) -> Reference | None:
    """Return the place of a value that needs no computing, None for other expressions."""
    match expr:
        case ir.ParamRef() | ir.InputRef() | ir.OutputRef() | ir.EachRef() | ir.ItemRef():
            return reader.read(expr)
        case ir.ItemOutputRef():
            found = reader.read(expr)
            return None if found.levels else found
        case ir.RunRef("status" | "params" | "priority" | "labels" | "annotations" | "step.attempt"):
            return reader.read(expr)
        case ir.FieldOf(ir.RunRef("labels" | "annotations")) | ir.FieldOf(ir.InputRef(), "uri"):
            return reader.read(expr)
        case ir.RunRef("failures"):
            return None
        case ir.RunRef(field, kind, span):
            return functions.run_value(field, kind, span)
        case ir.OutputPath() | Position() | Prefix() | Status() | Ended() | ir.FieldOf(ir.OutputPath()):
            return reader.read(expr)
        case ir.FieldOf(base, name, _, span) if kinds.is_artifact(base.type):
            raise Refused(span, f"Argo does not tell `{name}` of an artifact")
        case ir.FieldOf(ir.ItemRef()):
            return reader.find(expr)
        case _:
            return None


def needs_types(found: Reference) -> bool:
    """Tell whether a gathered list holds texts where its items have another type."""
    if not found.levels:
        return False
    texts = (kinds.STRING, kinds.DURATION, kinds.QUANTITY)
    return found.gaps or not (kinds.bare(found.kind) in texts or _is_structured(found.kind))


def _is_structured(kind: Kind) -> bool:
    return isinstance(kinds.bare(kind), (kinds.ListOf, kinds.MapOf, kinds.Record, kinds.Enum))


def plain(expr: Wanted, reader: Reader) -> Code:
    """Return an expression for the text of a value as it is meant, or the marker where it is absent."""
    if is_coalesced(expr):
        return coalesced(expr, reader, lambda part: plain(part, reader))
    found = reference(expr, reader)
    if found is None or found.path[0] == "" or needs_types(found):
        return as_text(expr, reader)
    if not found.encoded or not found.loaded:
        return Code(found.code, ATOM if found.is_plain else 0)
    if found.optional:
        return Code(f"{found.operand} == '{text.ABSENT}' ? {found.operand} : {found.decoded}", 0)
    return Code(found.decoded)


def is_coalesced(expr: Wanted) -> bool:
    """Tell whether an expression is `a ?? b`."""
    return isinstance(expr, ir.Binary) and expr.operator == "??"


def coalesced(expr: Wanted, reader: Reader, write: Callable[[Wanted], Code]) -> Code:
    """Write `left ?? right` as texts."""
    if not isinstance(expr, ir.Binary):
        return write(expr)
    found, left, other = reference(expr.left, reader), write(expr.left), write(expr.right)
    if found is not None and not found.optional:
        return left
    if found is not None and found.nil and not found.marked and not found.guard and found.path[0] == "tasks":
        last = reference(expr.right, reader)
        if last is not None and last.nil and not last.guard and not isinstance(expr.type, kinds.Optional):
            other = Code(names.path_text(last.path))
        rest = f"({other.text})" if _is_choice(other) else other.text
        return Code(f"{names.path_text(found.path, safe_from=3)} ?? {rest}", 0)
    if found is not None and found.is_plain:
        return Code(f"{found.code} == '{text.ABSENT}' ? {other.at(1)} : {left.at(1)}", 0)
    first = f"({left.text})" if left.text.startswith("let ") else left.text
    return Code(f"let v = {first}; v == '{text.ABSENT}' ? {other.at(1)} : v", 0)


def _is_choice(code: Code) -> bool:
    return code.level < ATOM and (" ? " in code.text or code.text.startswith("let "))


def typed(expr: Wanted, reader: Reader) -> Code:  # noqa: C901, PLR0912  # one case a kind of expression
    """Return an expression whose value has the type; texts are as they are meant."""
    value = constant(expr)
    if not isinstance(value, NotConstant):
        return decoding.of_constant(value)
    found = reference(expr, reader)
    if found is not None:
        return decoding.of_reference(found)
    match expr:
        case ir.Unary("not", operand):
            return negated(operand, reader)
        case ir.Unary(_, operand):
            return Code(f"-{typed(operand, reader).at(ATOM)}", 6)
        case ir.Binary():
            return _binary(expr, reader)
        case ir.TextExpr(parts):
            texts = [text.literal(p) if isinstance(p, str) else as_text(p, reader).at(5) for p in parts]
            return Code(" + ".join(texts), 5)
        case ir.ListExpr(items):
            return Code(f"[{', '.join(typed(item, reader).text for item in items)}]")
        case ir.MapExpr(entries):
            fields = ", ".join(f"{text.literal(key)}: {typed(entry, reader).text}" for key, entry in entries)
            return Code("({" + fields + "})")
        case ir.FieldOf(base, name):
            return Code(f"{typed(base, reader).at(ATOM)}{names.path_text(('', name))}")
        case ir.IndexOf(base, index):
            return Code(f"{typed(base, reader).at(ATOM)}[{typed(index, reader).text}]")
        case ir.ItemOutputRef():
            return _of_item(expr, reader)
        case ir.Cast(operand, kind):
            return decoding.cast(typed(operand, reader), kind)
        case ir.FunctionCall():
            return _call(expr, reader)
        case ir.RunRef("failures"):
            return Code(functions.FAILURES)
        case ir.EngineRef(root, path, _, span):
            return Code(functions.engine_value(root, path, span))
        case _:
            raise Refused(expr.span, "this value cannot be read in an expression on Argo")


def _of_item(expr: ir.ItemOutputRef, reader: Reader) -> Code:
    if not expr.item:
        return decoding.picked(reader.read(expr), expr.index, expr.type)
    return decoding.cast(sought.value(expr, reader), expr.type)


def as_text(expr: Wanted, reader: Reader) -> Code:
    """Return an expression for the text of a value, as it is meant."""
    kind = kinds.bare(expr.type)
    found = reference(expr, reader)
    if found is None and sought.is_meant(expr):
        return sought.as_text(expr, reader)
    if found is not None and not found.levels and found.path[0]:
        if found.encoded and found.loaded:
            return Code(found.decoded)
        return Code(found.code, ATOM if found.is_plain else 0)
    code = typed(expr, reader)
    if kinds.is_text(kind) or kind in (kinds.DURATION, kinds.QUANTITY):
        return code
    if kind in (kinds.INT, kinds.BOOL):
        return Code(f"string({code.text})")
    if kind == kinds.JSON:
        return Code(f"let j = {code.text}; type(j) == 'string' ? j : sprig.toRawJson(j)", 0)
    return Code(f"{'sprig.toJson' if kind == kinds.FLOAT else 'sprig.toRawJson'}({code.text})")


def negated(operand: ir.Expr, reader: Reader) -> Code:
    """Return the negation of a condition."""
    code = typed(operand, reader)
    if code.text.endswith(" == 'true'") and code.level == 4 and " " not in code.text[:-10]:
        return Code(code.text[:-10] + " != 'true'", 4)
    return Code(f"!({code.text})")


def _binary(expr: ir.Binary, reader: Reader) -> Code:
    operator, left, right = expr.operator, expr.left, expr.right
    match operator:
        case "==" | "!=" | "<" | "<=" | ">" | ">=" | "in":
            return _compared(expr, reader)
        case "??":
            return _typed_coalesced(left, right, reader)
        case _:
            level = _LEVELS[operator]
            sign = {"or": "||", "and": "&&"}.get(operator, operator)
            a, b = typed(left, reader), typed(right, reader)
            return Code(f"{a.at(level)} {sign} {b.at(level + (operator in '-/%'))}", level)


def _typed_coalesced(left: ir.Expr, right: ir.Expr, reader: Reader) -> Code:
    found, other = reference(left, reader), typed(right, reader)
    if found is not None and not found.optional:
        return decoding.of_reference(found)
    kind = kinds.bare(left.type)
    if found is not None and found.is_plain:
        return Code(
            f"{found.code} == '{text.ABSENT}' ? {other.at(1)} : {decoding.of_reference(found).at(1)}", 0
        )
    value = decoding.from_text(Code("v"), kind)
    return Code(
        f"let v = {plain(left, reader).text}; v == '{text.ABSENT}' ? {other.at(1)} : {value.at(1)}", 0
    )


def _compared(expr: ir.Binary, reader: Reader) -> Code:
    """Compare; a text that has form E meets constants in that form, so it need not be decoded."""
    operator, left, right = expr.operator, expr.left, expr.right
    if operator == "in" and kinds.is_text(kinds.bare(right.type)):
        return Code(f"{typed(right, reader).at(5)} contains {typed(left, reader).at(5)}", 4)
    if operator in ("==", "!=", "in") and kinds.is_text(kinds.bare(left.type)):
        forms = {_form(left, reader), _form(right, reader)}
        if forms == {True, None} or (forms == {True} and operator != "in"):
            return Code(f"{_in_form(left, reader)} {operator} {_in_form(right, reader)}", 4)
    kind = kinds.bare(left.type)
    if kind in amounts.KINDS:
        return Code(f"{_amount(left, kind, reader)} {operator} {_amount(right, kind, reader)}", 4)
    if operator in ("==", "!=") and kind == kinds.BOOL:
        value = constant(right)
        if isinstance(value, bool):
            return typed(left, reader) if value == (operator == "==") else negated(left, reader)
    return Code(f"{typed(left, reader).at(5)} {operator} {typed(right, reader).at(5)}", 4)


def _amount(expr: ir.Expr, kind: Kind, reader: Reader) -> str:
    """Return what a duration, a quantity, or each item of a list of constants amounts to."""
    value = constant(expr)
    if not isinstance(value, NotConstant):
        return amounts.constant(value, expr, kind)
    if kinds.bare(expr.type) != kind:
        raise Refused(expr.span, "a duration or quantity is looked up in constants only on Argo")
    return amounts.computed(typed(expr, reader).text, kind)


def _form(expr: ir.Expr, reader: Reader) -> bool | None:
    """Tell whether a text is encoded (True), raw (False) or a constant, which takes either form (None)."""
    value = constant(expr)
    if not isinstance(value, NotConstant):
        return False if "{{{" in text.of_constant(value) else None  # which has two forms, see `text.encode`
    found = reference(expr, reader)
    return (
        found is not None and found.encoded and found.path[0] != "" and kinds.is_text(kinds.bare(found.kind))
    )


def _in_form(expr: ir.Expr, reader: Reader) -> str:
    value = constant(expr)
    if isinstance(value, list):
        return f"[{', '.join(text.literal(text.encoded_constant(item)) for item in value)}]"
    if not isinstance(value, NotConstant):
        return text.literal(text.encoded_constant(value))
    found = reference(expr, reader)
    return found.operand if found else ""


def _call(expr: ir.FunctionCall, reader: Reader) -> Code:
    name, arguments = expr.function, expr.arguments
    if name == "present":
        return _present(arguments[0], reader)
    if name == "range":
        return functions.ranged([typed(argument, reader) for argument in arguments])
    if name == "string":
        return as_text(arguments[0], reader)
    if name == "json":
        return Code(f"sprig.toRawJson({typed(arguments[0], reader).text})")
    if name == "format":
        return Code(
            *functions.padded(expr, as_text(arguments[0], reader).at(5), typed(arguments[0], reader).at(ATOM))
        )
    if name in ("int", "float") and kinds.bare(arguments[0].type) == kinds.STRING:
        return Code(f"{'asInt' if name == 'int' else 'asFloat'}({typed(arguments[0], reader).text})")
    codes = [typed(argument, reader) for argument in arguments]
    if name == "jsonpath":
        codes[0] = as_text(arguments[0], reader)
    return Code(*functions.call(expr, codes))


def _present(expr: ir.Expr, reader: Reader) -> Code:
    if kinds.is_artifact(expr.type):
        found = reader.read(expr)
        if found.path[0] == "tasks":
            return Code(f"{names.path_text(('tasks', found.path[1], 'status'))} == 'Succeeded'", 4)
        return Code(f"{found.operand} != '{text.ABSENT}'", 4)
    found_value = reference(expr, reader)
    code = found_value.operand if found_value is not None else plain(expr, reader).at(5)
    return Code(f"{code} != '{text.ABSENT}'", 4)
