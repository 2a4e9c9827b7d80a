"""What manifests are made of: plain maps, as YAML writes them."""

from __future__ import annotations

from typing import TypeAlias

Object: TypeAlias = "dict[str, object]"


def sections(parameters: list[Object], files: list[Object]) -> Object:
    """Return arguments, inputs or outputs."""
    made: Object = {"parameters": parameters} if parameters else {}
    return made | ({"artifacts": files} if files else {})
