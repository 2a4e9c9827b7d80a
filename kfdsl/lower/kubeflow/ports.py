"""Inputs and outputs of an imported component: what the language and Kubeflow call them, and their types."""

from __future__ import annotations

from collections.abc import Mapping

from kfdsl import syntax as s
from kfdsl.node import Node
from kfdsl.source import Span

VALUES: Mapping[str, str] = {
    "STRING": "string",
    "NUMBER_INTEGER": "int",
    "NUMBER_DOUBLE": "float",
    "BOOLEAN": "bool",
    "LIST": "list",
    "STRUCT": "map",
}
"""Types of parameters of Kubeflow as those of the language; lists and maps are of `json`."""


class Port(Node):
    """An input or output.

    `key` is its name in the file, which the language may not be able to write.
    `kind` is the type of a value, or empty for an artifact.
    """

    name: str
    key: str
    kind: str
    optional: bool
    span: Span


class Ports(Node):
    """The inputs and outputs of a component by the names that Kubeflow has for them."""

    inputs: Mapping[str, Port]
    outputs: Mapping[str, Port]


def value_type(kind: str, span: Span, members: tuple[s.Expression, ...] = ()) -> s.Type:
    """Return the type of a value; `members` are those of an enum."""
    if members:
        return s.EnumType(members, span)
    if kind in ("list", "map"):
        return s.GenericType(kind, s.TypeName("json", span), span)
    return s.TypeName(kind, span)
