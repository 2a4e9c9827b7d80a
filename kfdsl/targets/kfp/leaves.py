"""Containers: the component, the executor and the platform settings of a step with a body."""

from __future__ import annotations

from kfdsl import ir, kinds
from kfdsl.targets.kfp import argv, products, scripts, settings
from kfdsl.targets.kfp.dag import Task
from kfdsl.targets.kfp.findings import Findings
from kfdsl.targets.kfp.leaf import Leaf
from kfdsl.targets.kfp.refusal import Refused
from kfdsl.targets.kfp.types import Object


def fill(task: Task, body: ir.Body, step: ir.Step, findings: Findings) -> None:
    """Give a task the component, executor and settings of its step."""
    leaf = Leaf(task, body, step, findings)
    leaf.bind_inputs()
    products.add_metadata(leaf)
    task.executor = _executor(leaf)
    task.component = leaf.definition()
    task.component_name = body.name if body.shared and step.settings == body.settings else step.name


def _executor(leaf: Leaf) -> Object:
    match leaf.body.run:
        case ir.Command() as run:
            made = argv.container(run, leaf)
        case ir.Script() as script:
            made = scripts.container(script, leaf)
        case ir.BuiltIn(name, _, span):
            raise Refused(span, f"`{name}` does not exist on Kubeflow")
        case ir.Containers(_, span):
            raise Refused(span, "a step is one container on Kubeflow")
        case None:
            made = {}
    if leaf.body.sidecars:
        raise Refused(leaf.body.sidecars[0].span.head, "Kubeflow has no sidecars")
    settings.apply(leaf, made)
    return {"container": made}


__all__ = ["fill", "kinds"]
