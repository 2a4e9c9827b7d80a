"""Entries of `command` and `args`; where a list may be absent, a patch of the pod computes them."""

from __future__ import annotations

from typing import NamedTuple

from kfdsl import ir, kinds
from kfdsl.targets.argo import expressions
from kfdsl.targets.argo.expressions import argument, text
from kfdsl.targets.argo.refusal import Refused
from kfdsl.targets.argo.schema.patches import RAW
from kfdsl.targets.argo.scopes.leaf import Leaf
from kfdsl.targets.common.constants import NotConstant, constant


class Argv(NamedTuple):
    """The words that always stand, and the tag for the whole `args` where others may: empty for none."""

    command: list[str]
    args: list[str]
    computed: str


def argv(command: tuple[ir.Expr, ...], args: tuple[ir.Expr, ...], leaf: Leaf) -> Argv:
    """Return what runs; of a command, the words before the first list that may be absent stay in it."""
    command, args = tuple(map(_meant, command)), tuple(map(_meant, args))
    first = next((n for n, item in enumerate(command) if _is_uncertain(item)), len(command))
    if not first and command:
        raise Refused(command[0].span, "a command cannot begin with a list that may be absent on Argo")
    fixed = _words(command[:first], leaf)
    rest = (*command[first:], *args)
    if not any(_is_uncertain(item) for item in rest):
        return Argv(fixed, _words(rest, leaf), "")
    lists = [_list(item, leaf) for item in rest]
    certain = _words(tuple(item for item in rest if not _is_uncertain(item)), leaf)
    return Argv(fixed, certain, f"{RAW}{expressions.tag(f'sprig.toRawJson({_joined(lists)})')}")


def _meant(item: ir.Expr) -> ir.Expr:
    """Return what an entry of an imported command means."""
    return item.meaning if isinstance(item, ir.KubeflowWord) and item.meaning is not None else item


def _is_uncertain(item: ir.Expr) -> bool:
    match item:
        case ir.IfPresent():
            return True
        case ir.ListExpr(items):
            return any(map(_is_uncertain, items))
        case ir.Binary("??", ir.ListExpr()):
            return True
        case _:
            return False


def _words(items: tuple[ir.Expr, ...], leaf: Leaf) -> list[str]:
    result: list[str] = []
    for item in items:
        result += _words(item.items, leaf) if isinstance(item, ir.ListExpr) else [written(item, leaf)]
    return result


def _list(item: ir.Expr, leaf: Leaf) -> str:
    """Return an expression for the list of words that an entry stands for, texts in form E."""
    match item:
        case ir.ListExpr(items) if any(map(_is_uncertain, items)):
            return _joined([_list(inner, leaf) for inner in items])
        case ir.ListExpr(items):
            return f"[{', '.join(_word(inner, leaf) for inner in items)}]"
        case ir.Binary("??", ir.ListExpr(items) as left, right):
            return f"({_present(items, leaf)} ? {_list(left, leaf)} : {_list(right, leaf)})"
        case ir.IfPresent(value, then, otherwise):
            return f"({_present((value,), leaf)} ? {_list(then, leaf)} : {_list(otherwise, leaf)})"
        case _:
            return f"[{_word(item, leaf)}]"


def _joined(lists: list[str]) -> str:
    return lists[0] if len(lists) == 1 else f"concat({', '.join(lists)})"


def _word(item: ir.Expr, leaf: Leaf) -> str:
    """Return an expression for one word; numbers become texts."""
    match item:
        case ir.VariableRef(name):
            return text.literal(text.variable(name))
        case ir.TextExpr(parts) if any(isinstance(part, ir.VariableRef) for part in parts):
            return " + ".join(
                text.literal(text.encode(part)) if isinstance(part, str) else f"({_word(part, leaf)})"
                for part in parts
            )
        case _:
            pass
    code = expressions.encoded(item, leaf)
    leaf.brace = leaf.brace or f"$({text.BRACE})" in code.text
    if kinds.bare(item.type) in (kinds.INT, kinds.FLOAT, kinds.BOOL) and not _is_text(item, leaf):
        return f"sprig.toJson({code.text})"
    return code.at(1)


def _is_text(item: ir.Expr, leaf: Leaf) -> bool:
    """Tell whether the expression for a number gives its text."""
    return not isinstance(constant(item), NotConstant) or (expressions.reference(item, leaf) is not None)


def _present(items: tuple[ir.Expr, ...], leaf: Leaf) -> str:
    """Return the condition that no optional value in a list is absent."""
    terms = []
    for item in items:
        for found in ir.walk(item):
            reference = expressions.reference(found, leaf) if isinstance(found.type, kinds.Optional) else None
            if reference is not None:
                terms.append(f"{reference.operand} != '{text.ABSENT}'")
    return " && ".join(dict.fromkeys(terms)) or "true"


def shown(constant: str, leaf: Leaf) -> str:
    """Return a constant for command, args or env."""
    leaf.brace = leaf.brace or text.has_tag(constant)
    return text.shown(constant)


def written(expr: ir.Expr, leaf: Leaf) -> str:
    """Return a value for command, args or env."""
    expr = _meant(expr)
    value = constant(expr)
    if not isinstance(value, NotConstant):
        return shown(text.of_constant(value), leaf)
    result = argument(expr, leaf)
    leaf.brace = leaf.brace or f"$({text.BRACE})" in result
    return result
