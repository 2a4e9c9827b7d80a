"""A small model of how Argo runs the DAGs of a manifest: which steps run, with what, and how the run ends.

After `workflow/controller/dag.go` of argo-workflows 3.7: `depends` over the ends of tasks, then `when`, then the
arguments; the phase of a DAG is that of its targets, where a task that did not run takes over that of the way
to it. Time plays no part: each order of events gives the same ends.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

BARE = ("Succeeded", "Skipped", "Daemoned")
WORDS = {"Errored": "Error"}
DONE = ("Succeeded", "Failed", "Error")
_TAG = re.compile(r"\{\{(.*?)\}\}")
_NAME = re.compile(r"(?<![\w.-])([A-Za-z][\w-]*)(?:\.(\w+))?")


@dataclass(eq=False)
class Node:
    """What ran, or did not; `outbound` are the nodes at its end."""

    phase: str
    outputs: dict[str, str] = field(default_factory=dict)
    children: list[Node] = field(default_factory=list)
    outbound: list[Node] = field(default_factory=list)


@dataclass
class Run:
    """The end of a run, and of each call of a template without a DAG in it."""

    phase: str
    ends: dict[str, str]
    arguments: dict[str, dict[str, str]]


class _Names(dict[str, Any]):
    """An object of the expression language: absent members are None."""

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  # a value of the expression language
        return self.get(name)

    def __missing__(self, name: str) -> None:
        return None


def run(manifest: Mapping[str, Any], failing: Callable[[str], bool]) -> Run:
    """Run a manifest; calls fail by the name of their task and their item, `work` or `work:1`."""
    spec = manifest["spec"]
    parameters = {one["name"]: one["value"] for one in spec.get("arguments", {}).get("parameters", ())}
    model = _Model({one["name"]: one for one in spec["templates"]}, parameters, failing)
    root = model.template(spec["templates"][0], spec["entrypoint"], {})
    return Run(root.phase, model.ends, model.arguments)


class _Model:
    def __init__(
        self, templates: dict[str, dict[str, Any]], parameters: dict[str, str], failing: Callable[[str], bool]
    ) -> None:
        self.templates = templates
        self.parameters = _Names(parameters)
        self.failing = failing
        self.ends: dict[str, str] = {}
        self.arguments: dict[str, dict[str, str]] = {}

    def template(self, template: dict[str, Any], name: str, given: dict[str, str]) -> Node:
        declared = template.get("inputs", {}).get("parameters", ())
        inputs = {one["name"]: given.get(one["name"], one.get("default")) for one in declared}
        assert None not in inputs.values(), (name, inputs)
        if "dag" in template:
            return self._dag(template, inputs)
        node = Node("Failed" if "suspend" not in template and self.failing(name) else "Succeeded")
        if "suspend" not in template:
            assert name not in self.ends
            self.ends[name], self.arguments[name] = node.phase, inputs
        if node.phase == "Succeeded":
            made = template.get("outputs", {}).get("parameters", ())
            node.outputs = {one["name"]: f"{name}.{one['name']}" for one in made}
        node.outbound = [node]
        return node

    def _dag(self, template: dict[str, Any], inputs: dict[str, str]) -> Node:
        own = Node("Running")
        tasks = {task["name"]: task for task in template["dag"]["tasks"]}
        nodes: dict[str, Node] = {}
        while len(nodes) < len(tasks):
            ready = [n for n in tasks if n not in nodes and _waits_for(tasks[n]) <= nodes.keys()]
            assert ready, "tasks wait for each other"
            for name in ready:
                nodes[name] = self._task(tasks[name], nodes, inputs, own)
        followed = {name for task in tasks.values() for name in _waits_for(task)}
        target = template["dag"].get("target")
        targets = target.split(" ") if target else [name for name in tasks if name not in followed]
        own.outbound = [node for name in targets for node in nodes[name].outbound]
        own.phase = _assessed(
            own, [(nodes[name], tasks[name].get("continueOn", {})) for name in sorted(targets)]
        )
        if own.phase == "Succeeded":
            for one in template.get("outputs", {}).get("parameters", ()):
                value = self._output(one["valueFrom"], nodes, inputs)
                assert value is not None, (template["name"], one)
                own.outputs[one["name"]] = value
        return own

    def _task(self, task: dict[str, Any], nodes: dict[str, Node], inputs: dict[str, str], dag: Node) -> Node:
        before = [node for name in sorted(_waits_for(task)) for node in nodes[name].outbound]
        node = self._run_task(task, nodes, inputs)
        for parent in before or [dag]:
            parent.children.append(node)
        return node

    def _run_task(self, task: dict[str, Any], nodes: dict[str, Node], inputs: dict[str, str]) -> Node:
        if not _depends(task, nodes):
            return _without_run("Omitted")
        if "withItems" not in task:
            return self._call(task, task["name"], nodes, inputs, None)
        group = Node("Succeeded")
        for item in task["withItems"]:
            child = self._call(task, f"{task['name']}:{item}", nodes, inputs, item)
            group.children.append(child)
            group.outbound += child.outbound
            if child.phase in ("Failed", "Error"):
                group.phase = child.phase
        return group

    def _call(
        self,
        task: dict[str, Any],
        name: str,
        nodes: dict[str, Node],
        inputs: dict[str, str],
        item: Any,  # noqa: ANN401
    ) -> Node:
        if "when" in task and self._text(task["when"], nodes, inputs, item) != "true":
            return _without_run("Skipped")
        listed = task.get("arguments", {}).get("parameters", ())
        given = {one["name"]: self._text(one["value"], nodes, inputs, item) for one in listed}
        template = task["inline"] if "inline" in task else self.templates[task["template"]]
        node = self.template(template, name, given)
        hook = task.get("hooks", {}).get("exit")
        if hook is not None:
            seen = nodes | {task["name"]: node}
            if self._code(hook.get("expression", "true"), seen, inputs, item) is True:
                listed = hook.get("arguments", {}).get("parameters", ())
                given = {one["name"]: self._text(one["value"], seen, inputs, item) for one in listed}
                self.template(self.templates[hook["template"]], f"{name} hook", given)
        return node

    def _output(self, source: dict[str, Any], nodes: dict[str, Node], inputs: dict[str, str]) -> str | None:
        value = (
            self._code(source["expression"], nodes, inputs, None)
            if "expression" in source
            else self._code(source["parameter"].strip("{}"), nodes, inputs, None)
        )
        found = value if value is not None else source.get("default")
        return None if found is None else str(found)

    def _text(self, text: str, nodes: dict[str, Node], inputs: dict[str, str], item: Any) -> str:  # noqa: ANN401
        def written(match: re.Match[str]) -> str:
            value = self._code(match[1].removeprefix("="), nodes, inputs, item)
            assert value is not None, text
            return str(value).lower() if isinstance(value, bool) else str(value)

        return _TAG.sub(written, str(text))

    def _code(self, code: str, nodes: dict[str, Node], inputs: dict[str, str], item: Any) -> Any:  # noqa: ANN401
        """Evaluate an expression, after its operators are put into Python's words."""
        tasks = _Names()
        for name, node in nodes.items():
            tasks[name] = _Names(status=node.phase, outputs=_Names(parameters=_Names(node.outputs)))
        names = {
            "tasks": tasks,
            "inputs": _Names(parameters=_Names(inputs)),
            "workflow": _Names(parameters=self.parameters),
            "item": item,
        }
        python = re.sub(r"\.([A-Za-z_][\w-]*-[\w-]*)", r"['\1']", code.strip())
        python = re.sub(r"!(?!=)", " not ", python.replace("&&", " and ").replace("||", " or "))
        python = re.sub(
            r"([\w.\[\]'-]+) \?\? ('[^']*')",
            r"_or(lambda: \1, \2)",
            python.replace("?.", ".").replace(".[", "["),
        )
        python = re.sub(r"(.+) \? (.+) : (.+)", r"(\2) if (\1) else (\3)", python)
        return eval(python, {"_or": _first, "true": True} | names)  # noqa: S307  # expressions of our own output


