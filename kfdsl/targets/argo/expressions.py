"""Expressions of the language as Argo's: `argument` writes text with tags, `condition` and `typed` write expr-lang.

Operands get their types back, since parameters are texts: `asInt(…)`, `… == 'true'`, `fromJSON(…)`. Comparisons with
constants are made in the form that the text has, so that simple ones read as an author writes them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple, Protocol

from kfdsl import ir, kinds
from kfdsl.kinds import Kind
from kfdsl.targets.argo import functions, names, text
from kfdsl.targets.argo.reference import Reference
from kfdsl.targets.argo.refusal import Refused
from kfdsl.targets.argo.scope import Position, Prefix

ATOM: Final = 9
_LEVELS: Final = {
    "or": 1, "and": 2, "==": 4, "!=": 4, "<": 4, "<=": 4, ">": 4, ">=": 4, "in": 4,
    "+": 5, "-": 5, "*": 6, "/": 6, "%": 6,
}  # fmt: skip


class Reader(Protocol):
    """What finds values: a call in a DAG, or a template."""

    def read(self, expr: ir.Expr) -> Reference:
        """Find the value of a reference."""

    def find(self, expr: ir.Expr) -> Reference | None:
        """Find the value of a field of a loop's item; None where it has to be computed."""


class Code(NamedTuple):
    """An expression and how strongly it binds."""

    text: str
    level: int = ATOM

    def at(self, level: int) -> str:
        """Return it as an operand of something that binds at `level`."""
        return self.text if self.level >= level else f"({self.text})"


class NotConstant(NamedTuple):
    """No constant."""


NOT_CONSTANT: Final = NotConstant()


def constant(expr: ir.Expr) -> ir.Constant | NotConstant:
    """Return the value of an expression without references."""
    match expr:
        case ir.Literal(value):
            return value
        case ir.ListExpr(items):
            values = [constant(item) for item in items]
            return NOT_CONSTANT if NOT_CONSTANT in values else values  # type: ignore[return-value]  # just excluded
        case ir.MapExpr(entries):
            fields = {name: constant(value) for name, value in entries}
            return NOT_CONSTANT if NOT_CONSTANT in fields.values() else fields  # type: ignore[return-value]  # same
        case ir.TextExpr(parts):
            texts = [part if isinstance(part, str) else constant(part) for part in parts]
            if NOT_CONSTANT in texts:
                return NOT_CONSTANT
            return "".join(text.of_constant(t) for t in texts)  # type: ignore[arg-type]  # same
        case ir.Unary("-", operand):
            value = constant(operand)
            return -value if isinstance(value, (int, float)) else NOT_CONSTANT
        case _:
            return NOT_CONSTANT


def reference(expr: ir.Expr, reader: Reader) -> Reference | None:
    """Return the place of a value that needs no computing, None for other expressions."""
    match expr:
        case ir.ParamRef() | ir.InputRef() | ir.OutputRef() | ir.EachRef() | ir.ItemRef():
            return reader.read(expr)
        case ir.RunRef(field, kind, span):
            return functions.run_value(field, kind, span)
        case ir.OutputPath() | Position() | Prefix() | ir.FieldOf(ir.OutputPath()):
            return reader.read(expr)
        case ir.FieldOf(base, name, _, span) if kinds.is_artifact(base.type):
            raise Refused(span, f"Argo does not tell `{name}` of an artifact")
        case ir.FieldOf(ir.ItemRef()):
            return reader.find(expr)
        case _:
            return None


# ---- text with tags


def argument(expr: ir.Expr, reader: Reader) -> str:
    """Return the text of a value as it is written in an argument, env or command: in form E, with tags."""
    value = constant(expr)
    if not isinstance(value, NotConstant):
        return text.encoded_constant(value)
    if isinstance(expr, ir.TextExpr):
        return _joined([part if isinstance(part, str) else argument(part, reader) for part in expr.parts], expr)
    found = reference(expr, reader)
    if found is not None:
        if found.path[0] == "":
            return text.encode(found.path[1])
        if found.is_plain and not found.raw and not _needs_types(found):
            return found.tag
    return tag(encoded(expr, reader).text)


def tag(code: str) -> str:
    """Return an expression as a tag; the end of a tag is the first `}}`."""
    return "{{= " + code.replace("}}", "} }") + " }}"


