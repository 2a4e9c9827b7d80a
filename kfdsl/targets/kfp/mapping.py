"""Parts of a program with some expressions replaced."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, Final

from kfdsl import ir
from kfdsl.node import Node, replace

Absent: Final = None
"""What an expression is replaced by that has no value: it takes along what it is an argument or entry of."""

Change = Callable[[Node], "Node | Unchanged | None"]


class Unchanged:
    """Says that a node is looked into."""


UNCHANGED: Final = Unchanged()


def mapped(item: Any, change: Change) -> Any:  # noqa: ANN401  # any part of a program
    """Return a part of a program with what `change` gives in place of its nodes, outermost first.

    Components and called pipelines are left as they are: they read nothing from around them.
    """
    if isinstance(item, tuple):
        return _tuple(item, change)
    if isinstance(item, ir.Settings):
        values = {name: mapped(value, change) for name, value in item.values.items()}
        return ir.Settings({name: value for name, value in values.items() if value is not None})
    if (
        not isinstance(item, Node)
        or isinstance(item, ir.Pipeline)
        or (isinstance(item, ir.Body) and item.shared)
    ):
        return item
    changed = change(item)
    if changed is not UNCHANGED:
        return changed
    made = {}
    for field in _fields(type(item)):
        old = getattr(item, field)
        new = mapped(old, change)
        if new is not old:
            made[field] = new
    return replace(item, **made) if made else item


def _tuple(item: tuple[Any, ...], change: Change) -> tuple[Any, ...]:
    if len(item) == 2 and isinstance(item[0], str) and isinstance(item[1], Node):  # an entry with a name
        value = mapped(item[1], change)
        return item if value is item[1] else (item[0], value)
    made = tuple(mapped(one, change) for one in item)
    kept = tuple(
        new for new, old in zip(made, item, strict=True) if not (_is_absent(new) and not _is_absent(old))
    )
    return item if len(kept) == len(item) and all(a is b for a, b in zip(kept, item, strict=True)) else kept


def _is_absent(item: object) -> bool:
    return item is None or (isinstance(item, tuple) and len(item) == 2 and item[1] is None)


@cache
def _fields(cls: type[Node]) -> tuple[str, ...]:
    return tuple(field for field in cls._fields if field not in ("span", "name_span", "type", "resources"))