def _first(get: Callable[[], Any], default: str) -> Any:  # noqa: ANN401  # a value of the expression language
    try:
        value = get()
    except (AttributeError, TypeError):
        return default
    return default if value is None else value


def _without_run(phase: str) -> Node:
    node = Node(phase)
    node.outbound = [node]
    return node


def _waits_for(task: dict[str, Any]) -> set[str]:
    return {match[1] for match in _NAME.finditer(task.get("depends", ""))}


def _depends(task: dict[str, Any], nodes: dict[str, Node]) -> bool:
    def known(match: re.Match[str]) -> str:
        wanted = (WORDS.get(match[2], match[2]),) if match[2] else BARE
        return str(nodes[match[1]].phase in wanted)

    code = _NAME.sub(known, task.get("depends", "") or "x.x" if "depends" in task else "")
    return not code or bool(eval(code.replace("&&", " and ").replace("||", " or ")))  # noqa: S307  # True and False only


def _assessed(dag: Node, targets: list[tuple[Node, dict[str, bool]]]) -> str:
    ends: dict[int, str] = {}
    seen: set[tuple[int, str]] = set()
    waiting = deque((child, "Succeeded") for child in dag.children)
    while waiting:
        node, branch = waiting.popleft()
        if (id(node), branch) in seen:
            continue
        seen.add((id(node), branch))
        phase = node.phase if node.phase in DONE else branch
        if ends.get(id(node), "Succeeded") == "Succeeded":
            ends[id(node)] = phase
        waiting += [(child, phase) for child in node.children]
    for node, goes_on in targets:
        phase = ends[id(node)]
        if phase == "Failed" and not goes_on.get("failed"):
            return phase
    return "Succeeded"
