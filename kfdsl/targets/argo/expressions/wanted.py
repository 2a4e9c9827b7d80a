"""What can be asked for where values are read: references of the author, and what only this target needs."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from kfdsl import ir
from kfdsl.kinds import Kind
from kfdsl.node import Node

if TYPE_CHECKING:
    from kfdsl.source import Span
    from kfdsl.targets.argo.scopes.tasks import Task

Wanted: TypeAlias = "ir.Expr | Position | Prefix | Status | Ended"


class Position(Node):
    """The position of an item, six digits, in the loop of a task."""

    task: Task
    type: Kind
    span: Span


class Ended(Node):
    """How a step has ended, for those that stand in a loop behind it."""

    step: str
    type: Kind
    span: Span


class Status(Node):
    """How a task around a part of its DAG has ended."""

    task: Task
    type: Kind
    span: Span


class Prefix(Node):
    """The key below which a pipeline keeps the artifacts that it gathers."""

    type: Kind
    span: Span
