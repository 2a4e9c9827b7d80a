"""Values as the backend has them, `google.protobuf.Value`: every number a double; and their texts in Go."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any, TypeAlias

Value: TypeAlias = Any
"""JSON, its numbers floats; or `NIL`."""


class Nil:
    """What Go has where a map lacks a key: no value at all, which is not `null`."""

    def __repr__(self) -> str:
        """Name it as Go does."""
        return "nil"


NIL = Nil()

KINDS = {str: "string", bool: "bool", float: "number", list: "list", dict: "struct", type(None): "null"}
TYPES = {
    "STRING": "string",
    "NUMBER_INTEGER": "number",
    "NUMBER_DOUBLE": "number",
    "BOOLEAN": "bool",
    "LIST": "list",
    "STRUCT": "struct",
    "TASK_FINAL_STATUS": "struct",
    "TASK_CONFIG": "struct",
}
"""The kind of value that each parameter type takes."""

_BOOLEANS = dict.fromkeys(("1", "t", "T", "true", "TRUE", "True"), True) | dict.fromkeys(
    ("0", "f", "F", "false", "FALSE", "False"), False
)


def doubled(value: Any) -> Value:  # noqa: ANN401  # JSON
    """Return JSON as a protobuf value."""
    match value:
        case bool() | None | str() | Nil():
            return value
        case int() | float():
            return float(value)
        case list():
            return [doubled(item) for item in value]
        case dict():
            return {str(key): doubled(item) for key, item in value.items()}
        case _:
            message = f"no JSON: {value!r}"
            raise TypeError(message)


def plain(value: Value) -> Any:  # noqa: ANN401  # JSON
    """Return a value as a reader of its JSON gets it: whole numbers are integers."""
    match value:
        case float() if value.is_integer() and abs(value) < 1e21:
            return int(value)
        case list():
            return [plain(item) for item in value]
        case dict():
            return {key: plain(item) for key, item in value.items()}
        case _:
            return value


def kind(value: Value) -> str:
    """Return the kind of a value, in the words of the backend's messages."""
    return "nil" if isinstance(value, Nil) else KINDS[type(value)]


def number(value: float) -> str:
    """Return a number without an exponent, as `strconv.FormatFloat(x, 'f', -1, 64)` does."""
    text = repr(value)
    if "e" not in text:
        return text.removesuffix(".0")
    digits, _, exponent = text.partition("e")
    sign, digits = ("-", digits[1:]) if digits.startswith("-") else ("", digits)
    whole, _, part = digits.partition(".")
    shift = int(exponent)
    if shift < 0:
        return f"{sign}0.{'0' * (-shift - len(whole))}{whole}{part}"
    return sign + whole + part.ljust(shift, "0")


def general(value: float) -> str:
    """Return a number as `%d` or `%g` do, whichever the driver takes for it."""
    if value.is_integer() and abs(value) < 2**63:
        return str(int(value))
    sign, digits, exponent = Decimal(repr(value)).normalize().as_tuple()
    power = len(digits) - 1 + int(exponent)
    if -4 <= power < 6:
        return number(value)
    head, tail = str(digits[0]), "".join(map(str, digits[1:]))
    return f"{'-' * sign}{head}{'.' + tail if tail else ''}e{power:+03d}"


def proto_json(value: Value) -> str:
    """Return compact JSON as protojson writes it: text as it is, keys in order."""
    return json.dumps(plain(value), ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def message_json(value: Value) -> str:
    """Return compact JSON as protojson writes a message: its fields in the order in which they are declared."""
    return json.dumps(plain(value), ensure_ascii=False, separators=(",", ":"))


def go_json(value: Value) -> str:
    """Return JSON as `encoding/json` writes it, which escapes for HTML."""
    text = proto_json(value)
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def text(value: Value) -> str:
    """Return the text of a value as an input of type STRING, or as the launcher's placeholders give it."""
    return _text(value, number)


def driver_text(value: Value) -> str:
    """Return the text of a value as the driver's placeholders give it."""
    return _text(value, general)


def _text(value: Value, of_number: Any) -> str:  # noqa: ANN401
    match value:
        case Nil() | None:
            return ""
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case float():
            return str(of_number(value))
        case _:
            return go_json(value)


def parse(text: str, type_: str) -> Value:
    """Return the value of the text in an output's file.

    Raises:
        ValueError: the text is not of that type.
    """
    bare = text.strip()
    match type_:
        case "STRING":
            return text
        case "NUMBER_INTEGER" if re.fullmatch(r"[+-]?[0-9]+", bare):
            return float(int(bare))
        case "NUMBER_DOUBLE":
            return float(bare)
        case "BOOLEAN" if bare in _BOOLEANS:
            return _BOOLEANS[bare]
        case "LIST" | "STRUCT":
            value = doubled(json.loads(text))
            if kind(value) == TYPES[type_]:
                return value
        case _:
            pass
    raise ValueError(text)
