"""The comment above an IR: what the SDK writes there, and what kfdsl adds behind it.

The SDK's loader takes the description of a component from the third line where the text has one, with further
lines that are indented to match (`ComponentSpec.from_yaml_documents` in kfp/dsl/structures.py). So nothing may
come before it, and lines keep the spaces at their ends.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from markupsafe import Markup

from kfdsl.targets.kfp.types import Object
from kfdsl.targets.yaml_text import Value, escaped

TYPES: Final = {
    "STRING": "str",
    "NUMBER_INTEGER": "int",
    "NUMBER_DOUBLE": "float",
    "BOOLEAN": "bool",
    "LIST": "list",
    "STRUCT": "dict",
}
"""The types of parameters in the SDK's words."""

_MORE: Final = "             "
"""What stands before a further line of a description."""


def header(spec: Object, written: str) -> Markup:
    """Return the comment above a specification, without a line end after its last line.

    `written` is one line that says what wrote the file.
    """
    info = _object(spec["pipelineInfo"])
    lines = ["PIPELINE DEFINITION", f"Name: {info['name']}"]
    first, *others = str(info.get("description", "")).strip().splitlines() or [""]
    if first:
        lines += [f"Description: {first}", *(_MORE + line for line in others)]
    root = _object(spec["root"])
    lines += _interface("Inputs:", root.get("inputDefinitions"))
    lines += _interface("Outputs:", root.get("outputDefinitions"))
    lines.append(written)
    text = "\n".join(f"# {escaped(line)}" for line in lines)
    return Markup(text)  # noqa: S704  # escaped: no line can end the comment


def _interface(title: str, definitions: Value) -> list[str]:
    """Return a line for each input or output, sorted by name."""
    given = _object(definitions)
    rows = {name: _parameter(_object(one)) for name, one in _object(given.get("parameters")).items()}
    for name, one in _object(given.get("artifacts")).items():
        rows[name] = str(_object(_object(one)["artifactType"])["schemaTitle"])
    listed = [f"   {name}: {rows[name]}" for name in sorted(rows)]
    return [title, *listed] if listed else []


def _parameter(definition: Mapping[str, Value]) -> str:
    kind = TYPES[str(definition["parameterType"])]
    if "defaultValue" not in definition:
        return kind
    default = definition["defaultValue"]
    shown = f"'{default}'" if isinstance(default, str) else str(default)
    return f"{kind} [Default: {shown}]"


def _object(value: Value) -> Mapping[str, Value]:
    return value if isinstance(value, Mapping) else {}
