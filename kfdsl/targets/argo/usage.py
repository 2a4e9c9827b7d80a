"""What of a pipeline is read elsewhere: gathered outputs, outputs in handlers of the run, calls of itself."""

from __future__ import annotations

from collections.abc import Iterator

from kfdsl import ir
from kfdsl.node import Node


class Usage:
    """`gathered` are outputs read as `step.*.x` (None for `step.*`); `handled` those read in handlers of the run.

    `watched` are all steps that any handler reads.
    """

    __slots__ = ("gathered", "handled", "watched")

    def __init__(self, pipeline: ir.Pipeline) -> None:
        """Look through a pipeline once."""
        self.gathered: dict[str, set[str | None]] = {}
        self.handled: set[tuple[str, str]] = set()
        self.watched: set[str] = set()
        for found in nodes((pipeline.graph, pipeline.outputs, pipeline.handlers)):
            match found:
                case ir.EachRef(step, output):
                    self.gathered.setdefault(step, set()).add(output)
                case ir.ItemOutputRef(step, _, output):
                    self.gathered.setdefault(step, set()).add(output)
                case ir.Handler():
                    self.watched.update(ref.step for ref in nodes(found.graph) if isinstance(ref, ir.OutputRef))
        for ref in nodes(pipeline.handlers):
            if isinstance(ref, ir.OutputRef):
                self.handled.add((ref.step, ref.output))


def nodes(root: object) -> Iterator[Node]:
    """Yield all nodes inside, but not what is inside components and called pipelines: it reads no step of this one."""
    stack = [root]
    while stack:
        item = stack.pop()
        if isinstance(item, tuple):
            stack.extend(item)
        elif isinstance(item, ir.Settings):
            stack.extend(item.values.values())
        elif isinstance(item, Node) and not isinstance(item, ir.Pipeline):
            yield item
            if not (isinstance(item, ir.Body) and item.shared):
                stack.extend(getattr(item, field) for field in item._compared)


def calls(pipeline: ir.Pipeline) -> Iterator[ir.Pipeline | ir.PipelineRef]:
    """Yield what the steps of a pipeline call, handlers' included."""
    for found in nodes((pipeline.graph, pipeline.handlers)):
        if isinstance(found, ir.Step) and isinstance(found.call, (ir.Pipeline, ir.PipelineRef)):
            yield found.call


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
