"""`resources` of a container of the IR, of either generation, as settings."""

from __future__ import annotations

import re
from typing import Final

from kfdsl import syntax as s
from kfdsl.lower.kubeflow.reader import Reader
from kfdsl.lower.kubeflow.yaml_tree import Mapping, Scalar, Value
from kfdsl.source import Span
from kfdsl.units import number_kind

_AMOUNTS: Final = (("cpu", "Cpu", ""), ("memory", "Memory", "G"))
"""Settings, the words in fields, and the unit of the numbers of the older generation."""
_KNOWN: Final = (
    *(f"{word}{side}" for word in ("cpu", "memory") for side in ("Request", "Limit")),
    *(f"resource{word}{side}" for word in ("Cpu", "Memory") for side in ("Request", "Limit")),
    "accelerator",
)


def resources(reader: Reader, value: Value) -> list[s.Item]:
    """Return `cpu`, `memory` and `gpu`."""
    found = reader.mapping(value, "`resources`", _KNOWN)
    if found is None:
        return []
    made: list[s.Item] = []
    for setting, word, unit in _AMOUNTS:
        low = _amount(reader, found, f"resource{word}Request", f"{setting}Request", unit)
        high = _amount(reader, found, f"resource{word}Limit", f"{setting}Limit", unit)
        side = low or high
        if side is not None:
            made.append(s.Setting(s.Name(setting, side.span), s.Range(low, high, side.span), side.span))
    gpu = _accelerator(reader, found)
    return made + ([gpu] if gpu is not None else [])


def _amount(reader: Reader, found: Mapping, newer: str, older: str, unit: str) -> s.Expression | None:
    for key, suffix in ((newer, ""), (older, unit)):
        value = reader.text(found.entries.get(key), f"`{key}`")
        if value is not None:
            return _quantity(reader, value, suffix)
    return None


def _quantity(reader: Reader, value: Scalar, unit: str) -> s.Expression | None:
    if "{{$" in value.text:
        reader.refuse(value.span, "an amount that is a value", "write it at the step")
        return None
    text = value.text
    if re.fullmatch(r"[0-9]+\.[0-9]+", text):
        text = text.rstrip("0").rstrip(".")
    if number_kind(text + unit) in ("int", "float", "quantity"):
        return s.Number(text + unit, value.span)
    reader.report(value.span, "this is no amount", "expected a quantity such as `500m` or `2Gi`")
    return None


def _accelerator(reader: Reader, found: Mapping) -> s.Setting | None:
    value = found.entries.get("accelerator")
    accelerator = reader.mapping(value, "`accelerator`", ("type", "count", "resourceType", "resourceCount"))
    if accelerator is None:
        return None
    entries = accelerator.entries
    kind = reader.text(entries.get("resourceType", entries.get("type")), "the type of an accelerator")
    count = reader.text(entries.get("resourceCount", entries.get("count")), "the count of accelerators")
    if kind is None or count is None:
        return None
    if "{{$" in kind.text + count.text:
        reader.refuse(kind.span, "an accelerator that is a value", "write `gpu` at the step")
        return None
    if number_kind(count.text) != "int":
        reader.report(count.span, "this is no number of accelerators", "expected a whole number")
        return None
    span: Span = found.keys["accelerator"]
    entry = s.Entry(s.Name(kind.text, kind.span), s.Number(count.text, count.span), kind.span)
    return s.Setting(s.Name("gpu", span), s.MapLiteral((entry,), span), span)
