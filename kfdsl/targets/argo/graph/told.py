"""Outputs that handlers of the run read: they are global ones, since nothing else reaches `onExit`.

A pod makes its outputs global when it ends. A DAG makes global what its tasks have given once it has succeeded
itself; so what a DAG gives (a pipeline that is called, a group, a step whose output is what it prints) stands
alone in a DAG, which ends with it. Artifacts that a DAG gives are never global.
"""

from __future__ import annotations

from kfdsl import ir, kinds
from kfdsl.targets.argo.scopes import declared
from kfdsl.targets.argo.scopes.scope import Scope
from kfdsl.targets.common.usage import Usage


def outputs_of(node: ir.Step | ir.Group, usage: Usage) -> list[str]:
    """Return the outputs of a step or group that need a DAG to become global."""
    if node.loop is not None:
        return []
    return sorted(
        output
        for step, output in usage.handled
        if step == node.name
        and not declared.by_pod(node, output)
        and not declared.fact(node, output)
        and not kinds.is_artifact(declared.output_kind(node, output))
    )


def tell(scope: Scope, step: str) -> None:
    """Make the outputs global that a DAG gives of the step that it runs alone."""
    home = scope.frame.homes[step]
    for output in outputs_of(home.node, scope.frame.usage):
        own, _ = scope.give(home, output)
        scope.outputs[own]["globalName"] = declared.global_name(home.node, output)
