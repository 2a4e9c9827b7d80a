"""The shape of Argo's objects: a JSON Schema closed to unknown fields, and which version has which field.

`argo.schema.json` is written by `.ci/schema.py` of what Argo and Kubernetes publish. Beside the words of JSON
Schema it has `x-since` on a field (the first version that has it), `x-before` on one whose type was another
(`version`, the first with the new one, and `schema`), `x-removed` on an object (fields that only older versions
have) and Kubernetes' `x-kubernetes-patch-…` on lists.
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any, Final, TypeAlias

from kfdsl import resources

Schema: TypeAlias = "dict[str, Any]"  # JSON

VERSIONS: Final = ("4.1", "4.0", "3.7")
"""The versions of Argo that can be compiled for, newest first; the first is the default."""

_PREFIX: Final = len("#/$defs/")


@cache
def definitions() -> Schema:
    """Return the definitions by name: `Workflow`, `Template`, `PodSpec`, …."""
    whole: Schema = json.loads(resources.read("targets/argo/schema/argo.schema.json"))
    found: Schema = whole["$defs"]
    return found


def resolved(schema: Schema) -> Schema:
    """Return what a schema refers to, or itself."""
    name = schema.get("$ref")
    found: Schema = schema if name is None else definitions()[name[_PREFIX:]]
    return found


def is_older(version: str, other: str) -> bool:
    """Tell whether a version of Argo is older than another."""
    return VERSIONS.index(version) > VERSIONS.index(other)


def as_of(version: str, schema: Schema) -> Schema:
    """Return the schema that a field has in a version of Argo."""
    before = schema.get("x-before")
    if before is None or not is_older(version, before["version"]):
        return schema
    found: Schema = before["schema"]
    return found


def merge_key(schema: Schema) -> str | None:
    """Return the field by which the items of a list are told apart when it is merged; "" for plain values."""
    if "merge" not in schema.get("x-kubernetes-patch-strategy", ""):
        return None
    key: str = schema.get("x-kubernetes-patch-merge-key", "")
    return key
