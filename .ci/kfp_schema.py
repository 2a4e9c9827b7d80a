"""Write the JSON Schema that kfdsl checks its pipelines of Kubeflow with: `python .ci/kfp_schema.py`.

In: the messages of the packages kfp-pipeline-spec and kfp-kubernetes, with which it is run (`pip install
kfp-pipeline-spec kfp-kubernetes`). Out: kfdsl/targets/kfp/schema/kfp.schema.json, closed to unknown fields as the
server is, with the names that JSON has for fields, and of each enum the words.
"""

from __future__ import annotations

import json
from importlib.metadata import version
from pathlib import Path
from typing import Any

from kfp.kubernetes import kubernetes_executor_config_pb2 as kubernetes
from kfp.pipeline_spec import pipeline_spec_pb2 as pipelines

TARGET = Path(__file__).resolve().parents[1] / "kfdsl/targets/kfp/schema/kfp.schema.json"
ROOTS = (pipelines.PipelineSpec, pipelines.SinglePlatformSpec, pipelines.PipelineDeploymentConfig)
CONFIG = kubernetes.KubernetesExecutorConfig

Schema = dict[str, Any]  # JSON

_WHOLE = {"type": ["integer", "string"]}
SCALARS: dict[str, Schema] = {
    "double": {"type": "number"},
    "float": {"type": "number"},
    "int64": _WHOLE,
    "uint64": _WHOLE,
    "int32": {"type": "integer"},
    "uint32": {"type": "integer"},
    "bool": {"type": "boolean"},
    "string": {"type": "string"},
}
KNOWN: dict[str, Schema] = {
    "google.protobuf.Value": {},
    "google.protobuf.Struct": {"type": "object"},
    "google.protobuf.ListValue": {"type": "array"},
    "google.protobuf.Duration": {"type": "string", "pattern": r"-?[0-9]+(\.[0-9]{1,9})?s"},
}
"""Messages that JSON writes otherwise than as a map of their fields."""
INSIDE = {
    "PipelineSpec.deploymentSpec": "PipelineDeploymentConfig",
    "PlatformDeploymentConfig.executors": "KubernetesExecutorConfig",
}
"""Fields that are free for the messages, and in which the backend reads a message."""
MERGED = {"PipelineTaskSpec.dependentTasks": "", "PipelineDeploymentConfig.PipelineContainerSpec.env": "name"}
"""Lists to which a patch adds, and the field that tells their items apart; others it replaces."""
TYPES = {
    getattr(pipelines.PipelineSpec.DESCRIPTOR.fields[0], f"TYPE_{name.upper()}"): name for name in SCALARS
}


def main() -> None:
    """Write the schema."""
    made: dict[str, Schema] = {}
    for root in (*ROOTS, CONFIG):
        _message(root.DESCRIPTOR, made)
    packages = ", ".join(f"{name} {version(name)}" for name in ("kfp-pipeline-spec", "kfp-kubernetes"))
    rows = ",\n".join(
        f"{json.dumps(name)}: {json.dumps(made[name], separators=(',', ':'))}" for name in sorted(made)
    )
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$comment": f"written by .ci/kfp_schema.py of {packages}; Apache-2.0",
        "$defs": 0,
    }
    text = json.dumps(head, indent=0).replace("\n", "").replace('"$defs": 0', f'"$defs": {{\n{rows}\n}}')
    TARGET.write_text(text + "\n", encoding="utf-8")
    print(f"{TARGET.stat().st_size} bytes, {len(made)} definitions")


def _name(message: Any) -> str:  # noqa: ANN401  # a descriptor
    return str(message.full_name.partition(".")[2])


def _message(message: Any, made: dict[str, Schema]) -> Schema:  # noqa: ANN401  # likewise
    """Define a message and those in it; return a reference to it."""
    if message.full_name in KNOWN:
        return KNOWN[message.full_name]
    name = _name(message)
    if name not in made:
        made[name] = {}  # a message may be inside itself
        fields = {field.json_name: _field(field, name, made) for field in message.fields}
        made[name] = {"type": "object", "properties": fields, "additionalProperties": False}
    return _reference(name)


def _reference(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


def _field(field: Any, owner: str, made: dict[str, Schema]) -> Schema:  # noqa: ANN401  # likewise
    inside = INSIDE.get(f"{owner}.{field.json_name}")
    if field.message_type is not None and field.message_type.GetOptions().map_entry:
        values = _reference(inside) if inside else _one(field.message_type.fields_by_name["value"], made)
        return {"type": "object", "additionalProperties": values or True}
    if inside:
        return _reference(inside)
    if not field.is_repeated:
        return _one(field, made)
    key = MERGED.get(f"{owner}.{field.json_name}")
    merged = {} if key is None else {"x-kubernetes-patch-strategy": "merge"}
    if key:
        merged["x-kubernetes-patch-merge-key"] = key
    return {"type": "array", "items": _one(field, made), **merged}


def _one(field: Any, made: dict[str, Schema]) -> Schema:  # noqa: ANN401  # likewise
    if field.message_type is not None:
        return _message(field.message_type, made)
    if field.enum_type is not None:
        return {"type": "string", "enum": [value.name for value in field.enum_type.values]}
    return SCALARS[TYPES[field.type]]


if __name__ == "__main__":
    main()
