"""An object and its schema in, what does not fit out: `Shape.problems`.

It reads the words of JSON Schema that the schemas of targets have and no others; a test holds it against the
library `jsonschema`. Why it is not that library: docs/decisions/0013-schema.md.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final, Literal, NamedTuple

from kfdsl.nearest import nearest
from kfdsl.targets.common.schema import Path, Schema, Schemas


class Problem(NamedTuple):
    """What does not fit at `path`.

    `unknown`: a field that does not exist, `instead` the one that was meant, or empty. `version`: a field
    that the version does not have. `type`, `value`: what stands there cannot. `missing`: a field that must
    be there. `count`: a list is too long.
    """

    path: Path
    kind: Literal["unknown", "version", "type", "value", "missing", "count"]
    message: str
    instead: str = ""


DIRECTIVES: Final = ("$patch", "$retainKeys", "$setElementOrder/", "$deleteFromPrimitiveList/")
"""What a strategic merge patch may hold beside fields."""

_NOTHING: Final[Schema] = {}
_NAMES: Final = {
    "string": "a string",
    "integer": "an integer",
    "number": "a number",
    "boolean": "`true` or `false`",
    "object": "a map",
    "array": "a list",
}
_TYPES: Final[dict[type, tuple[str, ...]]] = {
    str: ("string",),
    bool: ("boolean",),
    int: ("integer", "number"),
    float: ("number",),
    dict: ("object",),
    list: ("array",),
}


class Shape:
    """Checks objects for one version of an engine.

    A `partial` object is a patch: it may leave fields out, take them away by null, and hold directives.
    With `placeholder`, which tells them, a string that is one `{{…}}` may stand for a value of another type.
    """

    __slots__ = ("partial", "placeholder", "schemas", "version")

    def __init__(
        self,
        schemas: Schemas,
        version: str,
        *,
        partial: bool = False,
        placeholder: Callable[[str], bool] | None = None,
    ) -> None:
        """Take the rules."""
        self.schemas = schemas
        self.version = version
        self.partial = partial
        self.placeholder = placeholder

    def problems(self, value: object, schema: Schema) -> list[Problem]:
        """Return what does not fit, in the order of the object; nearly always nothing."""
        schema = self.schemas.resolved(schema)
        if isinstance(value, dict):
            return self._object(value, schema)
        if isinstance(value, list):
            return self._list(value, schema)
        wanted = schema.get("type")
        if value is None and self.partial:
            return []
        if wanted is None:
            return []
        fits = _TYPES.get(type(value), ())
        if wanted not in fits and not (isinstance(wanted, list) and any(one in fits for one in wanted)):
            return self._unfit(value, wanted)
        if len(schema) > 1:
            return self._limits(value, schema)
        return []

    def _object(self, value: dict[str, Any], schema: Schema) -> list[Problem]:
        if schema.get("type", "object") != "object":
            return self._unfit(value, schema["type"])
        found: list[Problem] = []
        fields = schema.get("properties", _NOTHING)
        other = schema.get("additionalProperties")
        for name, inner in value.items():
            one = fields.get(name, other)
            if not one:
                if one is False and not (self.partial and name.startswith(DIRECTIVES)):
                    found.append(self._unknown(name, schema))
                continue
            one = self.schemas.as_of(self.version, one)
            since = one.get("x-since")
            if since is not None and self.schemas.is_older(self.version, since):
                first = f"{self.schemas.engine} {since}"
                message = f"`{name}` exists from {first} on, and this is compiled for {self.version}"
                found.append(Problem((name,), "version", message))
                continue
            inside = self.problems(inner, one)
            if inside:
                found += [p._replace(path=(name, *p.path)) for p in inside]
        if not self.partial and "required" in schema:
            lacking = [name for name in schema["required"] if name not in value]
            found += [Problem((), "missing", f"`{name}` is missing") for name in lacking]
        return found

    def _unknown(self, name: str, schema: Schema) -> Problem:
        removed = schema.get("x-removed", {}).get(name)
        if removed is None:
            guess = nearest(name, schema.get("properties", ()))
            return Problem((name,), "unknown", f"there is no field `{name}`", guess or "")
        last, instead = removed["x-until"], removed["x-instead"]
        message = (
            f"{self.schemas.engine} has `{name}` up to {last} only; "
            f"`{instead}`, a list, says the same in every version"
        )
        return Problem((name,), "version", message)

    def _list(self, value: list[Any], schema: Schema) -> list[Problem]:
        if schema.get("type", "array") != "array":
            return self._unfit(value, schema["type"])
        items = schema.get("items")
        found: list[Problem] = []
        if items is not None:
            for index, inner in enumerate(value):
                inside = self.problems(inner, items)
                if inside:
                    found += [p._replace(path=(index, *p.path)) for p in inside]
        if len(value) > schema.get("maxItems", len(value)):
            message = f"{len(value)} items: {self.schemas.engine} takes {schema['maxItems']}"
            found.append(Problem((), "count", message))
        if len(value) < schema.get("minItems", 0) and not self.partial:
            found.append(Problem((), "value", "the list may not be empty"))
        return found

    def _unfit(self, value: object, wanted: str | list[str]) -> list[Problem]:
        if self.placeholder is not None and isinstance(value, str) and self.placeholder(value):
            return []
        names = [wanted] if isinstance(wanted, str) else wanted
        known = " or ".join(_NAMES[name] for name in names)
        return [Problem((), "type", f"this is {known}, not {shown(value)}")]

    def _limits(self, value: object, schema: Schema) -> list[Problem]:
        if self.placeholder is not None and isinstance(value, str) and "{{" in value:
            return []
        problem = ""
        if value != schema.get("const", value):
            problem = f"this is `{schema['const']}`, not {shown(value)}"
        elif "enum" in schema and value not in schema["enum"]:
            words = ", ".join(f"`{word}`" for word in schema["enum"] if word)
            problem = f"this is one of {words}, not {shown(value)}"
        elif "pattern" in schema and isinstance(value, str) and not re.fullmatch(schema["pattern"], value):
            problem = f"{shown(value)} is not what may stand here: `{schema['pattern']}`"
        elif isinstance(value, str) and len(value) < schema.get("minLength", 0):
            problem = "the text may not be empty"
        elif isinstance(value, str) and len(value) > schema.get("maxLength", len(value)):
            problem = f"the text has {len(value)} characters, and may have {schema['maxLength']}"
        elif isinstance(value, int) and value < schema.get("minimum", value):
            problem = f"this is {schema['minimum']} at the least, not {value}"
        elif isinstance(value, int) and value > schema.get("maximum", value):
            problem = f"this is {schema['maximum']} at the most, not {value}"
        return [Problem((), "value", problem)] if problem else []


def shown(value: object) -> str:
    """Return a value as a sentence about it says."""
    match value:
        case None:
            return "nothing"
        case bool():
            return f"`{str(value).lower()}`"
        case str():
            text = value if len(value) <= 40 else f"{value[:40]}…"  # as much as fits a line
            return f'the string "{text}"'
        case dict():
            return "a map"
        case list():
            return "a list"
        case _:
            return f"`{value}`"
