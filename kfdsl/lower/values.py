"""Params, inputs, outputs, resources and loop variables as names of the value space."""

from __future__ import annotations

from collections.abc import Iterable

from kfdsl import ir
from kfdsl import syntax as s
from kfdsl.kinds import STRING, UNKNOWN, Kind, is_artifact
from kfdsl.lower.scope import Value
from kfdsl.source import Span


def param_value(param: ir.Param, span: Span) -> Value:
    """Return a param as a name of the value space."""
    kind: Kind = param.type
    return Value("param", kind, span, lambda at: ir.ParamRef(param.name, kind, at))


def input_value(name: str, kind: Kind, span: Span) -> Value:
    """Return an `in` as a name of the value space."""
    return Value("input", kind, span, lambda at: ir.InputRef(name, kind, at))


def output_paths(outputs: Iterable[ir.Output]) -> dict[str, Value]:
    """Return the outputs that a container writes, as the paths to write them to."""
    return {o.name: _path(o) for o in outputs if o.value is None}


def _path(output: ir.Output) -> Value:
    artifact = is_artifact(output.type)
    return Value("output", STRING, output.span, lambda at: ir.OutputPath(output.name, STRING, at, artifact))


def written_values(outputs: Iterable[ir.Output]) -> dict[str, Value]:
    """Return the value outputs as what was written to them, for metrics."""
    return {o.name: _written_value(o) for o in outputs if not is_artifact(o.type)}


def _written_value(output: ir.Output) -> Value:
    return Value("output", output.type, output.span, lambda at: ir.OutputPath(output.name, output.type, at))


def resource_value(resource: s.Resource) -> Value:
    """Return a secret, config, volume or store as a name of the value space."""

    def refer(span: Span) -> ir.Expr:
        return ir.Literal("", UNKNOWN, span)

    return Value(resource.kind, UNKNOWN, resource.name.span, refer)


def loop_value(name: s.Name, kind: Kind) -> Value:
    """Return a loop variable as a name of the value space."""
    return Value("loop variable", kind, name.span, lambda at: ir.ItemRef(name.text, kind, at))
