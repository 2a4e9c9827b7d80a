"""The engine: `Engine.run` takes an IR and returns what happened, as the server and Argo would make it happen.

Time is even: what is ready starts at once, and each attempt of a container takes one moment.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import Any

from . import inputs as driver
from .executions import DriverError, Execution
from .inputs import Inputs, RunInfo
from .launcher import Containers, Published
from .pod import Cluster
from .spec import Json, Refused, Spec, Task
from .steps import Steps
from .trace import Node, Run
from .values import TYPES, Value, doubled, kind

__all__ = ["Engine", "Refused", "Run"]


@dataclass
class Engine:
    """A server with its cluster; what a step left in the cache of one run is found in the next."""

    containers: Containers
    root: str
    cluster: Cluster = field(default_factory=Cluster)
    cache: dict[str, Published] | None = None

    def run(self, spec: Spec, arguments: dict[str, Any] | None = None) -> Run:
        """Create a run and wait for its end.

        Raises:
            Refused: the server does not create it.
        """
        spec.check()
        values = {name: doubled(value) for name, value in (arguments or {}).items()}
        _check_arguments(spec, values)
        steps = Steps(spec, self.containers, self.root, self.cluster, self.cache)
        return _Running(spec, steps).started(values)


def _check_arguments(spec: Spec, values: dict[str, Value]) -> None:
    defined = spec.definitions("root", "input", "parameters")
    for name, value in values.items():
        if name not in defined:
            message = f"parameter {name} is not part of the pipeline's inputs"
            raise Refused(message)
        if TYPES[defined[name]["parameterType"]] != kind(value):
            message = f"parameter {name} requires type {defined[name]['parameterType']}, got {kind(value)}"
            raise Refused(message)
        if "literals" in defined[name] and value not in doubled(defined[name]["literals"]):
            message = f"parameter {name}: {value!r} is none of its literals"
            raise Refused(message)
    for name, definition in defined.items():
        if name not in values and not definition.get("isOptional") and "defaultValue" not in definition:
            message = (
                f"parameter {name} is not optional, yet has neither default value nor user provided value"
            )
            raise Refused(message)


@dataclass
class _Running:
    spec: Spec
    steps: Steps
    info: RunInfo = field(default_factory=RunInfo)
    result: Run = field(default_factory=Run)

    def started(self, arguments: dict[str, Value]) -> Run:
        inputs = driver.of_root(self.spec, arguments)
        root = Execution("", None, is_dag=True, parameters=inputs.parameters)
        root.producers = self.producers("root")
        _, succeeded = self.dag("root", root, 0, "")
        self.result.phase = "Succeeded" if succeeded else "Failed"
        return self.result

    def producers(self, component: str) -> dict[str, dict[str, Json]]:
        if self.spec.kind(component) != "dag":
            return {"parameters": {}, "artifacts": {}}
        return {what: self.spec.outputs(component, what) for what in ("parameters", "artifacts")}

    def dag(self, component: str, execution: Execution, start: int, path: str) -> tuple[int, bool]:
        """Run the tasks of a DAG; return its end, and whether it succeeded."""
        dag = self.spec.dag(component)
        waiting = {name: task for name, task in dag.tasks.items() if not task.is_exit}
        ended: dict[str, tuple[int, str]] = {}
        failed_at: int | None = None
        while waiting:
            ready = [task for task in waiting.values() if all(one in ended for one in task.after)]
            if not ready:
                message = f"DAG {component}: its tasks wait for each other: {', '.join(waiting)}"
                raise Refused(message)
            task = min(ready, key=lambda one: max((ended[name][0] for name in one.after), default=start))
            del waiting[task.name]
            begin = max((ended[name][0] for name in task.after), default=start)
            if failed_at is not None and begin >= failed_at:
                ended[task.name] = (begin, "")  # a DAG that has failed starts nothing more
            elif self.waits(task) and any(ended[name][1] != "Succeeded" for name in task.after):
                self.note(task, path, "dag" if task.iterator else self.spec.kind(task.component), "Omitted")
                ended[task.name] = (begin, "Omitted")
            else:
                end, phase = self.task(task, execution, begin, path)
                hook = dag.hooks.get(task.name)
                if hook is not None and phase in {"Succeeded", "Failed"} and self.has_hook(task, path):
                    end = self.task(dag.tasks[hook], execution, end, path)[0]
                ended[task.name] = (end, phase)
                if phase == "Failed" and (failed_at is None or end < failed_at):
                    failed_at = end
        return max((end for end, _ in ended.values()), default=start), failed_at is None

    def waits(self, task: Task) -> bool:
        """Tell whether a task is held back at all: an importer starts at once."""
        return bool(task.iterator) or self.spec.kind(task.component) != "importer"

    def has_hook(self, task: Task, path: str) -> bool:
        """Tell whether the exit task of a task runs: that of a loop, an importer or a claim is dropped."""
        if task.iterator or self.spec.kind(task.component) not in {"dag", "container"}:
            return False
        # A hook belongs to the node behind the driver, which is not there if the driver failed.
        return any(
            node.path == _path(path, task.name) and node.started is not None for node in self.result.nodes
        )

    def note(self, task: Task, path: str, kind: str, phase: str, message: str = "") -> Node:
        node = Node(_path(path, task.name), task, kind, phase, message)
        self.result.nodes.append(node)
        return node

    def task(self, task: Task, parent: Execution, start: int, path: str) -> tuple[int, str]:
        """Run a task whose time has come; return its end and its phase."""
        if task.iterator:
            return self.loop(task, parent, start, path)
        kind = self.spec.kind(task.component)
        node = self.note(task, path, kind, "Running")
        try:
            inputs = driver.resolved(self.spec, task, parent, self.info)
            node.parameters = inputs.parameters
            execution = self.execution(task, parent, inputs)
            if not driver.triggers(task, inputs):
                execution.state = "CANCELED"
                node.phase = "Skipped"
                return start, "Skipped"
            return self.body(task, node, execution, start)
        except DriverError as error:
            node.phase, node.message = "Failed", str(error)
            return start, "Failed"

    def execution(self, task: Task, parent: Execution, inputs: Inputs) -> Execution:
        is_dag = bool(task.iterator) or self.spec.kind(task.component) == "dag"
        made = Execution(task.name, parent, is_dag, parameters=inputs.parameters, artifacts=inputs.artifacts)
        made.producers = self.producers(task.component)
        if self.spec.kind(task.component) == "dag":
            made.expected = len(self.spec.components[task.component]["dag"].get("tasks", {}))
        return made

    def body(self, task: Task, node: Node, execution: Execution, start: int) -> tuple[int, str]:
        match self.spec.kind(task.component):
            case "dag":
                node.started = start
                end, succeeded = self.dag(task.component, execution, start, node.path)
                node.ended, node.phase = end, "Succeeded" if succeeded else "Failed"
            case "container":
                look = partial(driver.parameter, task, dag=execution.dag, run=self.info)
                self.steps.container(task, node, execution, start, look)
            case "importer":
                self.steps.importer(task, node, execution, start)
            case _:
                node.started, node.ended, node.attempts, node.phase = start, start + 1, 1, "Succeeded"
                execution.state = "COMPLETE"
                execution.outputs["name"] = f"claim-{task.name}"
        return (start if node.ended is None else node.ended), node.phase

    def loop(self, task: Task, parent: Execution, start: int, path: str) -> tuple[int, str]:
        node = self.note(task, path, "loop", "Running")
        try:
            inputs = driver.resolved(self.spec, task, parent, self.info)
            node.parameters = dict(inputs.parameters)
            head = self.execution(task, parent, inputs)
            if not driver.triggers(task, inputs):
                head.state = "CANCELED"
                node.phase = "Succeeded"  # what is in it is skipped, the loop itself is not
                return start, "Succeeded"
            head.count = len(driver.loop_items(task, inputs))
        except DriverError as error:
            node.phase, node.message = "Failed", str(error)
            return start, "Failed"
        limit = int(task.raw.get("iteratorPolicy", {}).get("parallelismLimit", 0)) or head.count
        free = [start] * limit
        succeeded = True
        for index in range(head.count):
            free.sort()
            end, phase = self.iteration(task, head, index, free[0], f"{node.path}[{index}]")
            free[0] = end
            succeeded = succeeded and phase != "Failed"
        node.started, node.ended = start, max([start, *free])
        node.phase = "Succeeded" if succeeded else "Failed"
        return node.ended, node.phase

    def iteration(self, task: Task, head: Execution, index: int, start: int, path: str) -> tuple[int, str]:
        kind = self.spec.kind(task.component)
        node = Node(path, task, "iteration" if kind == "dag" else kind)
        self.result.nodes.append(node)
        try:
            inputs = driver.of_iteration(self.spec, task, head, index)
            node.parameters = inputs.parameters
            body = Task(task.name, {**task.raw, "parameterIterator": {}}, task.after)
            execution = self.execution(body, head, inputs)
            execution.index = index
            if not driver.triggers(task, inputs):
                execution.state, node.phase = "CANCELED", "Skipped"
                return start, "Skipped"
            return self.body(task, node, execution, start)
        except DriverError as error:
            node.phase, node.message = "Failed", str(error)
            return start, "Failed"


def _path(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
