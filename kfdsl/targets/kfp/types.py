"""Types of the language as interfaces of components have them."""

from __future__ import annotations

from typing import Final

from kfdsl import ir, kinds
from kfdsl.kinds import Kind
from kfdsl.targets.yaml_text import Value

Object = dict[str, "Value"]

_SCALARS: Final = {"int": "NUMBER_INTEGER", "float": "NUMBER_DOUBLE", "bool": "BOOLEAN"}
DESCRIPTION: Final = 1024
"""Characters of a description that the server keeps."""


def parameter_type(kind: Kind) -> str:
    """Return the type of a parameter; texts, durations, quantities and bare `json` are STRING."""
    match kinds.bare(kind):
        case kinds.Scalar(name):
            return _SCALARS.get(name, "STRING")
        case kinds.ListOf():
            return "LIST"
        case kinds.MapOf() | kinds.Record():
            return "STRUCT"
        case _:
            return "STRING"


def parameter(kind: Kind, doc: str = "") -> Object:
    """Return the definition of a parameter, without a default."""
    made: Object = {"parameterType": parameter_type(kind)}
    bare = kinds.bare(kind)
    if isinstance(bare, kinds.Enum):
        made["literals"] = list(bare.members)
    return _described(made, doc)


def artifact(kind: Kind, doc: str = "") -> Object:
    """Return the definition of an artifact."""
    bare = kinds.bare(kind)
    made: Object = {}
    if isinstance(bare, kinds.ListOf):
        made["isArtifactList"] = True
        while isinstance(bare, kinds.ListOf):
            bare = kinds.bare(bare.item)
    made["artifactType"] = schema(bare)
    return _described(made, doc)


def schema(kind: Kind) -> Object:
    """Return the schema of an artifact type: one of the system's, or a foreign one with its version."""
    foreign = kind.schema if isinstance(kind, kinds.Artifact) else ""
    if foreign:
        title, _, version = foreign.partition("@")
        return {"schemaTitle": title, "schemaVersion": version or "0.0.1"}
    name = kind.name if isinstance(kind, kinds.Artifact) else "Artifact"
    return {"schemaTitle": f"system.{name}", "schemaVersion": "0.0.1"}


def definition(kind: Kind, doc: str = "") -> Object:
    """Return the definition of an input or output."""
    return artifact(kind, doc) if kinds.is_artifact(kind) else parameter(kind, doc)


def constant(value: ir.Constant, kind: Kind) -> Value:
    """Return a constant as a value of its type; of a bare `json` its text."""
    from kfdsl.functions import json_text, text_of  # noqa: PLC0415

    bare = kinds.bare(kind)
    wanted = parameter_type(bare)
    if bare == kinds.JSON:
        return json_text(value)
    if wanted == "STRING":
        return text_of(value)
    return value


def _described(made: Object, doc: str) -> Object:
    if doc:
        made["description"] = doc[:DESCRIPTION]
    return made
