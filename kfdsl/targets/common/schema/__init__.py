"""The shape of an engine's objects: JSON Schemas closed to unknown fields, and which version has which field.

Beside the words of JSON Schema they may have `x-since` on a field (the first version that has it), `x-before`
on one whose type was another (`version`, the first with the new one, and `schema`), `x-removed` on an object
(fields that only older versions have) and Kubernetes' `x-kubernetes-patch-…` on lists.
"""

from __future__ import annotations

from typing import Any, Final, TypeAlias

Schema: TypeAlias = "dict[str, Any]"  # JSON
Path: TypeAlias = "tuple[str | int, ...]"

_PREFIX: Final = len("#/$defs/")


class Schemas:
    """The schemas of one engine: `definitions` by name, `versions` of the engine, newest first."""

    __slots__ = ("definitions", "engine", "versions")

    def __init__(self, engine: str, versions: tuple[str, ...], definitions: Schema) -> None:
        """Keep them; `engine` is what sentences call it."""
        self.engine = engine
        self.versions = versions
        self.definitions = definitions

    def resolved(self, schema: Schema) -> Schema:
        """Return what a schema refers to, or itself."""
        name = schema.get("$ref")
        found: Schema = schema if name is None else self.definitions[name[_PREFIX:]]
        return found

    def is_older(self, version: str, other: str) -> bool:
        """Tell whether a version of the engine is older than another."""
        return self.versions.index(version) > self.versions.index(other)

    def as_of(self, version: str, schema: Schema) -> Schema:
        """Return the schema that a field has in a version."""
        before = schema.get("x-before")
        if before is None or not self.is_older(version, before["version"]):
            return schema
        found: Schema = before["schema"]
        return found


def merge_key(schema: Schema) -> str | None:
    """Return the field by which the items of a list are told apart when it is merged; "" for plain values."""
    if "merge" not in schema.get("x-kubernetes-patch-strategy", ""):
        return None
    key: str = schema.get("x-kubernetes-patch-merge-key", "")
    return key
