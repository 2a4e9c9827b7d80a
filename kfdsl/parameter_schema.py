"""The params of a pipeline in, a JSON Schema of the values that it takes out.

Dialect 2020-12. A document is valid if and only if `kfdsl compile --params` accepts it and it is complete; what
JSON Schema cannot say is in `$comment`.
"""

from __future__ import annotations

from typing import Any

from kfdsl import ir
from kfdsl.convert import LARGEST, SMALLEST
from kfdsl.evaluate import EvaluationError, NotConstantError, constant
from kfdsl.kinds import Enum, Kind, ListOf, MapOf, Optional, Record, Scalar, is_artifact, show
from kfdsl.parameters import is_required
from kfdsl.rule_schema import Schema, schemas
from kfdsl.units import DURATION_UNITS, QUANTITY_UNITS

DIALECT = "https://json-schema.org/draft/2020-12/schema"

DURATION = rf"^(?:[0-9]+(?:\.[0-9]+)?(?:{'|'.join(DURATION_UNITS)}))+$"
QUANTITY = (
    rf"^(?:[0-9][0-9_]*(?:\.[0-9]+)?(?:{'|'.join(QUANTITY_UNITS)})|0|[1-9][0-9_]*"
    r"|[0-9][0-9_]*(?:\.[0-9][0-9_]*(?:[eE][+-]?[0-9]+)?|[eE][+-]?[0-9]+))$"
)
"""What `kfdsl.units` reads; in ECMA-262, whose `$` is the end of the text and not also before a last newline."""

SCALARS: dict[str, Schema] = {
    "string": {"type": "string"},
    "int": {"type": "integer", "minimum": SMALLEST, "maximum": LARGEST},
    "float": {"type": "number"},
    "bool": {"type": "boolean"},
    "duration": {"type": "string", "pattern": DURATION},
    "quantity": {"anyOf": [{"type": "number", "minimum": 0}, {"type": "string", "pattern": QUANTITY}]},
    "json": {},
}


def schema(pipeline: ir.Pipeline) -> Schema:
    """Return the schema of the values of a pipeline's params."""
    given = [param for param in pipeline.params if not is_artifact(param.type)]
    files = [param.name for param in pipeline.params if is_artifact(param.type)]
    comment = f"artifacts are given where the run is submitted: {', '.join(files)}"
    return {
        "$schema": DIALECT,
        "title": pipeline.name,
        **({"description": pipeline.doc} if pipeline.doc else {}),
        **({"$comment": comment} if files else {}),
        "type": "object",
        "properties": {param.name: _param(param) for param in given},
        "required": [param.name for param in given if is_required(param)],
        "additionalProperties": False,
    }


def _param(param: ir.Param) -> Schema:
    result: Schema = {"description": param.doc} if param.doc else {}
    comments = []
    if param.default is not None:
        value = default(param)
        if value is None:
            comments.append(f"default: {param.default.span.text}")
        else:
            result["default"] = value
    said, unsaid = schemas(param.where, param.name, param.type) if param.where is not None else ([], [])
    comments += [f"where {part.span.text}" for part in unsaid]
    if comments:
        result["$comment"] = "; ".join(comments)
    return _merged([{**result, **_kind(param.type)}, *said])


def default(param: ir.Param) -> Any:  # noqa: ANN401  # any constant
    """Return the value of a param's default; None where a run alone knows it."""
    try:
        return None if param.default is None else constant(param.default)
    except (NotConstantError, EvaluationError):
        return None


def _merged(parts: list[Schema]) -> Schema:
    """Return one schema that says what all say; a second keyword of one name goes into `allOf`."""
    result, others = dict(parts[0]), []
    for part in parts[1:]:
        for bound, strict, limit in (
            ("minimum", "exclusiveMinimum", SMALLEST),
            ("maximum", "exclusiveMaximum", LARGEST),
        ):
            if result.get(bound) == limit and (bound in part or strict in part):
                del result[bound]  # the rule's is tighter than that of 64 bits
        if set(part) & set(result):
            others.append(part)
        else:
            result |= part
    return {**result, "allOf": others} if others else result


def _kind(kind: Kind) -> Schema:
    match kind:
        case Scalar(name):
            return dict(SCALARS[name])
        case ListOf(item):
            return {"type": "array", "items": _kind(item)}
        case MapOf(item):
            return {"type": "object", "additionalProperties": _kind(item)}
        case Enum(members):
            return {"enum": list(members)}
        case Record(fields):
            needed = [name for name, inner in fields if not isinstance(inner, Optional)]
            return {
                "type": "object",
                "properties": {name: _kind(inner) for name, inner in fields},
                "required": needed,
                "additionalProperties": False,
            }
        case Optional(item):
            return {"anyOf": [_kind(item), {"type": "null"}]}
        case _:
            message = f"a `{show(kind)}` is no value"
            raise TypeError(message)
