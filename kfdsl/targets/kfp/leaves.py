"""Containers: the component, the executor and the platform settings of a step with a body."""

from __future__ import annotations

from kfdsl import ir, kinds
from kfdsl.targets.kfp import commands, importers, no_field, patches, products, scripts, settings, sizes
from kfdsl.targets.kfp.dag import Task
from kfdsl.targets.kfp.findings import Findings
from kfdsl.targets.kfp.leaf import Leaf
from kfdsl.targets.kfp.refusal import Refused
from kfdsl.targets.kfp.types import Object


def fill(task: Task, body: ir.Body, step: ir.Step, findings: Findings) -> None:
    """Give a task the component, executor and settings of its step."""
    if isinstance(body.run, ir.BuiltIn):
        if not importers.is_load(body):
            raise no_field.built_in(body.run)
        importers.fill(task, body.run, step, findings)
        return
    leaf = Leaf(task, body, step, findings)
    no_field.of_entries(body, findings)
    leaf.bind_inputs()
    products.add_metadata(leaf)
    made: Object = {}
    findings.attempt(lambda: made.update(_runs(leaf)))
    settings.apply(leaf, made)
    findings.attempt(lambda: sizes.check(made, leaf))
    task.executor = {"container": made}
    task.component = leaf.definition()
    task.patches = patches.of_body(body, task.dag.frame.pipeline)
    if task.patches:
        patches.others(task.patches, findings)
        for word, part in (
            ("task", {}),  # for its mistakes: it is merged into the whole task
            ("component", task.component),
            ("executor", task.executor),
            ("platform", task.platform),
        ):
            patches.of_step(task.patches, word, part, step.span, findings)
    if body.shared and step.settings == body.settings:
        task.component_name = body.name
    elif task.dag.frame.parent is None:
        task.component_name = step.name
    else:  # a step of a called pipeline: other pipelines may have one of that name
        task.component_name = f"{task.dag.frame.pipeline.name}-{step.name}"


def _runs(leaf: Leaf) -> Object:
    match leaf.body.run:
        case ir.Command() as run:
            return commands.container(run, leaf)
        case ir.Script() as script:
            return scripts.container(script, leaf)
        case ir.Containers(_, span):
            raise Refused(
                span,
                "a step is one container on Kubeflow",
                "run them in one, or as steps that pass artifacts on",
            )
        case _:
            return {}


__all__ = ["fill", "kinds"]
