"""What steps and groups declare about their outputs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from kfdsl import ir, kinds
from kfdsl.kinds import Kind

FACTS: Final[Mapping[str, str]] = {
    "status": "status",
    "id": "id",
    "started": "startedAt",
    "finished": "finishedAt",
    "host": "hostNodeName",
    "exit_code": "exitCode",
    "ip": "ip",
}
"""What the engine tells of any step, beside its outputs."""


def engine_name(node: ir.Step | ir.Group, output: str) -> str:
    """Return the name that an output has for the engine."""
    if isinstance(node, ir.Step) and isinstance(node.call, ir.Body):
        for entry in node.call.outputs:
            if entry.name == output:
                return str(next((value for key, value in entry.options if key == "name"), output))
    return output


def fact(node: ir.Step | ir.Group, output: str) -> str:
    """Return the engine's word for a fact of a step, such as `exitCode`; empty for declared outputs."""
    if output not in FACTS or any(entry.name == output for entry in _declares(node)):
        return ""
    return FACTS[output]


def _declares(node: ir.Step | ir.Group) -> Sequence[ir.GraphOutput | ir.Output | ir.Input]:
    if isinstance(node, ir.Group):
        return node.outputs
    call = node.call
    if isinstance(call, ir.Body):  # the answer of `approve` is what it takes in
        asked = isinstance(call.run, ir.BuiltIn) and call.run.name == "approve"
        return (*call.outputs, *call.inputs) if asked else call.outputs
    return call.outputs if isinstance(call, ir.Pipeline) else ()


def global_name(node: ir.Step | ir.Group, output: str) -> str:
    """Return the name under which the run knows an output: the author's, or one of the step's."""
    own: object = None
    if isinstance(node, ir.Step) and isinstance(node.call, ir.Body):
        options = next((entry.options for entry in node.call.outputs if entry.name == output), ())
        own = dict(options).get("global")
    return str(own) if own else f"{node.name}-{output}"


def is_stdout(node: ir.Step | ir.Group, output: str) -> bool:
    """Tell whether an output is what the step prints."""
    if isinstance(node, ir.Group) or not isinstance(node.call, ir.Body):
        return False
    return any(
        entry.name == output and (entry.value == "stdout" or is_response(entry.value))
        for entry in node.call.outputs
    )


def is_reference(step: ir.Step) -> bool:
    """Tell whether a step has no template of its own, to which something could be added."""
    call = step.call
    if not isinstance(call, ir.Body):
        return True
    return call.applied is not None or (isinstance(call.run, ir.BuiltIn) and call.run.name == "extern")


def by_pod(node: ir.Step | ir.Group, output: str) -> bool:
    """Tell whether the pod of a step makes an output global itself."""
    return isinstance(node, ir.Step) and not is_reference(node) and not is_stdout(node, output)


def is_response(value: ir.Expr | str | None) -> bool:
    """Tell whether an output is the body of a response, which Argo gives as what a step prints."""
    return isinstance(value, ir.EngineRef) and (value.root, value.path) == ("response", ("body",))


def output_kind(node: ir.Step | ir.Group, output: str) -> Kind:
    """Return the type of an output as its step declares it; for no name that of a record of all."""
    if not output:
        return kinds.MapOf(kinds.JSON)
    if fact(node, output):
        return kinds.INT if output == "exit_code" else kinds.DURATION  # texts of the engine: see `text`
    if isinstance(node, ir.Group):
        return _named(node.outputs, output)
    if isinstance(node.call, ir.Pipeline):
        return _named(node.call.outputs, output)
    if isinstance(node.call, ir.PipelineRef):
        return kinds.UNKNOWN
    return _named(
        (*node.call.outputs, *node.call.inputs), output
    )  # the answer of `approve` is what it takes in


def _named(entries: Sequence[ir.GraphOutput | ir.Output | ir.Input], name: str) -> Kind:
    return next((entry.type for entry in entries if entry.name == name), kinds.UNKNOWN)
