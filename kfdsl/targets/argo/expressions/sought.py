"""One item of a loop whose items may not all have run: sought by its value in the records of those that have."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, TypeGuard

from kfdsl import ir, kinds
from kfdsl.functions import json_text
from kfdsl.targets.argo import names
from kfdsl.targets.argo.expressions import decoding, text
from kfdsl.targets.common.code import ATOM, Code

if TYPE_CHECKING:
    from kfdsl.targets.argo.expressions.typed import Reader
    from kfdsl.targets.argo.expressions.wanted import Wanted


def is_meant(expr: Wanted) -> TypeGuard[ir.ItemOutputRef]:
    """Tell whether an expression is such an item."""
    return isinstance(expr, ir.ItemOutputRef) and bool(expr.item)


def value(expr: ir.ItemOutputRef, reader: Reader) -> Code:
    """Return an expression for the output of an item as JSON has it, nil where the item did not run."""
    records = ir.EachRef(expr.step, None, kinds.ListOf(kinds.Record(())), expr.span)
    listed = decoding.of_reference(reader.read(records)).text
    return Code(f"find({listed}, {_is('.item', json.loads(expr.item))})?{names.path_text(('', expr.output))}")


def as_text(expr: ir.ItemOutputRef, reader: Reader) -> Code:
    """Return an expression for the text of the output, or the marker."""
    kind = kinds.bare(expr.type)
    found = Code("r")
    if kind == kinds.INT:
        found = Code("string(int(r))")
    elif kind == kinds.BOOL:
        found = Code("string(r)")
    elif kind == kinds.FLOAT:
        found = Code("sprig.toJson(r)")
    elif not (kinds.is_text(kind) or kind in (kinds.DURATION, kinds.QUANTITY)):
        found = Code("sprig.toRawJson(r)")
    return Code(f"(let r = {value(expr, reader).text}; r == nil ? '{text.ABSENT}' : {found.text})", ATOM)


def _is(path: str, item: ir.Constant) -> str:
    """Return the condition that what is at a path is an item."""
    if isinstance(item, dict):
        fields = (_is(path + names.path_text(("", name)), value) for name, value in item.items())
        return " && ".join(fields) or "true"
    if isinstance(item, list):
        return f"sprig.toRawJson({path}) == {text.literal(json_text(item))}"
    return f"{path} == {decoding.of_constant(item).at(5)}"
