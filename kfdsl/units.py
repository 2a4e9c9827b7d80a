"""Number literals: plain numbers, Kubernetes quantities, durations."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Literal

NumberKind = Literal["int", "float", "quantity", "duration", "unknown"]

QUANTITY_UNITS = {
    "n": Decimal("1e-9"),
    "u": Decimal("1e-6"),
    "m": Decimal("0.001"),
    "k": Decimal(10**3),
    "M": Decimal(10**6),
    "G": Decimal(10**9),
    "T": Decimal(10**12),
    "P": Decimal(10**15),
    "E": Decimal(10**18),
    "Ki": Decimal(2**10),
    "Mi": Decimal(2**20),
    "Gi": Decimal(2**30),
    "Ti": Decimal(2**40),
    "Pi": Decimal(2**50),
    "Ei": Decimal(2**60),
}
"""Units of https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/."""

DURATION_UNITS = {
    "ms": Decimal("0.001"),
    "s": Decimal(1),
    "min": Decimal(60),
    "h": Decimal(3600),
    "d": Decimal(86400),
}

_PLAIN = re.compile(r"[0-9][0-9_]*")
_FLOAT = re.compile(r"[0-9][0-9_]*(?:\.[0-9][0-9_]*)?(?:[eE][+-]?[0-9]+)?")
_QUANTITY = re.compile(
    r"([0-9][0-9_]*(?:\.[0-9]+)?)(" + "|".join(sorted(QUANTITY_UNITS, key=len, reverse=True)) + ")"
)
_DURATION = re.compile(r"(?:([0-9]+(?:\.[0-9]+)?)(ms|min|s|h|d))+")
_PART = re.compile(r"([0-9]+(?:\.[0-9]+)?)(ms|min|s|h|d)")


def number_kind(text: str) -> NumberKind:
    """Tell what a number literal is; `unknown` has a unit that does not exist, or a leading zero."""
    if _PLAIN.fullmatch(text):
        return "int" if len(text) == 1 or text[0] != "0" else "unknown"
    if _FLOAT.fullmatch(text):
        return "float"
    if _DURATION.fullmatch(text):
        return "duration"
    if _QUANTITY.fullmatch(text):
        return "quantity"
    return "unknown"


def seconds(text: str) -> Decimal:
    """Return the seconds of a duration such as `1h30min`."""
    return sum((Decimal(n) * DURATION_UNITS[u] for n, u in _PART.findall(text)), Decimal(0))


def amount(text: str) -> Decimal:
    """Return the value of a quantity such as `500m`, or of a plain number."""
    found = _QUANTITY.fullmatch(text)
    if found:
        return Decimal(found[1].replace("_", "")) * QUANTITY_UNITS[found[2]]
    return Decimal(text.replace("_", ""))


def go_duration(text: str) -> str:
    """Return a duration as Go's `time.ParseDuration` reads it: `30min` is `30m`, `7d` is `168h`."""
    out = []
    for number, unit in _PART.findall(text):
        if unit == "d":
            hours = Decimal(number) * 24
            out.append(f"{hours.normalize():f}h")
        else:
            out.append(number + ("m" if unit == "min" else unit))
    return "".join(out)