def _joined(pieces: list[str], expr: ir.TextExpr) -> str:
    """Join constants and tags; a brace at a seam would make a tag with its neighbour."""
    result = []
    for index, (piece, part) in enumerate(zip(pieces, expr.parts, strict=True)):
        if isinstance(part, str):
            piece = text.encode(piece)
            if index and piece.startswith("{"):
                piece = f"$({text.BRACE})" + piece[1:]
            if index < len(pieces) - 1 and piece.endswith("{"):
                piece = piece[:-1] + f"$({text.BRACE})"
        result.append(piece)
    return "".join(result)


def _needs_types(found: Reference) -> bool:
    """Tell whether a gathered list holds texts where its items have another type."""
    return found.levels > 0 and kinds.bare(found.kind) not in (kinds.STRING,) and not _is_structured(found.kind)


def _is_structured(kind: Kind) -> bool:
    return isinstance(kinds.bare(kind), (kinds.ListOf, kinds.MapOf, kinds.Record, kinds.Enum))


def encoded(expr: ir.Expr, reader: Reader) -> Code:
    """Return an expression whose value, as text, is the text of a value in form E."""
    value = constant(expr)
    if not isinstance(value, NotConstant):
        return Code(text.literal(text.encoded_constant(value)))
    found = reference(expr, reader)
    if found is not None and not _needs_types(found):
        if found.path[0] == "":
            return Code(text.literal(text.encode(found.path[1])))
        if not found.raw:
            return Code(found.code, ATOM if found.is_plain else 0)
    elif not _is_coalesced(expr):
        return _encoded_value(expr, reader)
    elif not _has_raw(expr, reader):
        return _coalesced(expr, reader, lambda part: encoded(part, reader))
    code = plain(expr, reader)
    if not text.is_loaded(expr.type):
        return code
    if found.optional if found is not None else isinstance(expr.type, kinds.Optional):
        return Code(f"let v = {code.text}; v == '{text.ABSENT}' ? v : {text.encoder('v')}", 0)
    return Code(text.encoder(code.text))


def plain(expr: ir.Expr, reader: Reader) -> Code:
    """Return an expression for the text of a value as it is meant, or the marker where it is absent."""
    if _is_coalesced(expr):
        return _coalesced(expr, reader, lambda part: plain(part, reader))
    found = reference(expr, reader)
    if found is None or found.path[0] == "" or _needs_types(found):
        return as_text(expr, reader)
    if not found.encoded or not found.loaded:
        return Code(found.code, ATOM if found.is_plain else 0)
    if found.optional:
        return Code(f"{found.operand} == '{text.ABSENT}' ? {found.operand} : {text.decoder(found.code)}", 0)
    return Code(text.decoder(found.code))


def _is_coalesced(expr: ir.Expr) -> bool:
    return isinstance(expr, ir.Binary) and expr.operator == "??"


def _has_raw(expr: ir.Expr, reader: Reader) -> bool:
    """Tell whether a chain of `??` has a text that is not in form E."""
    if isinstance(expr, ir.Binary) and expr.operator == "??":
        return _has_raw(expr.left, reader) or _has_raw(expr.right, reader)
    found = reference(expr, reader)
    return found is not None and found.raw


def _coalesced(expr: ir.Expr, reader: Reader, write: Callable[[ir.Expr], Code]) -> Code:
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
        return Code(f"{names.path_text(found.path, safe_from=3)} ?? {other.at(ATOM) if _is_choice(other) else other.text}", 0)
    if found is not None and found.is_plain:
        return Code(f"{found.code} == '{text.ABSENT}' ? {other.at(1)} : {left.at(1)}", 0)
    return Code(f"let v = {left.text}; v == '{text.ABSENT}' ? {other.at(1)} : v", 0)


def _is_choice(code: Code) -> bool:
    return code.level < ATOM and (" ? " in code.text or code.text.startswith("let "))


def _encoded_value(expr: ir.Expr, reader: Reader) -> Code:
    code, kind = typed(expr, reader), kinds.bare(expr.type)
    if kinds.is_text(kind) or kind in (kinds.DURATION, kinds.QUANTITY):
        return Code(text.encoder(code.text)) if text.is_loaded(kind) else code
    if kind in (kinds.INT, kinds.FLOAT, kinds.BOOL):
        return code
    written = f"sprig.toRawJson({code.text})"
    return Code(text.encoder(written) if text.is_loaded(kind) else written)


