"""Values in settings: what must be constant, and how the engine finds what is known only at run time.

A field of a container is replaced as a whole by the text of an input of its component. A name in the platform
settings is found as an argument of the task is: a constant, an input of the DAG, or an output beside it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from kfdsl import ir, kinds
from kfdsl.functions import text_of
from kfdsl.targets.common.constants import NotConstant, constant
from kfdsl.targets.kfp import names, reading, types
from kfdsl.targets.kfp.leaf import Leaf
from kfdsl.targets.kfp.refusal import Refused
from kfdsl.targets.kfp.types import Object

_OF_ARGO: Final = re.compile(
    r"\{\{(\$|=|\s*(workflow|inputs|outputs|tasks|steps|node|pod|retries|lastRetry|item|cronworkflow)\b)"
)
"""What the engine, or Argo under it, would replace."""


def fixed(expr: ir.Expr, what: str) -> ir.Constant:
    """Return the value of a setting for which there is no placeholder."""
    value = constant(expr)
    if isinstance(value, NotConstant):
        raise Refused(
            expr.span, f"{what} is a constant on Kubeflow", "write the value, or a `let` that is one"
        )
    return value


def plain(expr: ir.Expr, what: str) -> str:
    """Return the text of a constant setting."""
    return shown(text_of(fixed(expr, what)), expr)


def shown(text: str, expr: ir.Expr) -> str:
    """Return a text that nothing in it replaces."""
    found = _OF_ARGO.search(text)
    if found is not None:
        raise Refused(
            expr.span,
            f"`{found[0]}` cannot stand in a setting on Kubeflow, whose engine would replace what follows",
        )
    return text


def field(expr: ir.Expr, leaf: Leaf, what: str) -> str:
    """Return a field of a container: its text, or the placeholder of an input that has the text.

    Raises:
        Refused: it is computed from several values.
    """
    value = constant(expr)
    if not isinstance(value, NotConstant):
        return shown(text_of(value), expr)
    if isinstance(expr, ir.InputRef) and types.parameter_type(expr.type) == "STRING":
        return f"{{{{$.inputs.parameters['{expr.name}']}}}}"
    made_of = argument(expr, leaf)
    value = constant(made_of)
    if not isinstance(value, NotConstant):
        return shown(text_of(value), expr)
    found = reading.selector(made_of, leaf.task.dag)
    if found is None:
        raise Refused(
            expr.span,
            f"Kubeflow takes {what} from one value, and `{expr.span.text}` is made of several",
            "let a step, or who starts the run, give it whole",
        )
    made, code = found
    name = leaf.taken.get((made, code))
    if name is None:
        name = names.free(f"{names.CHANNEL}{made.channel}", {**leaf.inputs, **leaf.task.parameters})
        leaf.taken[made, code] = name
        leaf.inputs[name] = types.parameter(kinds.STRING), kinds.STRING
        leaf.task.give(name, leaf.task.dag.local(made))
        if code:
            binding = leaf.task.parameters[name]
            leaf.task.parameters[name] = binding | {"parameterExpressionSelector": code}  # type: ignore[operator]
    return f"{{{{$.inputs.parameters['{name}']}}}}"


def argument(expr: ir.Expr, leaf: Leaf) -> ir.Expr:
    """Return a value as the step's surroundings have it: an `in` is what it is given."""
    return substituted(expr, given(leaf.body, leaf.arguments))


def given(body: ir.Body, arguments: Mapping[str, ir.Expr]) -> dict[str, ir.Expr]:
    """Return what the inputs of a body are given, by argument or by default."""
    found = {entry.name: entry.default for entry in body.inputs} | dict(arguments)
    return {name: value for name, value in found.items() if value is not None}


def substituted(expr: ir.Expr, inputs: Mapping[str, ir.Expr]) -> ir.Expr:
    """Return a value with arguments in the place of inputs."""
    match expr:
        case ir.InputRef(name):
            if name not in inputs:
                raise Refused(expr.span, f"`{name}` may be absent, and a setting cannot be on Kubeflow")
            return inputs[name]
        case ir.TextExpr(parts, kind, span):
            inside = tuple(part if isinstance(part, str) else substituted(part, inputs) for part in parts)
            return ir.TextExpr(inside, kind, span)
        case ir.MapExpr(entries, kind, span):
            return ir.MapExpr(tuple((key, substituted(value, inputs)) for key, value in entries), kind, span)
        case ir.Cast(operand, kind, span):
            return ir.Cast(substituted(operand, inputs), kind, span)
        case _:
            return expr


def parameter(expr: ir.Expr, leaf: Leaf, what: str) -> tuple[Object, str]:
    """Return a name in the platform settings; and its text, which is empty where only the run knows it."""
    outer = argument(expr, leaf)
    value = constant(outer)
    if not isinstance(value, NotConstant):
        text = shown(text_of(value), expr)
        return {"runtimeValue": {"constant": text}}, text
    return _bound(outer, expr, leaf, what), ""


def structure(expr: ir.Expr, leaf: Leaf, what: str) -> Object:
    """Return a map or list in the platform settings."""
    outer = argument(expr, leaf)
    value = constant(outer)
    if not isinstance(value, NotConstant):
        return {"runtimeValue": {"constant": value}}
    if types.parameter_type(outer.type) not in ("STRUCT", "LIST"):
        raise Refused(
            expr.span,
            f"Kubeflow reads {what} from a map or list, and `{expr.span.text}` is a text there",
            "declare its type: `map<string>`, a record, or a list of those",
        )
    return _bound(outer, expr, leaf, what)


def _bound(outer: ir.Expr, expr: ir.Expr, leaf: Leaf, what: str) -> Object:
    found = reading.source(outer, leaf.task.dag)
    if found is None:
        raise Refused(
            expr.span,
            f"Kubeflow cannot compute {what}: it is a constant, a `param`, a loop variable or an output",
            "let a step, or who starts the run, give it whole",
        )
    local = leaf.task.dag.local(found)
    if local.task is not None:
        leaf.task.wait_for(local.task)
    return local.binding()


def seconds(expr: ir.Expr, what: str) -> int:
    """Return a duration in whole seconds, one at the least."""
    from kfdsl import units  # noqa: PLC0415

    amount = units.seconds(str(fixed(expr, what)))
    if amount != int(amount):
        raise Refused(expr.span, f"{what} has whole seconds on Kubeflow")
    return int(amount)
