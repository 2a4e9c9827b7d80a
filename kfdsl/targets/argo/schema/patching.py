"""One patch on its way into one object of Argo.

Few programs have patches, so that only `patches` imports this, where there is one.
"""

from __future__ import annotations

import json
from typing import Any, Final

from kfdsl import ir
from kfdsl.source import Span
from kfdsl.targets.argo.objects import Object
from kfdsl.targets.argo.schema import schemas
from kfdsl.targets.argo.schema.patches import RAW, is_placeholder
from kfdsl.targets.common.patches.application import Application
from kfdsl.targets.common.patches.patched import Patched
from kfdsl.targets.common.schema import Schema
from kfdsl.targets.common.schema.shape import Shape

_PLACES: Final = {
    "PodSpec": "a pod",
    "Template": "a template",
    "UserContainer": "a container",
    "ContainerNode": "a container",
}


class ArgoPatch(Application):
    """A patch, its text, and the object of Argo or Kubernetes that it goes to."""

    __slots__ = ()

    placeholder_help = "Argo puts values into texts only; `patch pod` takes a `{{…}}` in place of any value"

    def __init__(self, patch: ir.Patch, patched: Patched, generated: Span) -> None:
        """Read the text of the patch; `generated` is where the object comes from."""
        super().__init__(patch, schemas(), patched, generated)

    def whole(self, made: Object, definition: str) -> None:
        """Merge into an object."""
        schema = self._schema(definition)
        shape = Shape(self.schemas, self.patched.version, partial=True)
        value = self.checked(shape, schema, _PLACES.get(definition, f"a {definition}"))
        if value is not None:
            self.merge(made, value, schema)

    def pod(self, made: Object) -> None:
        """Merge into the patch that the engine applies to the pod, in which null and directives stay."""
        schema = self._schema("PodSpec")
        shape = Shape(self.schemas, self.patched.version, partial=True, placeholder=is_placeholder)
        value = self.checked(shape, schema, _PLACES["PodSpec"])
        if value is not None:
            held = made.get("podSpecPatch")
            base = json.loads(held) if isinstance(held, str) else {}
            whole = self.merged(base, self._bared(value, schema), schema, kept=True)
            made["podSpecPatch"] = json.dumps(whole, ensure_ascii=False, separators=(",", ":"))

    def _schema(self, definition: str) -> Schema:
        return self.schemas.resolved({"$ref": f"#/$defs/{definition}"})

    def _bared(self, value: Any, schema: Schema) -> Any:  # noqa: ANN401  # YAML
        """Mark the placeholders that stand for numbers, flags, lists and maps: they are written without quotes."""
        schema = self.schemas.resolved(schema)
        if isinstance(value, dict):
            fields, other = schema.get("properties", {}), schema.get("additionalProperties")
            rest = other if isinstance(other, dict) else {}
            return {name: self._bared(inner, fields.get(name, rest)) for name, inner in value.items()}
        if isinstance(value, list):
            return [self._bared(inner, schema.get("items", {})) for inner in value]
        wanted = schema.get("type", "string")
        if isinstance(value, str) and is_placeholder(value) and "string" not in wanted:
            return RAW + value
        return value