# ---- expressions


def condition(expr: ir.Expr, reader: Reader) -> str:
    """Return a condition as the text of `when`."""
    return tag(typed(expr, reader).text)


def typed(expr: ir.Expr, reader: Reader) -> Code:
    """Return an expression whose value has the type: numbers, bools, lists, maps, and texts as they are meant."""
    value = constant(expr)
    if not isinstance(value, NotConstant):
        return _constant_code(value)
    found = reference(expr, reader)
    if found is not None:
        return _typed_reference(found)
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
        case ir.ItemOutputRef(index=position):
            return _picked(reader.read(expr), position, expr.type)
        case ir.FunctionCall():
            return _call(expr, reader)
        case ir.EngineRef(root, path, _, span):
            return Code(functions.engine_value(root, path, span))
        case _:
            raise Refused(expr.span, "this value cannot be read in an expression on Argo")


def as_text(expr: ir.Expr, reader: Reader) -> Code:
    """Return an expression for the text of a value, as it is meant."""
    kind = kinds.bare(expr.type)
    found = reference(expr, reader)
    if found is not None and not found.levels and found.path[0]:
        if found.encoded and found.loaded:
            return Code(text.decoder(found.code))
        return Code(found.code, ATOM if found.is_plain else 0)
    code = typed(expr, reader)
    if kinds.is_text(kind) or kind in (kinds.DURATION, kinds.QUANTITY):
        return code
    if kind in (kinds.INT, kinds.BOOL):
        return Code(f"string({code.text})")
    return Code(f"{'sprig.toJson' if kind == kinds.FLOAT else 'sprig.toRawJson'}({code.text})")


def _constant_code(value: ir.Constant) -> Code:
    match value:
        case None:
            return Code("nil")
        case bool() | int():
            code = text.of_constant(value)
            return Code(code, 6 if code.startswith("-") else ATOM)
        case float():
            return Code(repr(value), 6 if value < 0 else ATOM)
        case str():
            return Code(text.literal(value))
        case list():
            return Code(f"[{', '.join(_constant_code(item).text for item in value)}]")
        case dict():
            fields = ", ".join(f"{text.literal(key)}: {_constant_code(item).text}" for key, item in value.items())
            return Code("({" + fields + "})")


def _typed_reference(found: Reference) -> Code:
    if found.path[0] == "":
        return Code(text.literal(found.path[1]))
    kind = kinds.bare(found.kind)
    if not found.levels:
        if found.encoded and found.loaded:
            return _from_text(Code(text.decoder(found.code)), kind)
        return _from_text(Code(found.code, ATOM if found.is_plain else 0), kind)
    code = text.decoder(found.code) if found.encoded and found.loaded else found.code
    item = _from_aggregate(kind)
    for _ in range(found.levels - 1):
        item = f"map(#, {item})" if item != "#" else "#"
    listed = f"fromJSON({code})"
    return Code(listed if item == "#" else f"map({listed}, {item})")


def _from_text(code: Code, kind: Kind) -> Code:
    if kind == kinds.INT:
        return Code(f"asInt({code.text})")
    if kind == kinds.FLOAT:
        return Code(f"asFloat({code.text})")
    if kind == kinds.BOOL:
        return Code(f"{code.at(5)} == 'true'", 4)
    if kinds.is_text(kind) or kind in (kinds.DURATION, kinds.QUANTITY):
        return code
    return Code(f"fromJSON({code.text})")


def _from_aggregate(kind: Kind) -> str:
    """An item of a gathered list: a text, but lists and records are parsed already."""
    if kind == kinds.INT:
        return "int(#)"
    if kind == kinds.FLOAT:
        return "float(#)"
    if kind == kinds.BOOL:
        return "# == 'true'"
    if kind == kinds.JSON:
        return "(type(#) == 'string' ? fromJSON(#) : #)"
    return "#"


def _picked(found: Reference, position: int, kind: Kind) -> Code:
    return _from_text(Code(f"fromJSON({found.code})[{position}]"), kinds.bare(kind))


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
        return _typed_reference(found)
    kind = kinds.bare(left.type)
    if found is not None and found.is_plain:
        return Code(f"{found.code} == '{text.ABSENT}' ? {other.at(1)} : {_typed_reference(found).at(1)}", 0)
    value = _from_text(Code("v"), kind)
    return Code(f"let v = {plain(left, reader).text}; v == '{text.ABSENT}' ? {other.at(1)} : {value.at(1)}", 0)


