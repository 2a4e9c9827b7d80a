"""Frozen, slotted value classes, made from annotations: what every tree of kfdsl consists of.

`@dataclass` compiles six methods a class, which for the hundred classes of kfdsl costs more time than
compiling a pipeline does (docs/decisions/0001-nodes.md). `Node` compiles one, the constructor, and that on
its first use.
"""

from __future__ import annotations

from typing import Any, TypeVar, dataclass_transform

NOT_COMPARED = frozenset({"span"})
"""Fields that tell where a node stands, not what it is."""


class NodeMeta(type):
    """Turns the annotations of a class into slots, a constructor and `__match_args__`."""

    _fields: tuple[str, ...]
    _compared: tuple[str, ...]

    def __new__(mcs, name: str, bases: tuple[type, ...], space: dict[str, Any]) -> NodeMeta:
        """Build the class; a field with a value in the class body is optional, and its default."""
        own = tuple(space.get("__annotations__", ()))
        defaults = {field: space.pop(field) for field in own if field in space}
        inherited = tuple(field for base in bases for field in getattr(base, "_fields", ()))
        fields = inherited + own
        space.setdefault("__slots__", own)
        space["_fields"] = space["__match_args__"] = fields
        space["_compared"] = tuple(field for field in fields if field not in NOT_COMPARED)
        cls = super().__new__(mcs, name, bases, space)
        merged = {**getattr(cls, "_defaults", {}), **defaults}
        cls._defaults = merged  # type: ignore[attr-defined]  # mypy does not see names set on a metaclass's product
        if fields:
            cls.__init__ = _on_first_use(cls, fields, merged)  # type: ignore[misc]  # assigned twice, both here
        return cls


def _on_first_use(cls: type, fields: tuple[str, ...], defaults: dict[str, Any]) -> Any:  # noqa: ANN401  # a function
    """Return a constructor that is replaced by a compiled one when it is called: many classes never are."""

    def __init__(self: object, *args: object, **named: object) -> None:  # noqa: N807  # it becomes the method
        made = _constructor(cls, fields, defaults)
        cls.__init__ = made  # type: ignore[misc]  # likewise
        made(self, *args, **named)

    return __init__


def _constructor(cls: type, fields: tuple[str, ...], defaults: dict[str, Any]) -> Any:  # noqa: ANN401  # a function
    scope: dict[str, Any] = {f"set_{field}": getattr(cls, field).__set__ for field in fields}
    scope |= {f"default_{field}": value for field, value in defaults.items()}
    arguments = ", ".join(f"{field}=default_{field}" if field in defaults else field for field in fields)
    lines = [f"    set_{field}(self, {field})" for field in fields]
    exec(f"def __init__(self, {arguments}):\n" + "\n".join(lines), scope)  # noqa: S102  # text from field names only
    return scope["__init__"]


@dataclass_transform(frozen_default=True)
class Node(metaclass=NodeMeta):
    """A frozen value with slots; equal when its type and its fields, spans apart, are equal."""

    def __setattr__(self, name: str, value: object) -> None:
        """Refuse: nodes do not change."""
        message = f"{type(self).__name__} is frozen"
        raise AttributeError(message)

    def __eq__(self, other: object) -> bool:
        """Compare type and fields; `span` is not compared."""
        if self is other:
            return True
        if type(self) is not type(other):
            return NotImplemented
        return all(getattr(self, field) == getattr(other, field) for field in type(self)._compared)

    def __hash__(self) -> int:
        """Hash what is compared."""
        return hash((type(self), *(getattr(self, field) for field in type(self)._compared)))  # noqa: SLF001  # its own class

    def __repr__(self) -> str:
        """Show the fields that are compared."""
        inner = ", ".join(f"{field}={getattr(self, field)!r}" for field in type(self)._compared)  # noqa: SLF001  # likewise
        return f"{type(self).__name__}({inner})"


T = TypeVar("T", bound="Node")


def replace(node: T, **changes: object) -> T:
    """Return a copy of `node` with some fields changed."""
    return type(node)(**{field: changes.get(field, getattr(node, field)) for field in type(node)._fields})
