"""A strategic merge patch: a patch merged into an object as Kubernetes does it, by the keys of the schema.

https://github.com/kubernetes/community/blob/main/contributors/devel/sig-api-machinery/strategic-merge-patch.md
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeAlias

from kfdsl.targets.common.schema import Path, Schema, Schemas, merge_key

Object: TypeAlias = "dict[str, Any]"

_ORDER: Final = "$setElementOrder/"
_DELETE: Final = "$deleteFromPrimitiveList/"


class Merge:
    """Merges one patch, by `schemas`.

    `copied` is told of each map and the one that takes its place, `written` of each field of a map that comes
    of the patch, and where in the patch it stands; `changed` of a value that gives way to another.
    With `kept`, the object is itself a patch that is applied later: null and directives stay in it.
    """

    __slots__ = ("changed", "copied", "kept", "schemas", "written")

    def __init__(
        self,
        schemas: Schemas,
        copied: Callable[[Object, Object], None],
        written: Callable[[Object, str, Path], None],
        changed: Callable[[Object, str, object, Path], None],
        *,
        kept: bool = False,
    ) -> None:
        """Keep the schemas, and who is told."""
        self.schemas = schemas
        self.copied = copied
        self.written = written
        self.changed = changed
        self.kept = kept

    def maps(self, old: Object, new: Object, schema: Schema, path: Path) -> Object:
        """Return a map with a patch merged into it."""
        schema = self.schemas.resolved(schema)
        directive = new.get("$patch") if not self.kept else None
        result: Object = {} if directive in ("replace", "delete") else dict(old)
        self.copied(old, result)
        fields, other = schema.get("properties", {}), schema.get("additionalProperties")
        for name, value in new.items():
            if name.startswith("$") and name != "$patch" and not self.kept:
                continue
            if name == "$patch" and not self.kept:
                continue
            inner = fields.get(name, other if isinstance(other, dict) else {})
            self._field(result, name, value, inner, (*path, name))
        return result if self.kept else self._directed(result, new, path)

    def _field(self, result: Object, name: str, value: object, schema: Schema, path: Path) -> None:
        old = result.get(name)
        if value is None and not self.kept:
            if name in result:
                self.changed(result, name, None, path)
                del result[name]
            return
        if isinstance(value, dict):
            if self._map(result, name, value, schema, path):
                return  # its fields are told of one by one
        elif isinstance(value, list):
            made = self._lists(old if isinstance(old, list) else [], value, schema, path)
            if isinstance(old, list) and merge_key(self.schemas.resolved(schema)) is not None:
                result[name] = made
                return
            if name in result and old != made:
                self.changed(result, name, made, path)
            result[name] = made
        else:
            if name in result and old != value:
                self.changed(result, name, value, path)
            result[name] = value
        self.written(result, name, path)

    def _map(self, result: Object, name: str, value: Object, schema: Schema, path: Path) -> bool:
        """Merge into a field that is a map, and tell whether it was one."""
        old = result.get(name)
        base = old if isinstance(old, dict) else {}
        if old is not None and (base is not old or value.get("$patch") in ("replace", "delete")):
            self.changed(result, name, value, path)
        result[name] = self.maps(base, value, schema, path)
        if value.get("$patch") == "delete" and not self.kept:
            del result[name]
            return True
        return base is old

    def _lists(self, old: list[Any], new: list[Any], schema: Schema, path: Path) -> list[Any]:
        schema = self.schemas.resolved(schema)
        key, items = merge_key(schema), schema.get("items", {})
        whole = any(isinstance(one, dict) and one == {"$patch": "replace"} for one in new)
        if key is None or whole:
            numbered = [(n, one) for n, one in enumerate(new) if one != {"$patch": "replace"}]
            return [self._item({}, one, items, (*path, n)) for n, one in numbered]
        if not key:
            return [*old, *(one for one in new if one not in old)]
        result = list(old)
        for number, one in enumerate(new):
            at = next((n for n, had in enumerate(result) if _same(had, one, key)), None)
            if isinstance(one, dict) and one.get("$patch") == "delete" and not self.kept:
                if at is not None:
                    del result[at]
            elif at is None:
                result.append(self._item({}, one, items, (*path, number)))
            else:
                result[at] = self._item(result[at], one, items, (*path, number))
        return result

    def _item(self, old: object, new: object, schema: Schema, path: Path) -> object:
        if isinstance(new, dict):
            return self.maps(old if isinstance(old, dict) else {}, new, schema, path)
        if isinstance(new, list):
            return self._lists([], new, schema, path)
        return new

    def _directed(self, result: Object, new: Object, path: Path) -> Object:
        """Follow the directives about the fields of a map."""
        kept = new.get("$retainKeys")
        if isinstance(kept, list):
            for name in [name for name in result if name not in kept]:
                self.changed(result, name, None, (*path, "$retainKeys"))
                del result[name]
        for name, value in new.items():
            if name.startswith(_DELETE) and isinstance(value, list):
                field = name.removeprefix(_DELETE)
                result[field] = [one for one in result.get(field, ()) if one not in value]
            elif name.startswith(_ORDER) and isinstance(value, list):
                field = name.removeprefix(_ORDER)
                result[field] = _in_order(result.get(field, []), value)
        return result


def _same(had: object, one: object, key: str) -> bool:
    return isinstance(had, dict) and isinstance(one, dict) and key in one and had.get(key) == one[key]


def _in_order(items: list[Any], order: list[Any]) -> list[Any]:
    """Return items as a directive orders them; the others stay behind the one they follow."""

    def place(item: object) -> int | None:
        for number, wanted in enumerate(order):
            if item == wanted or (
                isinstance(wanted, dict)
                and isinstance(item, dict)
                and all(item.get(key) == value for key, value in wanted.items())
            ):
                return number
        return None

    last, ranked = -1, []
    for item in items:
        found = place(item)
        last = last if found is None else found
        ranked.append((last, item))
    return [item for _, item in sorted(ranked, key=lambda pair: pair[0])]
