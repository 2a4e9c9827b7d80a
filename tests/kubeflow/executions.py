"""What the metadata store of the backend knows of a run: executions, their states, and how a DAG gets its own."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .spec import Json
from .values import Value


class DriverError(Exception):
    """A driver that failed."""


class DriverCrashError(DriverError):
    """A driver that ended by a panic, which no later part of it handles."""


@dataclass
class Artifact:
    """An artifact, or what will become one."""

    uri: str
    type: Json
    metadata: dict[str, Value] = field(default_factory=dict)
    path: str = ""

    def json(self) -> Json:
        """Return it as `{{$}}` shows it."""
        return {"name": "1", "uri": self.uri, "type": self.type, "metadata": self.metadata}


@dataclass(eq=False)
class Execution:
    """An execution: of a DAG, of one iteration of a loop, or of a container (or an importer, or a claim).

    `state` is MLMD's: RUNNING, COMPLETE, FAILED, CACHED, or CANCELED for a condition that did not hold.
    `producers` are the DAG's outputs by `parameters` and `artifacts`; `expected` the number of its tasks.
    """

    name: str
    parent: Execution | None
    is_dag: bool
    state: str = "RUNNING"
    index: int | None = None
    count: int | None = None
    expected: int = 0
    parameters: dict[str, Value] = field(default_factory=dict)
    artifacts: dict[str, list[Artifact]] = field(default_factory=dict)
    producers: dict[str, dict[str, Any]] = field(default_factory=dict)
    outputs: dict[str, Value] = field(default_factory=dict)
    output_artifacts: dict[str, Artifact] = field(default_factory=dict)
    children: list[Execution] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Let its DAG know it."""
        if self.parent is not None:
            self.parent.children.append(self)

    @property
    def dag(self) -> Execution:
        """The DAG that it is in."""
        return self.parent or self

    def key(self, name: str, index: int | None = None) -> str:
        """Return the key of a task of this DAG in `tasks`."""
        return f"{name}_{id(self)}" + ("" if index is None else f"_idx_{index}")

    def tasks(self) -> dict[str, Execution]:
        """Return the tasks in a DAG and below by key; those of an iteration have its index in their keys.

        Raises:
            DriverError: two executions of one DAG have one name, as an exit task that ran twice has.
        """
        found: dict[str, Execution] = {}
        for child in self.children:
            key = self.key(child.name, self.index if child.index is None else child.index)
            if key in found:
                message = f"two tasks have the same task name {child.name!r}"
                raise DriverError(message)
            found[key] = child
        for child in self.children:
            if child.is_dag:
                found |= child.tasks()
        return found

    def received(self) -> dict[str, list[Artifact]]:
        """Return the artifacts that tasks of this DAG can read: one of each name, and one name of each."""
        names = {one.uri: name for name, artifacts in self.artifacts.items() for one in artifacts}
        return {
            name: [artifacts[-1]]
            for name, artifacts in self.artifacts.items()
            if artifacts and names[artifacts[-1].uri] == name
        }

    def update_dag(self) -> None:
        """Let the DAG of a container that has ended look at its state."""
        if self.parent is not None:
            self.parent.update()

    def update(self) -> None:
        """Set the state of a DAG by those of its tasks, as a launcher does at its end, and so upwards."""
        if not self.expected and self.count is None:
            return
        ended = [child.state for child in self.children]
        if sum(state in {"COMPLETE", "CACHED", "CANCELED"} for state in ended) == (
            self.expected if self.count is None else self.count
        ):
            self.state = "COMPLETE"
        elif "FAILED" in ended:
            self.state = "FAILED"
        else:
            return
        self.update_dag()