def _compared(expr: ir.Binary, reader: Reader) -> Code:
    """Compare; a text that has form E meets constants in that form, so it need not be decoded."""
    operator, left, right = expr.operator, expr.left, expr.right
    if operator == "in" and kinds.is_text(kinds.bare(right.type)):
        return Code(f"{typed(right, reader).at(5)} contains {typed(left, reader).at(5)}", 4)
    if operator in ("==", "!=", "in") and kinds.is_text(kinds.bare(left.type)):
        forms = {_form(left, reader), _form(right, reader)}
        if forms == {True, None} or forms == {True} and operator != "in":
            return Code(f"{_in_form(left, reader)} {operator} {_in_form(right, reader)}", 4)
    if operator in ("==", "!=") and kinds.bare(left.type) == kinds.BOOL:
        value = constant(right)
        if isinstance(value, bool):
            return typed(left, reader) if value == (operator == "==") else negated(left, reader)
    return Code(f"{typed(left, reader).at(5)} {operator} {typed(right, reader).at(5)}", 4)


def _form(expr: ir.Expr, reader: Reader) -> bool | None:
    """Tell whether a text is encoded (True), raw (False) or a constant, which takes either form (None)."""
    if not isinstance(constant(expr), NotConstant):
        return None
    found = reference(expr, reader)
    return found is not None and found.encoded and found.path[0] != "" and kinds.is_text(kinds.bare(found.kind))


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
        return _range([typed(argument, reader) for argument in arguments])
    if name == "string":
        return as_text(arguments[0], reader)
    if name == "json":
        return Code(f"sprig.toRawJson({typed(arguments[0], reader).text})")
    if name == "format":
        return Code(functions.padded(expr, as_text(arguments[0], reader).at(5)), 5)
    if name in ("int", "float") and kinds.bare(arguments[0].type) == kinds.STRING:
        return Code(f"{'asInt' if name == 'int' else 'asFloat'}({typed(arguments[0], reader).text})")
    return Code(*functions.call(expr, [typed(argument, reader) for argument in arguments]))


def _present(expr: ir.Expr, reader: Reader) -> Code:
    if kinds.is_artifact(expr.type):
        found = reader.read(expr)
        if found.path[0] == "tasks":
            return Code(f"{names.path_text(('tasks', found.path[1], 'status'))} == 'Succeeded'", 4)
        return Code(f"{found.operand} != '{text.ABSENT}'", 4)
    found_value = reference(expr, reader)
    code = found_value.operand if found_value is not None else encoded(expr, reader).at(5)
    return Code(f"{code} != '{text.ABSENT}'", 4)


def _range(bounds: list[Code]) -> Code:
    if len(bounds) == 1:
        return Code(f"0..{bounds[0].at(6)} - 1", 4)
    low, high = bounds[0], bounds[1]
    if len(bounds) == 2:
        return Code(f"{low.at(6)}..{high.at(6)} - 1", 4)
    step = bounds[2]
    count = f"int(ceil(({high.at(5)} - {low.at(6)}) / {step.at(ATOM)})) - 1"
    return Code(f"map(0..{count}, {low.at(5)} + # * {step.at(ATOM)})")


def sequence(expr: ir.Expr, reader: Reader) -> str:
    """Return a list for `withParam`: its items are in form E, texts or values."""
    found = reference(expr, reader)
    if found is None:
        return tag(encoded(expr, reader).text)
    if found.raw:
        return tag(text.encoder(found.code))
    return found.tag if found.is_plain else tag(found.code)


def parsed(expr: ir.Expr, reader: Reader) -> str:
    """Return an expression for a list whose texts are in form E: E of its JSON is JSON of such texts."""
    value = constant(expr)
    if not isinstance(value, NotConstant):
        return f"fromJSON({text.literal(text.encoded_constant(value))})"
    found = reference(expr, reader)
    if found is not None:
        return f"fromJSON({text.encoder(found.code) if found.raw else found.code})"
    code = typed(expr, reader).text
    return f"fromJSON({text.encoder(f'sprig.toRawJson({code})')})" if text.is_loaded(expr.type) else code
