"""An IR as the backend sees it when a run is created: components, tasks, edges, hooks."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeAlias

import yaml

Json: TypeAlias = dict[str, Any]

EXIT = "ALL_UPSTREAM_TASKS_COMPLETED"
DRIVER_ONLY = frozenset({"argostub/createpvc", "argostub/deletepvc"})
"""Images that stand for claims, which the driver itself makes."""


class Refused(Exception):  # noqa: N818  # what the server says, not what went wrong here
    """No run is created."""


@dataclass(frozen=True)
class Task:
    """A task of a DAG; `after` are all tasks that it waits for."""

    name: str
    raw: Json
    after: tuple[str, ...]

    @property
    def component(self) -> str:
        """The name of what it runs."""
        return str(self.raw["componentRef"]["name"])

    @property
    def display(self) -> str:
        """The name that people see."""
        return str(self.raw.get("taskInfo", {}).get("name", self.name))

    @property
    def condition(self) -> str:
        """The CEL that must hold, or nothing."""
        return str(self.raw.get("triggerPolicy", {}).get("condition", ""))

    @property
    def is_exit(self) -> bool:
        """Whether it becomes a hook."""
        return bool(self.raw.get("triggerPolicy", {}).get("strategy") == EXIT)

    @property
    def iterator(self) -> Json:
        """What it is repeated for, or nothing."""
        return dict(self.raw.get("parameterIterator", {}))

    def inputs(self, what: str) -> dict[str, Json]:
        """Return its `parameters` or `artifacts`."""
        return dict(self.raw.get("inputs", {}).get(what, {}))


@dataclass(frozen=True)
class Dag:
    """The tasks of a component by name; `hooks`: the exit task that runs when a task has ended."""

    tasks: dict[str, Task]
    hooks: dict[str, str]


@dataclass
class Spec:
    """A pipeline, and what it says of Kubernetes."""

    pipeline: Json
    platform: Json = field(default_factory=dict)

    @cached_property
    def components(self) -> dict[str, Json]:
        """All components by name, with `root`."""
        return {**self.pipeline.get("components", {}), "root": self.pipeline["root"]}

    def executor(self, component: str) -> Json:
        """Return the executor of a component that is no DAG.

        Raises:
            Refused: there is none that the backend can run.
        """
        label = self.components[component].get("executorLabel", "")
        found: Json = self.pipeline.get("deploymentSpec", {}).get("executors", {}).get(label, {})
        if not {"container", "importer"} & found.keys():
            message = f"component {component}: no executor {label!r} that is a container or an importer"
            raise Refused(message)
        return found

    def kubernetes(self, component: str) -> Json:
        """Return the settings of Kubernetes of a component."""
        label = self.components[component].get("executorLabel", "")
        deployment = self.platform.get("platforms", {}).get("kubernetes", {}).get("deploymentSpec", {})
        return dict(deployment.get("executors", {}).get(label, {}))

    def kind(self, component: str) -> str:
        """Return `dag`, `container`, `importer` or `driver`, which is run by the driver alone."""
        if "dag" in self.components[component]:
            return "dag"
        executor = self.executor(component)
        if "importer" in executor:
            return "importer"
        return "driver" if executor["container"].get("image") in DRIVER_ONLY else "container"

    def definitions(self, component: str, side: str, what: str) -> dict[str, Json]:
        """Return the `parameters` or `artifacts` among the `input` or `output` definitions."""
        return dict(self.components[component].get(f"{side}Definitions", {}).get(what, {}))

    def outputs(self, component: str, what: str) -> dict[str, Json]:
        """Return where the outputs of a DAG come from."""
        return dict(self.components[component]["dag"].get("outputs", {}).get(what, {}))

    def dag(self, component: str) -> Dag:
        """Return the DAG of a component, checked.

        Raises:
            Refused: a task cannot be compiled.
        """
        raw: dict[str, Json] = self.components[component]["dag"].get("tasks", {})
        tasks = {name: Task(name, raw[name], _after(name, raw)) for name in sorted(raw)}
        hooks: dict[str, str] = {}
        for task in tasks.values():
            self._check(component, task)
            if task.is_exit:
                hooks |= dict.fromkeys(task.after, task.name)
        if all(task.is_exit for task in tasks.values()):
            message = f"DAG {component} must contain one or more non-exit tasks"
            raise Refused(message)
        return Dag(tasks, hooks)

    def check(self) -> None:
        """Compile everything that the root reaches.

        Raises:
            Refused: a part cannot be compiled.
        """
        begun: set[str] = set()
        loops: set[str] = set()

        def visit(component: str, outer: frozenset[str]) -> None:
            if component in outer:
                message = f"component {component} contains itself"
                raise Refused(message)
            if component in begun or self.kind(component) != "dag":
                return
            begun.add(component)
            for task in self.dag(component).tasks.values():
                if task.iterator and task.component in loops:
                    message = f"the template of the loop over {task.component} already exists"
                    raise Refused(message)
                loops.update([task.component] if task.iterator else [])
                visit(task.component, outer | {component})

        visit("root", frozenset())

    def _check(self, component: str, task: Task) -> None:
        where = f"task {task.name} of {component}"
        if task.raw.get("componentRef", {}).get("name") not in self.components:
            message = f"{where}: its component is not found"
            raise Refused(message)
        if "artifactIterator" in task.raw:
            message = f"{where}: artifact iterator not implemented yet"
            raise Refused(message)
        if self.kind(task.component) == "importer" and task.condition:
            message = f"{where}: triggerPolicy.condition on importer task is not supported"
            raise Refused(message)


def _after(name: str, tasks: dict[str, Json]) -> tuple[str, ...]:
    """Return what a task waits for: what it says, then whose outputs it reads."""
    raw = tasks[name]
    found = list(raw.get("dependentTasks", []))
    for what, key in (("parameters", "taskOutputParameter"), ("artifacts", "taskOutputArtifact")):
        for _, source in sorted(raw.get("inputs", {}).get(what, {}).items()):
            producer = source.get(key, {}).get("producerTask")
            if producer is not None and producer not in found:
                found.append(producer)
    for one in found:
        if one not in tasks or tasks[one].get("triggerPolicy", {}).get("strategy") == EXIT:
            message = f"task {name}: unknown producer task {one!r} in DAG"
            raise Refused(message)
    return tuple(found)


def read(text: str) -> Spec:
    """Return the IR in one or two YAML documents."""
    documents = [document for document in yaml.safe_load_all(text) if document]
    pipeline = next(one for one in documents if "pipelineInfo" in one)
    return Spec(pipeline, next((one for one in documents if "platforms" in one), {}))
