"""Folders of artifacts that a loop made: the items put theirs below one key, named by their positions."""

from __future__ import annotations

from kfdsl import ir, kinds
from kfdsl.source import Span
from kfdsl.targets.argo.expressions.wanted import Position, Prefix
from kfdsl.targets.argo.refusal import Refused
from kfdsl.targets.argo.scopes import declared
from kfdsl.targets.argo.scopes.scope import Scope
from kfdsl.targets.argo.scopes.tasks import Home, Task, loops_around
from kfdsl.targets.common import usage


def key(reader: Task | Scope, step: str, output: str, shared: list[Task]) -> str:
    """Return the key below which items put an artifact; `shared` are loops whose item is known."""
    frame = reader.frame if isinstance(reader, Scope) else reader.scope.frame
    home = frame.homes[step]
    span = home.task.span
    prefix = reader.read(Prefix(kinds.DURATION, span)).tag
    positions = [reader.read(Position(task, kinds.DURATION, span)).tag for task in shared]
    own = home.node.name if output == _only_artifact(home) else f"{home.node.name}-{output}"
    return "/".join([prefix, own, *positions])


def key_of(task: Task, step: str, output: str, span: Span) -> str:
    """Return the key below which a reader finds what the items of a loop have put there."""
    node = task.scope.frame.homes[step].node
    while isinstance(node, ir.Group):
        inner = usage.artifact_in(node, output)
        if inner is None:
            break
        step, output = inner.step, inner.output
        node = task.scope.frame.homes[step].node
    if not declared.by_pod(node, output):
        raise Refused(
            span,
            "artifacts of several calls of a pipeline are not gathered on Argo: the pod that writes one names "
            "its place",
            "let a step in the loop take the artifact in and out again, and gather that",
        )
    return key(task, step, output, shared_loops(task, step))


def shared_loops(task: Task, step: str) -> list[Task]:
    """Return the loops that a reader is in together with a step."""
    home = task.scope.frame.homes[step]
    return [
        loop for loop in loops_around(home) if loop.inner is not None and loop.inner.is_around(task.scope)
    ]


def _only_artifact(home: Home) -> str:
    call = home.node.call if isinstance(home.node, ir.Step) else None
    found = (
        [entry.name for entry in call.outputs if kinds.is_artifact(entry.type)]
        if isinstance(call, ir.Body)
        else []
    )
    return found[0] if len(found) == 1 else ""
