"""`command` and `args`: constants, and placeholders for values."""

from __future__ import annotations

from kfdsl import ir, kinds
from kfdsl.functions import text_of
from kfdsl.targets.common.constants import NotConstant, constant
from kfdsl.targets.kfp import imported
from kfdsl.targets.kfp.leaf import Leaf
from kfdsl.targets.kfp.refusal import Refused
from kfdsl.targets.kfp.text import chosen, shown
from kfdsl.targets.kfp.types import Object


def container(run: ir.Command, leaf: Leaf) -> Object:
    """Return the fields `command` and `args`."""
    if not run.command:
        raise Refused(
            run.span,
            "on Kubeflow a step says its command: the entrypoint of the image is not run",
            "write the entrypoint as `command`",
        )
    made: Object = {"command": words(run.command, leaf)}
    if run.args:
        made["args"] = words(run.args, leaf)
    return made


def words(items: tuple[ir.Expr, ...], leaf: Leaf) -> list[str]:
    """Return the entries of a command."""
    found: list[str] = []
    for item in items:
        found += word(item, leaf)
    return found


def word(item: ir.Expr, leaf: Leaf) -> list[str]:
    """Return the entries that one item stands for."""
    match item:
        case ir.KubeflowWord():
            return [imported.written(item, leaf)]
        case ir.ListExpr(items):
            return words(items, leaf)
        case _:
            return [text(item, leaf)]


def text(item: ir.Expr, leaf: Leaf) -> str:
    """Return a value as text: a constant, placeholders, or both."""
    if isinstance(item, ir.KubeflowWord):
        return imported.written(item, leaf)
    value = constant(item)
    if not isinstance(value, NotConstant):
        return shown(text_of(value), item.span)
    match item:
        case ir.TextExpr(parts):
            return "".join(shown(p, item.span) if isinstance(p, str) else text(p, leaf) for p in parts)
        case ir.FunctionCall("string" | "json", (argument,)) if kinds.bare(argument.type) != kinds.STRING:
            return text(argument, leaf)
        case ir.Cast(operand):
            return text(operand, leaf)
        case ir.Binary("??", left, right):
            return _if_present(left, right, leaf)
        case _:
            return leaf.placeholder(item)


def text_or_empty(item: ir.Expr, leaf: Leaf) -> str:
    """Return a value as text; the empty text where it is absent."""
    if isinstance(item.type, kinds.Optional) and isinstance(constant(item), NotConstant):
        placeholder = leaf.placeholder(item)
        return chosen(leaf.name_of(item), placeholder, "")
    return text(item, leaf)


def _if_present(left: ir.Expr, right: ir.Expr, leaf: Leaf) -> str:
    """Return the entries of a list that is absent where an optional input is, as the engine chooses them."""
    names = [
        found.name
        for found in ir.walk(left)
        if isinstance(found, ir.InputRef) and isinstance(leaf.declared[found.name].type, kinds.Optional)
    ]
    if len(set(names)) != 1:
        raise Refused(left.span, "Kubeflow can choose by one optional `in` only")
    then = words(left.items, leaf) if isinstance(left, ir.ListExpr) else text(left, leaf)
    otherwise = words(right.items, leaf) if isinstance(right, ir.ListExpr) else text(right, leaf)
    return chosen(names[0], then, otherwise)
