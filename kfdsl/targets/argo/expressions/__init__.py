"""Expressions of the language as Argo takes them: texts with tags, conditions, lists to loop over.

Here belongs how a value is written: exact text (`text`), types (`typed`), functions, and what of an engine's parameter
a text is read from (`reference`). Where a value is found is a matter of `scopes`, which what writes asks (`wanted`).
"""

from __future__ import annotations

from kfdsl import ir, kinds
from kfdsl.targets.argo.expressions import sought, text
from kfdsl.targets.argo.expressions.typed import (
    Reader,
    as_text,
    coalesced,
    is_coalesced,
    needs_types,
    negated,
    plain,
    reference,
    typed,
)
from kfdsl.targets.argo.expressions.wanted import Wanted
from kfdsl.targets.common.code import ATOM, Code
from kfdsl.targets.common.constants import NotConstant, constant


def argument(expr: Wanted, reader: Reader) -> str:
    """Return the text of a value as it is written in an argument, env or command: in form E, with tags."""
    value, expr = constant(expr), _as_it_is(expr)
    if not isinstance(value, NotConstant):
        return text.encoded_constant(value)
    if isinstance(expr, ir.VariableRef):
        return text.variable(expr.name)
    if isinstance(expr, ir.TextExpr):
        return _joined(
            [part if isinstance(part, str) else argument(part, reader) for part in expr.parts], expr
        )
    found = reference(expr, reader)
    if found is not None:
        if found.path[0] == "":
            return text.encode(found.path[1])
        if found.is_plain and not found.raw and not needs_types(found):
            return found.tag
    return tag(encoded(expr, reader).text)


def _as_it_is(expr: Wanted) -> Wanted:
    """Return what `string(x)` is the text of, where that needs no form E."""
    if isinstance(expr, ir.FunctionCall) and expr.function == "string":
        (value,) = expr.arguments
        return value if value.type in (kinds.INT, kinds.FLOAT, kinds.BOOL) else expr
    return expr


def tag(code: str) -> str:
    """Return an expression as a tag; the end of a tag is the first `}}`."""
    return "{{= " + code.replace("}}", "} }") + " }}"


def condition(expr: ir.Expr, reader: Reader) -> str:
    """Return a condition as the text of `when`."""
    return tag(typed(expr, reader).text)


def sequence(expr: ir.Expr, reader: Reader) -> str:
    """Return a list for `withParam`: its items are in form E, texts or values."""
    found = reference(expr, reader)
    if found is None or found.gaps:
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
    if found is not None and not found.gaps:
        return f"fromJSON({text.encoder(found.code) if found.raw else found.code})"
    code = typed(expr, reader).text
    return f"fromJSON({text.encoder(f'sprig.toRawJson({code})')})" if text.is_loaded(expr.type) else code


def encoded(expr: Wanted, reader: Reader) -> Code:
    """Return an expression whose value, as text, is the text of a value in form E."""
    value, expr = constant(expr), _as_it_is(expr)
    if not isinstance(value, NotConstant):
        return Code(text.literal(text.encoded_constant(value)))
    found = reference(expr, reader)
    if found is not None and not needs_types(found):
        if found.path[0] == "":
            return Code(text.literal(text.encode(found.path[1])))
        if not found.raw:
            return Code(found.code, ATOM if found.is_plain else 0)
    elif not (is_coalesced(expr) or sought.is_meant(expr)):
        return _encoded_value(expr, reader)
    elif is_coalesced(expr) and not _has_raw(expr, reader):
        return coalesced(expr, reader, lambda part: encoded(part, reader))
    code = plain(expr, reader)
    if not text.is_loaded(expr.type):
        return code
    if found.optional if found is not None else isinstance(expr.type, kinds.Optional):
        return Code(f"let v = {code.text}; v == '{text.ABSENT}' ? v : {text.encoder('v')}", 0)
    return Code(text.encoder(code.text))


def _has_raw(expr: Wanted, reader: Reader) -> bool:
    """Tell whether a chain of `??` has a text that is not in form E."""
    if isinstance(expr, ir.Binary) and expr.operator == "??":
        return _has_raw(expr.left, reader) or _has_raw(expr.right, reader)
    found = reference(expr, reader)
    return found is not None and found.raw


def _encoded_value(expr: Wanted, reader: Reader) -> Code:
    code, kind = typed(expr, reader), kinds.bare(expr.type)
    if kinds.is_text(kind) or kind in (kinds.DURATION, kinds.QUANTITY):
        return Code(text.encoder(code.text)) if text.is_loaded(kind) else code
    if kind in (kinds.INT, kinds.FLOAT, kinds.BOOL):
        return code
    written = (
        f"(let j = {code.text}; type(j) == 'string' ? j : sprig.toRawJson(j))"
        if kind == kinds.JSON
        else f"sprig.toRawJson({code.text})"
    )
    return Code(text.encoder(written) if text.is_loaded(kind) else written)


def _joined(pieces: list[str], expr: ir.TextExpr) -> str:
    """Join constants and tags; a brace at a seam would make a tag with its neighbour."""
    result = []
    last = len(pieces) - 1
    for index, (piece, part) in enumerate(zip(pieces, expr.parts, strict=True)):
        written = piece
        if isinstance(part, str):
            written = text.encode(piece)
            if index and written.startswith("{"):
                written = f"$({text.BRACE})" + written[1:]
            if index < last and written.endswith("{"):
                written = written[:-1] + f"$({text.BRACE})"
        result.append(written)
    return "".join(result)


__all__ = [
    "Reader", "argument", "as_text", "condition", "encoded", "negated", "parsed", "plain", "reference",
    "sequence", "tag", "typed",
]  # fmt: skip
