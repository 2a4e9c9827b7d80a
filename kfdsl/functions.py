"""The functions of the expression language: what they take, what they give, what they compute."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from typing import Any

from kfdsl.kinds import BOOL, FLOAT, INT, JSON, STRING, Kind, ListOf
from kfdsl.node import Node

LARGEST = 2**20
"""Characters that a constant may have."""

NUMBER = "number"
ANY = "any"
LIST = "list"
SIZED = "sized"
"""Groups of types that a function takes: int or float; anything; a list; a text, list or map."""


class Function(Node):
    """A function: the types of its parameters, the least number of them, the type of its result.

    A result of None is computed from the arguments (`kfdsl.lower.calls`).
    """

    parameters: tuple[Kind | str, ...]
    least: int
    result: Kind | None
    compute: Callable[..., Any]
    variadic: bool = False


def text_of(value: Any) -> str:  # noqa: ANN401  # any constant
    """Return the text of a value, the same on every target (docs/language.md, Types)."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return number_text(value)
    if isinstance(value, int):
        return str(value)
    return json_text(value)


def number_text(value: float) -> str:
    """Return a float in the shortest form that reads back equal; whole ones without a point."""
    if math.isfinite(value) and value == int(value) and abs(value) < 1e16:  # beyond, digits are not exact
        return str(int(value))
    return repr(value)


def json_text(value: Any) -> str:  # noqa: ANN401  # any constant
    """Return compact JSON, keys in the order written."""
    return json.dumps(_plain(value), ensure_ascii=False, separators=(",", ":"))


def _plain(value: Any) -> Any:  # noqa: ANN401  # any constant
    if isinstance(value, float) and math.isfinite(value) and value == int(value) and abs(value) < 1e16:
        return int(value)
    if isinstance(value, (list, tuple)):
        return [_plain(v) for v in value]
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items()}
    return value


def round_half_up(value: float) -> int:
    """Round half away from zero, as the engines do."""
    return int(math.copysign(math.floor(abs(value) + 0.5), value))


def flatten(value: list[Any]) -> list[Any]:
    """Take one list level away, or all where lists are nested deeper."""
    out: list[Any] = []
    for item in value:
        out.extend(item if isinstance(item, list) else [item])
    return out


def replaced(text: str, old: str, new: str) -> str:
    """Replace a part of a text everywhere."""
    _check_length(len(text) + text.count(old) * max(len(new) - len(old), 0))
    return text.replace(old, new)


def joined(texts: list[str], separator: str) -> str:
    """Join texts."""
    _check_length(sum(map(len, texts)) + len(texts) * len(separator))
    return separator.join(texts)


def whole_numbers(*bounds: int) -> list[int]:
    """Return the items of a `range(…)`."""
    numbers = range(*bounds)
    # `len` of a range fails for what does not fit a machine word.
    _check_length(abs(numbers.stop - numbers.start) // abs(numbers.step))
    return list(numbers)


def _check_length(length: int) -> None:
    if length > LARGEST:
        message = f"it would have more than {LARGEST} characters or items"
        raise ValueError(message)


def formatted(value: float, pattern: str) -> str:
    """Apply a `%03d` or `%.2f` to a number."""
    for width in re.findall(r"[0-9]{4,}", pattern):
        _check_length(int(width) if len(width) < 10 else LARGEST + 1)  # 2**20 has fewer digits
    return pattern % value


def matched(text: str, pattern: str) -> bool:
    """Tell whether a regular expression is found, read as Argo reads it.

    Raises:
        ValueError: it is none that Argo reads.
        NotImplementedError: only Argo can tell.
    """
    from kfdsl.patterns import Pattern  # noqa: PLC0415  # few programs have one

    return Pattern(pattern).found(text)


def base64_of(text: str) -> str:
    """Return the base64 of a text's UTF-8."""
    import base64  # noqa: PLC0415  # few programs have one

    return base64.b64encode(text.encode()).decode()


def text_of_base64(code: str) -> str:
    """Return the text whose UTF-8 a base64 stands for.

    Raises:
        ValueError: it is no base64, or not of UTF-8.
    """
    import base64  # noqa: PLC0415  # few programs have one

    return base64.b64decode(code, validate=True).decode()


_STEP = re.compile(r"""\.([A-Za-z_][A-Za-z0-9_-]*)|\[(?:'([^']*)'|"([^"]*)"|(\d+))\]""")


def part_at(value: Any, path: str) -> Any:  # noqa: ANN401  # any constant
    """Return the part of a value, or of a text with JSON, at a path of names and positions.

    Raises:
        NotImplementedError: the path asks for more than that.
        ValueError: there is no such part.
    """
    found = json.loads(value) if isinstance(value, str) else value
    at = 1
    while at < len(path) or path[:1] != "$":
        step = _STEP.match(path, at)
        if step is None or path[:1] != "$":
            raise NotImplementedError(path)
        key = int(step[4]) if step[4] else next(part for part in step.groups()[:3] if part is not None)
        try:
            found = found[key]
        except (KeyError, IndexError, TypeError):
            message = f"there is no {path[: step.end()]}"
            raise ValueError(message) from None
        at = step.end()
    return found


FUNCTIONS: dict[str, Function] = {
    "len": Function((SIZED,), 1, INT, len),
    "min": Function((NUMBER,), 1, None, min, variadic=True),
    "max": Function((NUMBER,), 1, None, max, variadic=True),
    "sum": Function((LIST,), 1, None, sum),
    "abs": Function((NUMBER,), 1, None, abs),
    "round": Function((NUMBER,), 1, INT, round_half_up),
    "lower": Function((STRING,), 1, STRING, str.lower),
    "upper": Function((STRING,), 1, STRING, str.upper),
    "trim": Function((STRING,), 1, STRING, str.strip),
    "base64": Function((STRING,), 1, STRING, base64_of),
    "unbase64": Function((STRING,), 1, STRING, text_of_base64),
    "replace": Function((STRING, STRING, STRING), 3, STRING, replaced),
    "split": Function((STRING, STRING), 2, ListOf(STRING), str.split),
    "join": Function((ListOf(STRING), STRING), 2, STRING, joined),
    "starts_with": Function((STRING, STRING), 2, BOOL, str.startswith),
    "ends_with": Function((STRING, STRING), 2, BOOL, str.endswith),
    "matches": Function((STRING, STRING), 2, BOOL, matched),
    "flat": Function((LIST,), 1, None, flatten),
    "int": Function((ANY,), 1, INT, lambda v: int(float(v)) if isinstance(v, str) else int(v)),
    "float": Function((ANY,), 1, FLOAT, float),
    "string": Function((ANY,), 1, STRING, text_of),
    "json": Function((ANY,), 1, STRING, json_text),
    "format": Function((NUMBER, STRING), 2, STRING, formatted),
    "date": Function((STRING, STRING), 2, STRING, lambda *_: None),
    "jsonpath": Function((ANY, STRING), 2, JSON, part_at),
    "present": Function((ANY,), 1, BOOL, lambda v: v is not None),
    "range": Function((INT, INT, INT), 1, ListOf(INT), whole_numbers),
}
