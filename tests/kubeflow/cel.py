"""CEL, as much of it as conditions and selectors of pipelines use: `compiled(text)` and `evaluate(tree, names)`.

Values of messages are `dyn`, as in cel-go: an operator that no overload takes is an error when it is evaluated,
and one whose operands are of known types already when it is compiled.
"""

from __future__ import annotations

import json
import operator
import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from .cel_syntax import CelError, Node, parsed
from .values import doubled, number

__all__ = ["CelError", "Node", "compiled", "evaluate"]

_RELATIONS: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_ARITHMETIC = frozenset("+-*/%")
_LOGIC = frozenset({"&&", "||", "!"})
_NUMBERS = frozenset({"int", "double", "dyn"})
_RESULTS = {"int": "int", "double": "double", "string": "string", "bool": "bool", "size": "int"}
_METHODS: dict[str, Callable[[str, str], bool]] = {
    "startsWith": str.startswith,
    "endsWith": str.endswith,
    "contains": str.__contains__,
    "matches": lambda text, pattern: re.search(pattern, text) is not None,
}


def compiled(text: str, names: frozenset[str]) -> Node:
    """Parse and check an expression over some names.

    Raises:
        CelError: it is not CEL, reads another name, or has operands of types that do not go together.
    """
    tree = parsed(text)
    _type(tree, names)
    return tree


def _type(node: Node, names: frozenset[str]) -> str:
    """Return the type that is known of an expression, else `dyn`."""
    inner = [_type(one, names) for one in node.parts]
    match node.kind:
        case "literal":
            return _of_value(node.value)
        case "name" if node.value not in names:
            message = f"undeclared reference to '{node.value}'"
            raise CelError(message)
        case "name":
            return "string" if node.value == "string_value" else "dyn"
        case "?:":
            _same(node, inner[1:])
            return inner[1]
        case "call":
            return _RESULTS.get(str(node.value), "dyn")
        case _:
            pass
    if node.kind in _LOGIC and not set(inner) <= {"bool", "dyn"}:
        message = f"found no matching overload for '{node.kind}' applied to ({', '.join(inner)})"
        raise CelError(message)
    if node.kind in {"==", "!=", *_ARITHMETIC} or (node.kind in _RELATIONS and not set(inner) <= _NUMBERS):
        _same(node, inner)
    if node.kind in _ARITHMETIC:
        return inner[0] if inner[0] != "dyn" else inner[1]
    return {"list": "list", "map": "map", "index": "dyn", "negative": inner[0] if inner else "dyn"}.get(
        node.kind, "bool"
    )


def _same(node: Node, types: list[str]) -> None:
    if "dyn" not in types and len(set(types)) > 1:
        message = f"found no matching overload for '{node.kind}' applied to ({', '.join(types)})"
        raise CelError(message)


def _of_value(value: Any) -> str:  # noqa: ANN401
    return {bool: "bool", int: "int", float: "double", str: "string", list: "list", dict: "map"}.get(
        type(value), "null"
    )


def evaluate(node: Node, names: Mapping[str, Any]) -> Any:  # noqa: ANN401
    """Return the value of an expression; an integer of CEL is an `int`, a double a `float`.

    Raises:
        CelError: a key is missing, or an operator does not take its operands.
    """
    if node.kind in _LAZY:
        return _LAZY[node.kind](node, names)
    values = [evaluate(one, names) for one in node.parts]
    if node.kind in _OPERATIONS:
        return _OPERATIONS[node.kind](*values)
    if node.kind in _RELATIONS:
        return _compare(node.kind, values[0], values[1])
    if node.kind == "call":
        return _CALLS[str(node.value)](values[0])
    if node.kind == "method":
        return _method(str(node.value), values)
    return _arithmetic(node.kind, values[0], values[1])


def _name(node: Node, names: Mapping[str, Any]) -> Any:  # noqa: ANN401
    if node.value not in names:
        message = f"no such attribute: {node.value}"
        raise CelError(message)
    return names[str(node.value)]


def _choice(node: Node, names: Mapping[str, Any]) -> Any:  # noqa: ANN401
    chosen = evaluate(node.parts[0], names)
    if not isinstance(chosen, bool):
        _no_overload("?:", chosen)
    return evaluate(node.parts[1 if chosen else 2], names)


def _method(name: str, values: list[Any]) -> bool:
    if not all(isinstance(one, str) for one in values):
        _no_overload(name, *values)
    return _METHODS[name](values[0], values[1])


def _logic(node: Node, names: Mapping[str, Any]) -> bool:
    """Evaluate `&&` and `||`: an operand that decides makes up for an error in the other one."""
    decisive = node.kind == "||"
    failed: CelError | None = None
    for part in node.parts:
        try:
            value = evaluate(part, names)
        except CelError as error:
            failed = error
            continue
        if value is decisive:
            return bool(value)
        if not isinstance(value, bool):
            failed = CelError(f"no such overload: {node.kind}")
    if failed is not None:
        raise failed
    return not decisive


