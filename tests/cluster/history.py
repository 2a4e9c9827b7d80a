"""What a workflow did: `Run` and its `Node`s, read from the object that the cluster returns."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

ENDED = frozenset({"Succeeded", "Failed", "Error"})
_EXECUTING = frozenset({"Pod", "Container", "Suspend", "HTTP", "Plugin"})


@dataclass(frozen=True, slots=True)
class Node:
    """One node of a workflow: a pod, a graph, the group of a loop's items, or a step that never ran.

    `name` is the display name; `path` the full one, which is unique (`wf-x7.outer.train(0:mlp)`).
    `boundary` is the id of the graph that holds the node, empty for the entrypoint.
    `outputs` and `inputs` are parameters as the engine stored them; standard output is `outputs["result"]`.
    `artifacts` are the outputs' names with their keys in the store.
    """

    id: str
    name: str
    path: str
    template: str
    type: str
    phase: str
    message: str
    boundary: str
    children: tuple[str, ...]
    started: datetime | None
    finished: datetime | None
    inputs: dict[str, str]
    outputs: dict[str, str]
    artifacts: dict[str, str]


class Run:
    """A workflow that has ended.

    `read_log` gets a pod's node id and returns the text of its main container.
    """

    def __init__(self, workflow: dict[str, Any], read_log: Callable[[str], str]) -> None:
        """Read the nodes out of a `Workflow` object."""
        status = workflow.get("status", {})
        self.name: str = workflow["metadata"]["name"]
        self.phase: str = status.get("phase", "")
        self.message: str = status.get("message", "")
        self.nodes: tuple[Node, ...] = tuple(map(_node, status.get("nodes", {}).values()))
        self._read_log = read_log

    def nodes_named(self, name: str) -> tuple[Node, ...]:
        """Return the nodes of a display name, or else (the engine renames hooks) of a template's name."""
        return tuple(n for n in self.nodes if n.name == name) or tuple(
            n for n in self.nodes if n.template == name
        )

    def node(self, name: str) -> Node:
        """Return the one node of a name; of a step in a graph of the same name, the graph.

        Raises:
            LookupError: there is none, or several of which no one holds the others.
        """
        found = self.nodes_named(name)
        for node in found:
            if all(other is node or other in self._inside(node) for other in found):
                return node
        count = f"{len(found)} nodes" if found else "no node"
        message = f"{count} named {name!r}\n{self.table()}"
        raise LookupError(message)

    def log(self, name: str) -> str:
        """Return the main container's text; of a step that was tried again, the last attempt's.

        Raises:
            LookupError: no pod ran under that name, or pods of several steps.
        """
        pods = sorted(
            (pod for pod in self.pods(name) if pod.type == "Pod"),
            key=lambda pod: (pod.started is not None, pod.started, pod.path),
        )
        if not pods or len({_without_attempt(pod.path) for pod in pods}) > 1:
            message = f"{len(pods)} pods under {name!r}, so there is not one log\n{self.table()}"
            raise LookupError(message)
        return self._read_log(pods[-1].id)

    def pods(self, name: str) -> tuple[Node, ...]:
        """Return what really ran under a name (pods; also waits and requests), each once."""
        found: dict[str, Node] = {}
        for node in self.nodes_named(name):
            for each in (node, *self._inside(node)):
                if each.type in _EXECUTING and each.phase in ENDED:
                    found[each.id] = each
        return tuple(found.values())

    def order(self, first: str, second: str) -> bool:
        """Tell whether all under `first` had ended when anything under `second` started, to the second."""
        ends = [pod.finished for pod in self.pods(first)]
        starts = [pod.started for pod in self.pods(second)]
        if not ends or not starts:
            return False
        return all(e is not None and s is not None and e <= s for e in ends for s in starts)

    def ran(self, name: str) -> bool:
        """Tell whether anything ran under that name."""
        return bool(self.pods(name))

    def skipped(self, name: str) -> bool:
        """Tell whether the step's condition was false."""
        return self._all_in(name, "Skipped")

    def omitted(self, name: str) -> bool:
        """Tell whether the engine left the step out because of how others ended."""
        return self._all_in(name, "Omitted")

    def table(self) -> str:
        """Return all nodes as lines, for messages."""
        rows = [f"workflow {self.name} {self.phase} {self.message}".rstrip()]
        for node in sorted(self.nodes, key=lambda node: node.path):
            values = f" out={node.outputs}" if node.outputs else ""
            said = f" ({node.message})" if node.message else ""
            rows.append(f"  {node.path.removeprefix(self.name)} {node.type} {node.phase}{said}{values}")
        return "\n".join(rows)

    def _all_in(self, name: str, phase: str) -> bool:
        found = self.nodes_named(name)
        return bool(found) and all(node.phase == phase for node in found)

    def _inside(self, node: Node) -> Iterator[Node]:
        """Yield what a graph, a loop or a retried step holds; `children` also leads to what comes after."""
        for other in self.nodes:
            is_item = other.boundary == node.boundary and other.path.startswith(node.path + "(")
            if other.boundary == node.id or is_item:
                yield other
                yield from self._inside(other)


def _node(status: dict[str, Any]) -> Node:
    inputs, outputs = status.get("inputs", {}), status.get("outputs", {})
    result = {"result": outputs["result"]} if "result" in outputs else {}
    return Node(
        id=status["id"],
        name=status.get("displayName", status["name"]),
        path=status["name"],
        template=status.get("templateName") or status.get("templateRef", {}).get("template", ""),
        type=status["type"],
        phase=status.get("phase", ""),
        message=status.get("message", ""),
        boundary=status.get("boundaryID", ""),
        children=tuple(status.get("children", ())),
        started=_time(status.get("startedAt")),
        finished=_time(status.get("finishedAt")),
        inputs=_values(inputs.get("parameters", ())),
        outputs=result | _values(outputs.get("parameters", ())),
        artifacts={a["name"]: a.get("s3", {}).get("key", "") for a in outputs.get("artifacts", ())},
    )


def _values(parameters: Iterable[dict[str, str]]) -> dict[str, str]:
    """Return the values; one that was not written has none and is left out."""
    return {p["name"]: p["value"] for p in parameters if "value" in p}


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _without_attempt(path: str) -> str:
    """Cut the `(2)` that the engine adds for an attempt; loop items are `(2:…)`."""
    head, _, last = path.rpartition("(")
    return head if last[:-1].isdigit() else path
