"""The order in which the fields of a manifest's templates are written: as their authors would."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from kfdsl.targets.argo.objects import Object

_KINDS: Final = (
    "dag", "container", "script", "containerSet", "suspend", "resource", "http", "data", "plugin", "steps",
)  # fmt: skip
_TEMPLATE: Final = ("name", "metadata", "inputs", *_KINDS, "outputs")
_CONTAINER: Final = (
    "image", "imagePullPolicy", "command", "args", "source", "workingDir", "env", "resources",
)  # fmt: skip
_TASK: Final = (
    "name",
    "depends",
    "template",
    "templateRef",
    "inline",
    "arguments",
    "withItems",
    "withParam",
    "when",
)


def laid_out(manifest: Object) -> Object:
    """Return a manifest whose templates have their fields in order."""
    inner = {"workflowSpec": _spec, "templates": _templates}
    return manifest | {"spec": _within(manifest.get("spec"), inner)}


def _spec(spec: object) -> object:
    return _within(spec, {"templates": _templates})


def _templates(templates: object) -> object:
    return [_template(one) for one in templates] if isinstance(templates, list) else templates


def _template(template: object) -> object:
    inner = {"dag": _dag, "container": _container, "script": _container}
    return _in_order(_within(template, inner), _TEMPLATE)


def _container(container: object) -> object:
    return _in_order(container, _CONTAINER)


def _dag(dag: object) -> object:
    if isinstance(dag, dict) and isinstance(dag.get("tasks"), list):
        tasks = [_in_order(_task(task), _TASK) for task in dag["tasks"]]
        dag = {key: value for key, value in dag.items() if key != "tasks"} | {"tasks": tasks}
    return _in_order(dag, ("target", "failFast"))


def _task(task: object) -> object:
    return _within(task, {"inline": _template}) if isinstance(task, dict) and "inline" in task else task


def _within(value: object, changes: dict[str, Callable[[object], object]]) -> object:
    """Return an object with some of its fields changed."""
    if not isinstance(value, dict):
        return value
    return value | {key: change(value[key]) for key, change in changes.items() if key in value}


def _in_order(value: object, first: Iterable[str]) -> object:
    if not isinstance(value, dict):
        return value
    return {key: value[key] for key in first if key in value} | value