def _has(macro: Node, names: Mapping[str, Any]) -> bool:
    node = macro.parts[0]
    owner = evaluate(node.parts[0], names)
    return isinstance(owner, dict) and evaluate(node.parts[1], names) in owner


def _index(owner: Any, key: Any) -> Any:  # noqa: ANN401
    if isinstance(owner, dict):
        if key not in owner:
            message = f"no such key: {key}"
            raise CelError(message)
        return owner[key]
    if isinstance(owner, list) and type(key) in (int, float) and key == int(key):
        if not 0 <= key < len(owner):
            message = f"index out of bounds: {key}"
            raise CelError(message)
        return owner[int(key)]
    return _no_overload("_[_]", owner, key)


def _within(value: Any, owner: Any) -> bool:  # noqa: ANN401
    if isinstance(owner, dict | list):
        return any(_equal(value, one) for one in owner)
    return bool(_no_overload("@in", value, owner))


def _equal(left: Any, right: Any) -> bool:  # noqa: ANN401
    numbers = (int, float)
    if type(left) in numbers and type(right) in numbers:
        return bool(left == right)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(_equal, left, right))
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(_equal(left[key], right[key]) for key in left)
    return type(left) is type(right) and bool(left == right)


def _arithmetic(kind: str, left: Any, right: Any) -> Any:  # noqa: ANN401
    if type(left) is not type(right) or isinstance(left, bool | dict | None):
        _no_overload(f"_{kind}_", left, right)
    if isinstance(left, str | list) and kind == "+":
        return left + right
    if type(left) not in (int, float) or (kind == "%" and isinstance(left, float)):
        _no_overload(f"_{kind}_", left, right)
    if kind in {"+", "-", "*"}:
        return {"+": operator.add, "-": operator.sub, "*": operator.mul}[kind](left, right)
    if right == 0 and isinstance(left, int):
        message = "division by zero"
        raise CelError(message)
    if isinstance(left, float):
        return left / right if right else float("nan")
    quotient = abs(left) // abs(right) * (1 if (left < 0) == (right < 0) else -1)
    return quotient if kind == "/" else left - quotient * right


def _not(value: Any) -> bool:  # noqa: ANN401
    return not value if isinstance(value, bool) else bool(_no_overload("!_", value))


def _negative(value: Any) -> Any:  # noqa: ANN401
    return -value if type(value) in (int, float) else _no_overload("-_", value)


def _compare(kind: str, left: Any, right: Any) -> bool:  # noqa: ANN401
    numbers = type(left) in (int, float) and type(right) in (int, float)
    if not numbers and (type(left) is not type(right) or not isinstance(left, str | bool)):
        _no_overload(kind, left, right)
    return _RELATIONS[kind](left, right)


def _size(value: Any) -> int:  # noqa: ANN401
    return len(value) if isinstance(value, str | list | dict) else int(_no_overload("size", value))


def _parse_json(value: Any) -> Any:  # noqa: ANN401
    if not isinstance(value, str):
        _no_overload("parseJson", value)
    try:
        return doubled(json.loads(value))
    except ValueError as error:
        message = f"failed to unmarshal JSON: {error}"
        raise CelError(message) from None


def _to_number(to: type[int | float], value: Any) -> Any:  # noqa: ANN401
    if type(value) not in (int, float, str):
        _no_overload(to.__name__, value)
    try:
        return to(value)
    except (ValueError, OverflowError):
        message = f"type conversion error: {value!r}"
        raise CelError(message) from None


def _to_string(value: Any) -> str:  # noqa: ANN401
    match value:
        case bool():
            return "true" if value else "false"
        case str() | int():
            return str(value)
        case float():
            return number(value)
        case _:
            return str(_no_overload("string", value))


def _to_bool(value: Any) -> bool:  # noqa: ANN401
    words = {"true": True, "false": False}
    if isinstance(value, str) and value in words:
        return words[value]
    return value if isinstance(value, bool) else bool(_no_overload("bool", value))


def _no_overload(name: str, *values: object) -> Any:  # noqa: ANN401
    message = f"no such overload: {name}({', '.join(_of_value(value) for value in values)})"
    raise CelError(message)


_LAZY: dict[str, Callable[[Node, Mapping[str, Any]], Any]] = {
    "literal": lambda node, _: node.value,
    "name": _name,
    "&&": _logic,
    "||": _logic,
    "?:": _choice,
    "has": _has,
}
_OPERATIONS: dict[str, Callable[..., Any]] = {
    "list": lambda *values: list(values),
    "map": lambda *values: dict(zip(values[::2], values[1::2], strict=True)),
    "index": _index,
    "!": _not,
    "negative": _negative,
    "in": _within,
    "==": _equal,
    "!=": lambda left, right: not _equal(left, right),
}
_CALLS: dict[str, Callable[[Any], Any]] = {
    "int": partial(_to_number, int),
    "double": partial(_to_number, float),
    "string": _to_string,
    "bool": _to_bool,
    "size": _size,
    "parseJson": _parse_json,
    "dyn": lambda value: value,
}
