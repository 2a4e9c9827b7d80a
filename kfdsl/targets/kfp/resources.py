"""Resources of a container, in both generations of fields: numbers for older servers, texts for newer ones."""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from typing import Final

from kfdsl import ir, units
from kfdsl.functions import text_of
from kfdsl.targets.common.constants import NotConstant, constant
from kfdsl.targets.kfp import values
from kfdsl.targets.kfp.leaf import Leaf
from kfdsl.targets.kfp.refusal import Refused
from kfdsl.targets.kfp.types import Object

NVIDIA: Final = "nvidia.com/gpu"
_GIGA: Final = Decimal(10**9)
_BINARY: Final = ("Ei", "Pi", "Ti", "Gi", "Mi", "Ki", "")
_DECIMAL: Final = ("E", "P", "T", "G", "M", "")
"""Units that both the SDK and Kubernetes take: thousands are `K` for the one and `k` for the other."""


def of_container(own: ir.Settings, leaf: Leaf) -> Object:
    """Return the resources of a step."""
    made: Object = {}
    for name, field in (("cpu", "Cpu"), ("memory", "Memory")):
        value = own.get(name)
        if isinstance(value, ir.RangeExpr):
            for side, amount in (("Request", value.low), ("Limit", value.high)):
                if amount is not None:
                    leaf.findings.attempt(partial(_amount, made, f"{field}{side}", amount, name, leaf))
    gpu = own.expr("gpu")
    if gpu is not None:
        leaf.findings.attempt(lambda: made.update({"accelerator": _accelerator(gpu, leaf)}))
    return made


def _amount(made: Object, field: str, amount: ir.Expr, name: str, leaf: Leaf) -> None:
    """Add one amount: a number and a text; one that only the run knows has no number."""
    value = constant(amount)
    if isinstance(value, NotConstant):
        made[f"resource{field}"] = values.field(amount, leaf, f"`{name}`")
        return
    found = units.amount(text_of(value))
    text = cpu(found, amount) if name == "cpu" else memory(found, text_of(value), amount)
    number = found if name == "cpu" else found / _GIGA
    made[f"{field[0].lower()}{field[1:]}"] = float(number)
    made[f"resource{field}"] = text


def cpu(amount: Decimal, place: ir.Expr) -> str:
    """Return a number of cores as the SDK takes it: a number, or thousandths."""
    thousandths = amount * 1000
    if thousandths != int(thousandths):
        raise Refused(place.span, "Kubeflow counts `cpu` in thousandths: the least is `1m`")
    return str(int(amount)) if amount == int(amount) else f"{int(thousandths)}m"


def memory(amount: Decimal, written: str, place: ir.Expr) -> str:
    """Return a number of bytes as the SDK takes it: a whole number in the largest unit of its kind."""
    if amount != int(amount):
        raise Refused(place.span, "Kubeflow counts `memory` in whole bytes")
    for unit in _BINARY if written.endswith("i") else _DECIMAL:
        size = units.QUANTITY_UNITS[unit] if unit else Decimal(1)
        if amount % size == 0:
            break
    return f"{int(amount / size)}{unit}"


def _accelerator(gpu: ir.Expr, leaf: Leaf) -> Object:
    kinds = gpu.entries if isinstance(gpu, ir.MapExpr) else ((NVIDIA, gpu),)
    if len(kinds) != 1:
        raise Refused(gpu.span, "a step has one kind of accelerator on Kubeflow", "name one of them")
    ((kind, count),) = kinds
    made: Object = {"resourceType": kind, "resourceCount": values.field(count, leaf, "`gpu`")}
    value = constant(count)
    if not isinstance(value, NotConstant):
        made = {"type": kind, "count": text_of(value)} | made
    return made
