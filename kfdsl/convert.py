"""A value and a type in, the value as one of the type out, with all that does not fit."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import Any

from kfdsl.given import Path
from kfdsl.kinds import (
    BOOL,
    FLOAT,
    INT,
    JSON,
    STRING,
    Enum,
    Kind,
    ListOf,
    MapOf,
    Optional,
    Record,
    Scalar,
    bare,
    is_artifact,
    show,
)
from kfdsl.nearest import nearest
from kfdsl.node import Node
from kfdsl.units import number_kind

SMALLEST, LARGEST = -(2**63), 2**63 - 1
"""The integers that the language has."""


class Unfit(Node):
    """Why a value, or a part of it, does not have the type that is wanted; `helps` say what to do."""

    path: Path
    message: str
    helps: tuple[str, ...] = ()


class Converter:
    """Converts the values of one param; `unfit` collects what is wrong with them.

    With `reads_text`, a text is read as the type is written: `10` is an int, `["a"]` a list or `json`.
    """

    def __init__(self, *, reads_text: bool) -> None:
        """Start without problems."""
        self.reads_text = reads_text
        self.unfit: list[Unfit] = []

    def convert(self, value: Any, kind: Kind, path: Path) -> Any:  # noqa: ANN401  # any constant
        """Return a value as one of a type; what does not fit is in `unfit` then, and is returned as it is."""
        goal = bare(kind)
        if value is None and (isinstance(kind, Optional) or goal == JSON):
            return None
        if is_artifact(goal):
            self._refuse(path, "artifacts are given where the run is submitted")
            return value
        if value is None:
            self._refuse(path, f"it has no value, and is a `{show(goal)}`")
            return value
        whole = len(path) == 1  # a text inside a value of JSON is one
        if isinstance(value, str) and self.reads_text and goal != STRING and (whole or goal != JSON):
            return self._read(value, goal, path)
        return self._fit(value, goal, path)

    def _refuse(self, path: Path, message: str, *helps: str) -> None:
        self.unfit.append(Unfit(path, message, helps))

    def _read(self, text: str, goal: Kind, path: Path) -> Any:  # noqa: ANN401  # any constant
        """Read a text as a value of a type."""
        what = number_kind(text.removeprefix("-"))
        if goal == INT and what == "int":
            return self._fit(int(text.replace("_", "")), goal, path)
        if goal == FLOAT and what in ("int", "float"):
            return self._fit(float(text.replace("_", "")), goal, path)
        if goal == BOOL and text in ("true", "false"):
            return text == "true"
        if goal == JSON or isinstance(goal, (ListOf, MapOf, Record)):
            example = "[…]" if isinstance(goal, ListOf) else '"text"' if goal == JSON else "{…}"
            try:
                return self._fit(json.loads(text), goal, path)
            except (ValueError, RecursionError):
                self._refuse(path, f"a `{show(goal)}` is written as JSON, such as {example}")
                return text
        return self._fit(text, goal, path)

    def _fit(self, value: Any, goal: Kind, path: Path) -> Any:  # noqa: ANN401  # any constant
        """Check a value that has a type already."""
        match goal:
            case ListOf(item) if isinstance(value, (list, tuple)):
                return [self.convert(v, item, (*path, i)) for i, v in enumerate(value)]
            case MapOf(item) if isinstance(value, dict):
                return {str(k): self.convert(v, item, (*path, str(k))) for k, v in value.items()}
            case Record(fields) if isinstance(value, dict):
                return self._record(value, dict(fields), path)
            case Enum(members) if isinstance(value, str) and value in members:
                return value
            case Scalar("json"):
                return self._json(value, path)
            case Scalar(name) if _IS[name](value):
                return {"int": int, "float": float}.get(name, _same)(value)
            case _:
                self._refuse(path, f"{_shown(value)} is no `{show(goal)}`", *_advice(value, goal))
                return value

    def _json(self, value: Any, path: Path) -> Any:  # noqa: ANN401  # any constant
        """Check that a value is one of JSON, which has no infinity."""
        if isinstance(value, dict):
            return {str(k): self._json(v, (*path, str(k))) for k, v in value.items()}
        if isinstance(value, (list, tuple)):
            return [self._json(v, (*path, i)) for i, v in enumerate(value)]
        if not (value is None or isinstance(value, (str, bool)) or _is_number(value)):
            self._refuse(path, f"{_shown(value)} is no `json`")
        return value

    def _record(self, value: dict[str, Any], fields: dict[str, Kind], path: Path) -> dict[str, Any]:
        for key in value:
            if key not in fields:
                close = nearest(str(key), fields)
                helps = (f"did you mean `{close}`?",) if close else ()
                self._refuse((*path, key), f"the record has no field `{key}`", *helps)
        for key, kind in fields.items():
            if key not in value and not isinstance(kind, Optional):
                self._refuse(path, f"the record lacks `{key}`")
        return {
            key: self.convert(value[key], kind, (*path, key)) for key, kind in fields.items() if key in value
        }


def _same(value: Any) -> Any:  # noqa: ANN401  # any constant
    return value


def _is_number(value: Any) -> bool:  # noqa: ANN401  # any constant
    """Tell whether a value is a number that engines have: no infinity, and no more than a float holds."""
    try:
        return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
    except OverflowError:
        return False


def _is_whole(value: Any) -> bool:  # noqa: ANN401  # any constant
    return _is_number(value) and value == value // 1 and SMALLEST <= value <= LARGEST


_IS: dict[str, Callable[[Any], bool]] = {
    "string": lambda v: isinstance(v, str),
    "bool": lambda v: isinstance(v, bool),
    "int": _is_whole,
    "float": _is_number,
    "duration": lambda v: isinstance(v, str) and number_kind(v) == "duration",
    "quantity": lambda v: (
        number_kind(v) in ("quantity", "int", "float") if isinstance(v, str) else _is_number(v) and v >= 0
    ),
}
"""What the scalar types hold, `json` apart."""


def _shown(value: Any) -> str:  # noqa: ANN401  # any constant
    """Return a value as JSON, in backquotes, cut where it is long."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return f"`{text if len(text) <= 60 else text[:59] + '…'}`"


def _advice(value: Any, goal: Kind) -> tuple[str, ...]:  # noqa: ANN401  # any constant
    """Return what an author of YAML may have meant."""
    if isinstance(value, str) and goal in (INT, FLOAT, BOOL):
        what = number_kind(value.removeprefix("-"))
        meant = (
            value in ("true", "false") if goal == BOOL else what == "int" or (what, goal) == ("float", FLOAT)
        )
        return (f"leave out the quotes: {value}",) if meant else ()
    if isinstance(value, str) and isinstance(goal, Enum):
        close = nearest(value, goal.members)
        return (f'did you mean "{close}"?',) if close else ()
    if goal == INT and _is_number(value) and value == value // 1:
        return (f"an int has 64 bits: {SMALLEST} to {LARGEST}",)
    if (goal == STRING or isinstance(goal, Enum)) and isinstance(value, (bool, int, float)):
        return ("put it in quotes if it is a text",)
    return ()
