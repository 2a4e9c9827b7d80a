"""What a run did: `Run` and its `Node`s, with the questions that the tests of the cluster ask of theirs."""

from __future__ import annotations

from dataclasses import dataclass, field

from .spec import Json, Task
from .values import Value, plain, text


@dataclass(eq=False)
class Node:
    """A task as it ran, or why it did not.

    `kind`: dag, loop, iteration, container, importer or driver; `phase`: Succeeded, Failed, Skipped, Omitted.
    `started` and `ended` are moments of an even time, in which each container takes one.
    """

    path: str
    task: Task
    kind: str
    phase: str = "Running"
    message: str = ""
    started: int | None = None
    ended: int | None = None
    cached: bool = False
    attempts: int = 0
    parameters: dict[str, Value] = field(default_factory=dict)
    outputs_: dict[str, Value] = field(default_factory=dict)
    artifacts: dict[str, str] = field(default_factory=dict)
    log: str = ""

    @property
    def name(self) -> str:
        """The name of its task."""
        return self.task.name

    @property
    def ran(self) -> bool:
        """Whether a container started, or was spared by the cache."""
        return self.attempts > 0 or self.cached

    @property
    def inputs(self) -> dict[str, str]:
        """The values that arrived, as texts."""
        return {name: text(value) for name, value in self.parameters.items()}

    @property
    def outputs(self) -> dict[str, str]:
        """The values that it left behind, as texts."""
        return {name: text(value) for name, value in self.outputs_.items()}


class Run:
    """A run that has ended; `phase` is that of its Argo workflow."""

    def __init__(self) -> None:
        """Begin without nodes."""
        self.phase = "Running"
        self.message = ""
        self.nodes: list[Node] = []

    def nodes_named(self, name: str) -> tuple[Node, ...]:
        """Return the nodes of a task's name, shown or real; of copies of a step, those that ran."""
        found = tuple(node for node in self.nodes if name in {node.task.display, node.name})
        return tuple(node for node in found if self._inside(node)) or found

    def node(self, name: str) -> Node:
        """Return the one node of a name.

        Raises:
            LookupError: there is none, or several.
        """
        found = self.nodes_named(name)
        outer = [
            node for node in found if not any(_within(node, other) for other in found if other is not node)
        ]
        if len(outer) != 1:
            message = f"{len(outer)} nodes named {name!r}\n{self.table()}"
            raise LookupError(message)
        return outer[0]

    def pods(self, name: str) -> tuple[Node, ...]:
        """Return the containers that really ran under a name, one that was tried again so many times."""
        return tuple(node for node in self._steps(name) for _ in range(max(1, node.attempts)))

    def ran(self, name: str) -> bool:
        """Tell whether anything ran under a name."""
        return bool(self.pods(name))

    def order(self, first: str, second: str) -> bool:
        """Tell whether all under `first` had ended when anything under `second` started."""
        ends = [pod.ended for pod in self.pods(first)]
        starts = [pod.started for pod in self.pods(second)]
        if not ends or not starts:
            return False
        return all(e is not None and s is not None and e <= s for e in ends for s in starts)

    def log(self, name: str) -> str:
        """Return what the one container of a name printed, at its last attempt.

        Raises:
            LookupError: none ran, or several.
        """
        pods = self._steps(name)
        if len(pods) != 1:
            message = f"{len(pods)} pods under {name!r}, so there is not one log\n{self.table()}"
            raise LookupError(message)
        return pods[0].log

    def phases(self) -> dict[str, str]:
        """Return the phase of each node by its path."""
        return {node.path: node.phase for node in self.nodes}

    def table(self) -> str:
        """Return all nodes as lines, for messages."""
        rows = [f"run {self.phase} {self.message}".rstrip()]
        for node in self.nodes:
            values: Json = {name: plain(value) for name, value in node.outputs_.items()}
            said = f" ({node.message})" if node.message else ""
            shown = f" out={values}" if values else ""
            rows.append(f"  {node.path} {node.kind} {node.phase}{said}{shown}")
            rows += (
                [f"    | {line}" for line in node.log.splitlines()[-20:]] if node.phase == "Failed" else []
            )
        return "\n".join(rows)

    def _steps(self, name: str) -> list[Node]:
        return list(dict.fromkeys(pod for node in self.nodes_named(name) for pod in self._inside(node)))

    def _inside(self, node: Node) -> list[Node]:
        return [one for one in self.nodes if one.ran and (one is node or _within(one, node))]


def _within(node: Node, outer: Node) -> bool:
    return node.path.startswith((outer.path + ".", outer.path + "["))
