"""Values that stand in a file, as literals of the language; they are read by the type that is wanted."""

from __future__ import annotations

import json
import math
import re
from typing import Any

from kfdsl import syntax as s
from kfdsl.lower.kubeflow.reader import Reader, text_node
from kfdsl.lower.kubeflow.yaml_tree import Mapping, Scalar, Sequence, Value
from kfdsl.source import Span

_NUMBER = re.compile(r"[-+]?[0-9]+(?:\.[0-9]*(?:[eE][-+][0-9]+)?)?")
"""What YAML 1.1 and 1.2 both read as a decimal number: `1e3`, `0o7` and `1_000` are texts to one of them."""
_TRUTHS = {"true": True, "True": True, "false": False, "False": False}
_WORDS = {
    **dict.fromkeys(("y", "yes", "t", "true", "on", "1"), True),
    **dict.fromkeys(("n", "no", "f", "false", "off", "0"), False),
}
"""What a `component.yaml` may write for a bool."""
_NULL = "a null inside a value"
_WITHOUT = "the language has no null: leave the entry out"


def of_type(reader: Reader, kind: str, value: Value) -> s.Expression | None:
    """Return a value as a literal of a type by the language's name; report one that it cannot be."""
    if kind in ("list", "map"):
        return _structure(reader, kind, value)
    if not isinstance(value, Scalar):
        reader.report(value.span, f"this is the default of a `{kind}`", "not one value")
        return None
    match kind:
        case "int" | "float":
            return _number(reader, kind, value)
        case "bool":
            if value.text.lower() in _WORDS:
                return s.Bool(_WORDS[value.text.lower()], value.span)
            reader.report(value.span, "this is the default of a `bool`", "neither `true` nor `false`")
            return None
        case _:
            return text_node(value)


def _number(reader: Reader, kind: str, value: Scalar) -> s.Expression | None:
    try:
        number = float(value.text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        reader.report(value.span, f"this is the default of `{kind}`", "not a number")
        return None
    if kind == "float":
        return number_node(number, value.span)
    try:
        return number_node(int(value.text), value.span)
    except ValueError:
        pass
    if not number.is_integer():
        reader.report(value.span, "this is the default of an `int`", "not a whole number")
        return None
    return number_node(int(number), value.span)


def _structure(reader: Reader, kind: str, value: Value) -> s.Expression | None:
    """Return a list or map; a `component.yaml` may have it as JSON in a text."""
    if isinstance(value, Scalar):
        try:
            return _checked(reader, kind, of_json(reader, json.loads(value.text), value.span), value.span)
        except ValueError:
            reader.report(value.span, f"this is the default of a {kind}", "not JSON")
            return None
    return _checked(reader, kind, literal(reader, value), value.span)


def _checked(reader: Reader, kind: str, made: s.Expression | None, span: Span) -> s.Expression | None:
    wanted = s.ListLiteral if kind == "list" else s.MapLiteral
    if made is None or isinstance(made, wanted):
        return made
    reader.report(span, f"this is the default of a {kind}", f"not a {kind}")
    return None


def literal(reader: Reader, value: Value) -> s.Expression | None:
    """Return a value without a type: what only one version of YAML reads as a number or bool is a text."""
    match value:
        case Scalar(text=text, plain=True) if value.is_null:
            reader.refuse(value.span, _NULL, _WITHOUT)
            return None
        case Scalar(text=text, plain=True) if text in _TRUTHS:
            return s.Bool(_TRUTHS[text], value.span)
        case Scalar(text=text, plain=True) if _NUMBER.fullmatch(text) and not _has_leading_zero(text):
            number = float(text) if "." in text else int(text)
            return number_node(int(number) if float(number).is_integer() else number, value.span)
        case Scalar():
            return text_node(value)
        case Sequence():
            items = [literal(reader, item) for item in value.items]
            return s.ListLiteral(tuple(i for i in items if i is not None), value.span)
        case Mapping():
            made = {key: literal(reader, item) for key, item in value.entries.items()}
            return _map({k: v for k, v in made.items() if v is not None}, value.keys, value.span)


def _has_leading_zero(text: str) -> bool:
    digits = text.lstrip("+-").partition(".")[0]
    return len(digits) > 1 and digits.startswith("0")


def of_json(reader: Reader, value: Any, span: Span) -> s.Expression | None:  # noqa: ANN401  # JSON
    """Return a value of JSON, all of it at one place."""
    match value:
        case None:
            reader.refuse(span, _NULL, _WITHOUT)
            return None
        case bool():
            return s.Bool(value, span)
        case int() | float():
            return number_node(value, span)
        case str():
            return s.Text(value, "verbatim", span)
        case list():
            items = [of_json(reader, item, span) for item in value]
            return s.ListLiteral(tuple(i for i in items if i is not None), span)
        case _:
            made = {key: of_json(reader, item, span) for key, item in value.items()}
            return _map({k: v for k, v in made.items() if v is not None}, {}, span)


def _map(made: dict[str, s.Expression], keys: dict[str, Span], span: Span) -> s.MapLiteral:
    return s.MapLiteral(
        tuple(s.Entry(s.Name(k, keys.get(k, span)), v, keys.get(k, span)) for k, v in made.items()), span
    )


def number_node(number: float, span: Span) -> s.Expression:
    """Return a number as the language writes it."""
    text = repr(abs(number))
    made = s.Number(text, span)
    return s.Unary("-", made, span) if number < 0 else made
