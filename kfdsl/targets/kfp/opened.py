"""Calls of pipelines with texts that hold several values: the values go in, the text is made inside.

The engine fills a text in where a container starts, nowhere else (kfp.md, S21). So the called pipeline gets a
param for each value, and what it reads is the text with these params in it.
"""

from __future__ import annotations

from collections.abc import Mapping

from kfdsl import ir, kinds
from kfdsl.node import Node, replace
from kfdsl.targets.common.constants import NotConstant, constant
from kfdsl.targets.kfp.mapping import UNCHANGED, Unchanged, mapped


def with_texts(
    pipeline: ir.Pipeline, given: Mapping[str, ir.Expr]
) -> tuple[ir.Pipeline, Mapping[str, ir.Expr]]:
    """Return a pipeline that is called, and its arguments, without texts of several values."""
    texts: dict[str, ir.TextExpr] = {}
    params: list[ir.Param] = []
    arguments = dict(given)
    for param in pipeline.params:
        value = given.get(param.name)
        if not isinstance(value, ir.TextExpr) or not isinstance(constant(value), NotConstant):
            params.append(param)
            continue
        values = [part for part in value.parts if not isinstance(part, str)]
        if len(values) < 2:
            params.append(param)
            continue
        del arguments[param.name]
        parts: list[str | ir.Expr] = []
        for part in value.parts:
            if isinstance(part, str):
                parts.append(part)
                continue
            name = f"{param.name}-{len(parts) + 1}"
            params.append(ir.Param(name, part.type, None, None, "", param.span))
            arguments[name] = part
            parts.append(ir.ParamRef(name, part.type, part.span))
        texts[param.name] = ir.TextExpr(tuple(parts), kinds.STRING, value.span)
    if not texts:
        return pipeline, given

    def change(node: Node) -> Node | Unchanged | None:
        return texts.get(node.name, UNCHANGED) if isinstance(node, ir.ParamRef) else UNCHANGED

    inside = {
        name: mapped(getattr(pipeline, name), change)
        for name in ("graph", "arguments", "outputs", "handlers", "body")
    }
    return replace(pipeline, params=tuple(params), **inside), arguments
