"""Texts of `command` and `args`: constants, and placeholders for values."""

from __future__ import annotations

import json

from kfdsl import ir, kinds
from kfdsl.functions import text_of
from kfdsl.targets.common.constants import NotConstant, constant
from kfdsl.targets.kfp import imported
from kfdsl.targets.kfp.leaf import Leaf
from kfdsl.targets.kfp.refusal import Refused
from kfdsl.targets.kfp.text import chosen


def words(items: tuple[ir.Expr, ...], leaf: Leaf) -> list[str]:
    """Return the entries of a command; a list in it is spliced."""
    found: list[str] = []
    for item in items:
        found += words(item.items, leaf) if isinstance(item, ir.ListExpr) else [text(item, leaf)]
    return found


def text(item: ir.Expr, leaf: Leaf) -> str:
    """Return a value as text: a constant, placeholders, or both."""
    if isinstance(item, ir.KubeflowWord):
        return imported.written(item, leaf)
    value = constant(item)
    if not isinstance(value, NotConstant):
        return leaf.shown(text_of(value), item.span)
    match item:
        case ir.TextExpr():
            return _joined(item, leaf)
        case ir.FunctionCall("string" | "json", (argument,)) if kinds.bare(argument.type) != kinds.STRING:
            return text(argument, leaf)
        case ir.Cast(operand):
            return text(operand, leaf)
        case ir.Binary("??", left, right):
            return _choice(left, right, leaf)
        case (
            ir.FieldOf(ir.InputRef(name), ("metadata" | "name") as field)
            | ir.FieldOf(ir.FieldOf(ir.InputRef(name), "metadata" as field))
            | ir.IndexOf(ir.FieldOf(ir.InputRef(name), "metadata" as field))
        ) if kinds.is_artifact(leaf.declared[name].type):
            return _told(item, name, field, leaf)
        case ir.InputRef(name, kind) if _is_list_of_artifacts(kind):
            leaf.findings.unrunnable(
                item.span,
                "Kubeflow's open-source backend gives a command only the first of a list of artifacts",
                "run a script: there it is a folder with all of them",
            )
            return f"{{{{$.inputs.artifacts['{name}']}}}}"
        case _:
            return leaf.placeholder(item)


def text_or_empty(item: ir.Expr, leaf: Leaf) -> str:
    """Return a value as text; the empty text where it is absent."""
    if isinstance(item.type, kinds.Optional) and isinstance(constant(item), NotConstant):
        placeholder = leaf.placeholder(item)
        return chosen(leaf.name_of(item), placeholder, "")
    return text(item, leaf)


def _is_list_of_artifacts(kind: kinds.Kind) -> bool:
    return kinds.is_artifact(kind) and isinstance(kinds.bare(kind), kinds.ListOf)


def _told(item: ir.Expr, name: str, field: str, leaf: Leaf) -> str:
    """Return the placeholder of what the engine knows of an artifact, which its backend does not fill in."""
    leaf.findings.unrunnable(
        item.span,
        f"Kubeflow's open-source backend does not give `{item.span.text}` to a command",
        f"run a script: there it is the variable `{name.replace('-', '_')}_{field}`",
    )
    key = item.index if isinstance(item, ir.IndexOf) else None
    known = constant(key) if key is not None else item.name if isinstance(item, ir.FieldOf) else ""
    part = "" if known == field else f"['{known}']"
    return f"{{{{$.inputs.artifacts['{name}'].{field}{part}}}}}"


def _joined(item: ir.TextExpr, leaf: Leaf) -> str:
    """Return a text with values in it; where one of them may be absent, a choice of two whole texts."""
    choices = [part for part in item.parts if isinstance(part, ir.Binary) and part.operator == "??"]
    if not choices:
        return "".join(_part(part, item, leaf) for part in item.parts)
    if len(choices) == 1:
        both = []
        for side in (choices[0].left, choices[0].right):
            parts = [side if part is choices[0] else part for part in item.parts]
            both.append("".join(_part(part, item, leaf) for part in parts))
        return _chosen(choices[0].left, both[0], both[1], leaf)
    leaf.findings.unrunnable(
        item.span,
        "Kubeflow's open-source backend does not put together a text with several values that may be absent",
        "give each as an entry of its own, or run a script",
    )
    parts_: list[object] = []
    for part in item.parts:
        made = _part(part, item, leaf)
        parts_.append(json.loads(made) if made.startswith('{"IfPresent": ') else made)
    return json.dumps({"Concat": parts_}, ensure_ascii=False)


def _part(part: str | ir.Expr, item: ir.TextExpr, leaf: Leaf) -> str:
    return leaf.shown(part, item.span) if isinstance(part, str) else text(part, leaf)


def _choice(left: ir.Expr, right: ir.Expr, leaf: Leaf) -> str:
    """Return the entries of a list that is absent where an optional input is, as the engine chooses them."""
    then = words(left.items, leaf) if isinstance(left, ir.ListExpr) else text(left, leaf)
    otherwise = words(right.items, leaf) if isinstance(right, ir.ListExpr) else text(right, leaf)
    return _chosen(left, then, otherwise, leaf)


def _chosen(left: ir.Expr, then: str | list[str], otherwise: str | list[str], leaf: Leaf) -> str:
    asked = {
        leaf.name_of(found): found
        for found in ir.walk(left)
        if isinstance(found.type, kinds.Optional) and isinstance(found, (ir.InputRef, ir.ParamRef))
    }
    if len(asked) != 1:
        raise Refused(left.span, "Kubeflow can choose by one value that may be absent")
    entries = [
        *(then if isinstance(then, list) else [then]),
        *(otherwise if isinstance(otherwise, list) else [otherwise]),
    ]
    if any(entry.startswith('{"IfPresent": ') for entry in entries):
        raise Refused(left.span, "Kubeflow can choose by one value that may be absent, not by one in another")
    ((name, found),) = asked.items()
    if kinds.is_artifact(found.type) or any("$.outputs" in entry for entry in entries):
        leaf.findings.unrunnable(
            left.span,
            "Kubeflow's open-source backend chooses by values and among values, not with artifacts and outputs",
            "run a script: there an absent artifact is an empty variable",
        )
    return chosen(name, then, otherwise)
