"""How an entry of a command is put together: texts, one after the other, or by an optional input."""

from __future__ import annotations

import json
from typing import Any, TypeAlias

from kfdsl.node import Node


class Concat(Node):
    """Texts one after the other."""

    items: tuple[Entry, ...]


class Choice(Node):
    """Entries that depend on an optional input; `spliced` tells that they are lists."""

    key: str
    then: tuple[Entry, ...]
    otherwise: tuple[Entry, ...]
    spliced: bool


Entry: TypeAlias = "str | Concat | Choice"
MOST_CHOICES = 4


def of_json(value: Any) -> Entry:  # noqa: ANN401  # JSON
    """Return an entry from its JSON.

    Raises:
        ValueError, KeyError, TypeError: it is none.

    """
    if isinstance(value, str):
        return value
    if not isinstance(value, dict):
        raise TypeError(value)
    ((name, inner),) = value.items()
    if name == "Concat":
        return concat([of_json(item) for item in inner])
    if name != "IfPresent":
        raise ValueError(name)
    then, otherwise = inner["Then"], inner.get("Else", [])
    spliced = isinstance(then, list) or (isinstance(otherwise, list) and bool(otherwise))
    if not isinstance(inner["InputName"], str):
        raise TypeError(inner)
    return Choice(inner["InputName"], _several(then), _several(otherwise), spliced)


def concat(items: list[Entry]) -> Concat:
    """Return texts one after the other.

    Raises:
        ValueError: one of them is a list.

    """
    if any(isinstance(one, Choice) and max(len(one.then), len(one.otherwise)) > 1 for one in items):
        raise ValueError
    return Concat(tuple(items))


def _several(value: Any) -> tuple[Entry, ...]:  # noqa: ANN401  # JSON
    return tuple(of_json(one) for one in (value if isinstance(value, list) else [value]))


def _choices(entry: Entry) -> int:
    match entry:
        case Choice(_, then, otherwise):
            return 1 + sum(map(_choices, (*then, *otherwise)))
        case Concat(items):
            return sum(map(_choices, items))
        case _:
            return 0


def distributed(entry: Entry) -> str | Choice | None:
    """Return an entry in which no text is put together: a choice within one is made around it.

    `a + (x ? b : c)` is `x ? a + b : a + c`. None where there are too many.
    """
    if isinstance(entry, Concat) and _choices(entry) > MOST_CHOICES:
        return None
    if isinstance(entry, Choice):
        then = tuple(distributed(one) for one in entry.then)
        otherwise = tuple(distributed(one) for one in entry.otherwise)
        kept = [one for one in (*then, *otherwise) if one is not None]
        if len(kept) < len(then) + len(otherwise):
            return None
        return Choice(entry.key, tuple(kept[: len(then)]), tuple(kept[len(then) :]), entry.spliced)
    if isinstance(entry, str):
        return entry
    result: str | Choice = ""
    for item in entry.items:
        one = distributed(item)
        if one is None:
            return None
        result = _appended(result, one)
    return result


def _appended(left: str | Choice, right: str | Choice) -> str | Choice:
    if isinstance(left, str) and isinstance(right, str):
        return left + right
    if isinstance(left, Choice):
        return _each(left, lambda one: _appended(one, right))
    return _each(right, lambda one: _appended(left, one))  # type: ignore[arg-type]  # one of them is a choice


def _each(choice: Choice, change: Any) -> Choice:  # noqa: ANN401  # a function on entries
    """Return a choice between two texts with both changed; one that is left out is the empty text."""
    then = tuple(change(one) for one in choice.then or ("",))
    otherwise = tuple(change(one) for one in choice.otherwise or ("",))
    return Choice(choice.key, then, otherwise, choice.spliced)


def written(entry: str | Choice) -> str:
    """Return an entry as Kubeflow takes it."""
    return entry if isinstance(entry, str) else json.dumps(_structure(entry))


def _structure(entry: Entry) -> Any:  # noqa: ANN401  # JSON
    if not isinstance(entry, Choice):
        return entry
    listed = [[_structure(one) for one in part] for part in (entry.then, entry.otherwise)]
    then, otherwise = listed if entry.spliced else [part[0] if part else None for part in listed]
    made = {"InputName": entry.key, "Then": then}
    return {"IfPresent": made | ({"Else": otherwise} if otherwise else {})}
