"""Part of a step in, what it reads out: the flows that reach it, each with the name of its source."""

from __future__ import annotations

from collections.abc import Iterator

from kfdsl import ir
from kfdsl.graph.model import Flow, FlowKind
from kfdsl.node import Node

PARAM = "param "
"""Begins the name of a source that is a param: steps and groups have names without spaces."""


LEAVES = ("type", "span")
"""Fields of expressions that hold none."""


def flows(  # noqa: C901  # a match over what a program consists of
    part: object, kind: FlowKind
) -> Iterator[tuple[str, Flow]]:
    """Yield what a part of the program reads; pipelines, handlers and resources inside it are not entered."""
    waiting = [part]  # no recursion: a sum may have ten thousand terms
    while waiting:
        match waiting.pop():
            case ir.OutputRef(step, output, _, span):
                yield step, Flow(kind, output, span)
            case ir.EachRef(step, output, _, span):
                yield step, Flow(kind, f"*.{output}" if output else "*", span)
            case ir.ItemOutputRef(step, index, output, _, _, span):
                yield step, Flow(kind, f"[{_item(span.text, index)}].{output}", span)
            case ir.ParamRef(name, _, span):
                yield PARAM + name, Flow(kind, name, span)
            case ir.Settings(values=values):
                waiting += reversed(tuple(values.values()))
            case ir.Body(_, inputs, outputs, run, settings, sidecars, inits, metrics):
                waiting += [metrics, inits, sidecars, settings, run, outputs, inputs]
            case ir.Literal() | ir.Patch() | ir.Pipeline() | ir.PipelineRef():
                pass
            case Node() as node:
                waiting += [
                    getattr(node, field) for field in reversed(type(node)._fields) if field not in LEAVES
                ]
            case tuple() as parts:
                waiting += reversed(parts)
            case _:  # names, numbers, types
                pass


def order(after: ir.Order | None) -> Iterator[tuple[str, Flow]]:
    """Yield what an `after` waits for."""
    match after:
        case ir.AfterStep(step, result, span):
            yield step, Flow("order", result, span)
        case ir.AfterAll(terms) | ir.AfterAny(terms):
            for term in terms:
                yield from order(term)
        case None:
            pass


def alternatives(after: ir.Order | None) -> str:
    """Return an `after` as text where it has an `or`, which edges cannot show; else nothing."""
    return _written(after) if _has_or(after) else ""


def _has_or(after: ir.Order | None) -> bool:
    return isinstance(after, ir.AfterAny) or (
        isinstance(after, ir.AfterAll) and any(_has_or(term) for term in after.terms)
    )


def _written(after: ir.Order | None) -> str:
    match after:
        case ir.AfterStep(step, result):
            return f"{step}.{result}" if result else step
        case ir.AfterAll(terms):
            return " and ".join(
                f"({_written(t)})" if isinstance(t, ir.AfterAny) else _written(t) for t in terms
            )
        case ir.AfterAny(terms):
            return " or ".join(_written(t) for t in terms)
        case None:
            return ""


def _item(written: str, index: int) -> str:
    """Return the item between the brackets of `train["mlp"].auc`, or its position."""
    _, bracket, rest = written.partition("[")
    item, end, _ = rest.rpartition("]")
    return item if bracket and end else str(index)
