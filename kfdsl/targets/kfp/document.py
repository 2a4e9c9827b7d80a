"""The document: components and executors collected from the DAGs, each named once and shared where equal."""

from __future__ import annotations

import json
from typing import Final

from kfdsl.targets.kfp import names, patches
from kfdsl.targets.kfp.dag import AFTER_ALL, Dag, Task
from kfdsl.targets.kfp.findings import Findings
from kfdsl.targets.kfp.leaf import interface
from kfdsl.targets.kfp.types import Object, definition

APART: Final = "KFDSL_COMPONENT"
"""The variable that tells containers apart that are equal but belong to components with other interfaces."""


class Document:
    """Components, executors and platform settings by name."""

    __slots__ = ("components", "executors", "findings", "interfaces", "platform", "seen", "taken")

    def __init__(self, pipeline: str, findings: Findings) -> None:
        """Begin without components; none gets the pipeline's name: the SDK would take it for the whole."""
        self.findings = findings
        self.components: dict[str, Object] = {}
        self.executors: dict[str, Object] = {}
        self.interfaces: dict[str, str] = {}
        self.platform: dict[str, Object] = {}
        self.seen: dict[str, str] = {}
        self.taken = {pipeline}

    def dag(self, dag: Dag) -> Object:
        """Return the component of a DAG; the components of its tasks are collected."""
        made: Object = {"dag": {"tasks": {name: self.task(task) for name, task in dag.tasks.items()}}}
        if dag.outputs:
            sections = interface(
                [(name, value, "artifactSelectors" in value) for name, value in dag.outputs.items()]
            )
            made["dag"] = made["dag"] | {"outputs": sections}  # type: ignore[operator]  # an object
        inputs = interface([(name, one, artifact) for name, (one, artifact) in dag.inputs.items()])
        if inputs:
            made["inputDefinitions"] = inputs
        outputs = [
            (name, definition(kind, dag.output_docs[name]), "artifactSelectors" in dag.outputs[name])
            for name, kind in dag.output_kinds.items()
        ]
        if outputs:
            made["outputDefinitions"] = interface(outputs)
        return made

    def task(self, task: Task) -> Object:
        """Return a task; its component is collected."""
        made: Object = {"componentRef": {"name": self.component(task)}}
        made |= {"taskInfo": {"name": task.name}} | task.fields
        if task.depends:
            made["dependentTasks"] = sorted(task.depends)
        inputs: Object = {"artifacts": task.artifacts} if task.artifacts else {}
        if task.parameters:
            inputs["parameters"] = task.parameters
        if inputs:
            made["inputs"] = inputs
        if task.iterator:
            items = task.iterator.get("items")
            artifacts = isinstance(items, dict) and "inputArtifact" in items
            made["artifactIterator" if artifacts else "parameterIterator"] = task.iterator
        if task.condition:
            made["triggerPolicy"] = {"condition": task.condition}
        if task.strategy:
            made["triggerPolicy"] = {"strategy": AFTER_ALL}
        if task.patches:
            patches.of_step(task.patches, "task", made, task.span, self.findings)
        return made

    def component(self, task: Task) -> str:
        """Collect the component of a task; return its name."""
        if task.inner is not None:
            return self._kept(task, self.dag(task.inner), None)
        return self._kept(task, dict(task.component or {}), task.executor)

    def _kept(self, task: Task, made: Object, executor: Object | None) -> str:
        key = json.dumps([made, executor, task.platform], ensure_ascii=False)
        known = self.seen.get(key)
        if known is not None and not task.iterator:
            return known
        label = names.label(task.component_name)
        if label in self.taken:  # named by where it is, not by how many there are
            label = names.free(_place(task), self.taken)
        self.taken.add(label)
        name = f"comp-{label}"
        self.components[name] = made
        if executor is not None:
            made["executorLabel"] = f"exec-{label}"
            self.executors[f"exec-{label}"] = self._told_apart(executor, made, label)
            if task.platform:
                self.platform[f"exec-{label}"] = task.platform
        if not task.iterator:
            self.seen[key] = name
        return name

    def _told_apart(self, executor: Object, made: Object, label: str) -> Object:
        """Return an executor that no component with another interface has: the backend knows it by its container."""
        container = executor.get("container")
        if not isinstance(container, dict):
            return executor
        interface_of = json.dumps({k: v for k, v in made.items() if k != "executorLabel"}, ensure_ascii=False)
        if self.interfaces.setdefault(json.dumps(container), interface_of) == interface_of:
            return executor
        env = container.get("env")
        apart = {"name": APART, "value": label}
        return {"container": container | {"env": [*(env if isinstance(env, list) else ()), apart]}}


def _place(task: Task) -> str:
    """Return a name that says where a task is: in which group, else in which pipeline."""
    dag = task.dag
    around = dag.name if dag is not dag.frame.root else dag.frame.pipeline.name
    return names.label(around if around.endswith(f"-{task.name}") else f"{around}-{task.name}")
