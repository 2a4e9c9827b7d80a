"""What of a pipeline is read elsewhere: gathered outputs, outputs in handlers of the run, calls of itself."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Final

from kfdsl import ir, kinds
from kfdsl.node import Node


class Usage:
    """What is read from elsewhere.

    `gathered` are outputs read as `step.*.x` (None for `step.*`), `handled` those that its handlers read,
    `watched` all steps that any handler reads, `read` all outputs that anything reads; `gathers_files` tells
    that artifacts are gathered.
    """

    __slots__ = ("gathered", "gathers_files", "handled", "read", "watched")

    def __init__(self, pipeline: ir.Pipeline) -> None:
        """Look through a pipeline once."""
        self.gathered: dict[str, set[str | None]] = {}
        self.handled: set[tuple[str, str]] = set()
        self.watched: set[str] = set()
        self.read: set[tuple[str, str | None]] = set()
        self.gathers_files = False
        for found in nodes((pipeline.graph, pipeline.outputs, pipeline.handlers)):
            match found:
                case ir.EachRef(step, output, kind):
                    self.gathered.setdefault(step, set()).add(output)
                    self.read.add((step, output))
                    self.gathers_files = self.gathers_files or kinds.is_artifact(kind)
                case ir.ItemOutputRef(step, _, output, item, kind):
                    wanted = (
                        output if not item or kinds.is_artifact(kind) else None
                    )  # found by its item in a record
                    self.gathered.setdefault(step, set()).add(wanted)
                    self.read.add((step, wanted))
                    self.gathers_files = self.gathers_files or kinds.is_artifact(kind)
                case ir.OutputRef(step, output):
                    self.read.add((step, output))
                case ir.Handler():
                    self.watched.update(
                        ref.step for ref in nodes(found.graph) if isinstance(ref, ir.OutputRef)
                    )
                case _:
                    pass
        if self.gathers_files:
            self._look_through(pipeline)
        for ref in nodes(pipeline.handlers):
            if isinstance(ref, ir.OutputRef):
                self.handled.add((ref.step, ref.output))

    def _look_through(self, pipeline: ir.Pipeline) -> None:
        """Take the outputs of groups that are gathered for those of the steps in them."""
        groups = [found for found in nodes(pipeline.graph) if isinstance(found, ir.Group)]
        for group in groups:  # outer ones come first
            for output in self.gathered.get(group.name, set()):
                inner = artifact_in(group, output)
                if inner is not None:
                    self.gathered.setdefault(inner.step, set()).add(inner.output)


def artifact_in(group: ir.Group, output: str | None) -> ir.OutputRef | None:
    """Return the output of a step that an artifact of a group is."""
    for entry in group.outputs:
        if entry.name == output and kinds.is_artifact(entry.type) and isinstance(entry.value, ir.OutputRef):
            return entry.value
    return None


def nodes(root: object) -> Iterator[Node]:
    """Yield all nodes inside a part of a pipeline, those of called components and pipelines left out."""
    stack = [root]
    while stack:
        item = stack.pop()
        cls = type(item)
        if cls is tuple:
            stack.extend(item)  # type: ignore[arg-type]  # just checked
        elif cls is ir.Settings:
            stack.extend(item.values.values())  # type: ignore[attr-defined]  # the same
        elif isinstance(item, Node) and cls is not ir.Pipeline:
            yield item
            if not (isinstance(item, ir.Body) and item.shared):
                stack.extend([getattr(item, field) for field in _fields(cls)])  # type: ignore[arg-type]  # a Node


@cache
def _fields(cls: type[Node]) -> tuple[str, ...]:
    """Return the fields of a class in which expressions may be."""
    return tuple(field for field in cls.__match_args__ if field not in _WITHOUT)  # type: ignore[attr-defined]  # of NodeMeta


_WITHOUT: Final = frozenset(
    [
        "span",
        "name_span",
        "type",
        "name",
        "doc",
        "default_value",
        "operator",
        "function",
        "step",
        "output",
        "field",
        "root",
        "path",
        "needs",
        "after",
        "text",
        "event",
        "patches",
        "resources",
        "options",
        "kind",
        "recursive",
        "shared",
        "anonymous",
        "value_type",
        "origin",
        "interpreter",
    ],
)


def calls(pipeline: ir.Pipeline) -> Iterator[ir.Pipeline | ir.PipelineRef]:
    """Yield what the steps of a pipeline call, handlers' included."""
    waiting: list[ir.Graph] = [pipeline.graph] if pipeline.graph is not None else []
    waiting += [handler.graph for handler in pipeline.handlers]
    while waiting:
        for node in waiting.pop().nodes:
            if isinstance(node, ir.Choice):
                waiting += [graph for _, graph in node.branches]
                continue
            waiting += [handler.graph for handler in node.handlers]
            if isinstance(node, ir.Group):
                waiting.append(node.graph)
            elif isinstance(node.call, (ir.Pipeline, ir.PipelineRef)):
                yield node.call


def is_recursive(pipeline: ir.Pipeline) -> bool:
    """Tell whether a pipeline calls itself, directly or not."""
    stack, seen = [pipeline], set()
    while stack:
        for call in calls(stack.pop()):
            if call.name == pipeline.name and isinstance(call, ir.PipelineRef):
                return True
            if isinstance(call, ir.Pipeline) and call.name not in seen:
                seen.add(call.name)
                stack.append(call)
    return False
