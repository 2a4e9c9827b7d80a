"""Values of their types from texts: constants, and what parameters hold."""

from __future__ import annotations

from typing import Final

from kfdsl import ir, kinds
from kfdsl.kinds import Kind
from kfdsl.targets.argo.expressions import text
from kfdsl.targets.argo.expressions.reference import Reference
from kfdsl.targets.common.code import ATOM, Code


def of_constant(value: ir.Constant) -> Code:
    """Return a constant."""
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
            return Code(f"[{', '.join(of_constant(item).text for item in value)}]")
        case dict():
            fields = ", ".join(
                f"{text.literal(key)}: {of_constant(item).text}" for key, item in value.items()
            )
            return Code("({" + fields + "})")


def of_reference(found: Reference) -> Code:
    """Return the value of a reference."""
    if found.path[0] == "":
        return _of_given(found.path[1], kinds.bare(found.kind))
    kind = kinds.bare(found.kind)
    if not found.levels:
        if found.encoded and found.loaded:
            return from_text(Code(found.decoded), kind)
        return from_text(Code(found.code, ATOM if found.is_plain else 0), kind)
    code = found.decoded if found.encoded and found.loaded else found.code
    texts, item = "#", _from_aggregate(kind, gaps=found.gaps)
    if found.gaps:
        texts = f"filter(#, # != '{text.ABSENT}')"
    item = texts if item == "#" else f"map({texts}, {item})"
    for _ in range(found.levels - 1):
        item = item if item == "#" else f"map(#, {item})"
    return Code(item.replace("#", f"fromJSON({code})", 1))


def _of_given(constant: str, kind: Kind) -> Code:
    """Return what an input is given as a constant."""
    if kind in (kinds.INT, kinds.FLOAT, kinds.BOOL):
        return Code(constant, 6 if constant.startswith("-") else ATOM)
    return from_text(Code(text.literal(constant)), kind)


def from_text(code: Code, kind: Kind) -> Code:
    """Return the value of a type that a text stands for."""
    if kind == kinds.INT:
        return Code(f"asInt({code.text})")
    if kind == kinds.FLOAT:
        return Code(f"asFloat({code.text})")
    if kind == kinds.BOOL:
        return Code(f"{code.at(5)} == 'true'", 4)
    if kinds.is_text(kind) or kind in (kinds.DURATION, kinds.QUANTITY):
        return code
    return Code(f"fromJSON({code.text})")


_TEXTS: Final = (kinds.DURATION, kinds.QUANTITY)


def _from_aggregate(kind: Kind, *, gaps: bool) -> str:
    """An item of a gathered list: a text; lists and records are parsed already if all items are such."""
    if kind == kinds.INT:
        return "int(#)"
    if kind == kinds.FLOAT:
        return "float(#)"
    if kind == kinds.BOOL:
        return "# == 'true'"
    if kind == kinds.JSON or (gaps and not kinds.is_text(kind) and kind not in _TEXTS):
        return "(type(#) == 'string' ? fromJSON(#) : #)"
    return "#"


def cast(code: Code, kind: Kind) -> Code:
    """Return a value out of JSON, where all numbers are floats, as one of a type."""
    match kinds.bare(kind):
        case kinds.Scalar("int" | "float" as name):
            return Code(f"{name}({code.text})")
        case kinds.ListOf(item):
            each = cast(Code("#"), item).text
            return code if each == "#" else Code(f"map({code.text}, {each})")
        case _:
            return code


def picked(found: Reference, position: int, kind: Kind) -> Code:
    """Return one item of a list out of a loop."""
    return from_text(Code(f"fromJSON({found.code})[{position}]"), kinds.bare(kind))
