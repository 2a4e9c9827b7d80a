"""Where a compiled port and the original, an IR of Kubeflow Pipelines, differ.

The canonical form is the oracle's `same_ir`: names of components, executors and groups are free, and so are the
inputs that a compiler hands through groups. Beyond that no difference is

- groups that change nothing, such as one around the only step of a branch, and what is there for empty lists;
- a default that is given to a task instead of being left to the driver;
- that a param with a default is optional, which older compilers did not write;
- what an unnamed result of a Python function, which the SDK calls `Output`, is called;
- what the tasks that make and delete claims are called;
- the command of a step that the SDK makes of a Python function, which installs the SDK at run time.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import yaml

from . import groups
from .corpora import KFP

RESULT = "Output"
"""What the SDK calls the result of a function that has no name."""


def canonical(text: str, steps: set[str] | None = None) -> dict[str, Any]:
    """Return the canonical form of an IR, its tasks by their ids.

    `steps` are the names of the tasks that are no groups; otherwise those that the SDK does not give to groups.
    """
    same = KFP.oracle("same_ir")
    documents = [one for one in yaml.load_all(text, same.L) if one]
    spec = next(one for one in documents if "pipelineInfo" in one)
    platform: dict[str, Any] = next((one for one in documents if "platforms" in one), {})
    for parameter in _parameters(spec):
        if "defaultValue" in parameter:
            parameter["isOptional"] = True
    canon = same.Canon(spec, platform)
    names = names_of_steps(spec) if steps is None else steps
    canon.is_group = lambda name, task: name not in names or _is_importer_that_waits(canon, name, task)
    canon.leaves = lambda name, task: sorted(set(same.Canon.leaves(canon, name, task)))
    ids = {id(task): given for one in _components(spec) for task, given in _ids_of_tasks(canon, one)}
    canon.gid = lambda _, task: ids[id(task)]
    form: dict[str, Any] = canon.run()
    tasks = [json.loads(re.sub(r'"default:', '"const:', task)) for task in form["tasks"]]
    form["tasks"] = {task["id"]: task for task in tasks}
    assert len(form["tasks"]) == len(tasks), "two tasks have one id"
    return _with_names_of_claims(groups.simplified(form))


def _is_importer_that_waits(canon: Any, name: str, task: dict[str, Any]) -> bool:  # noqa: ANN401
    """Tell whether a task is a DAG around an importer of its name."""
    tasks = canon.comps[task["componentRef"]["name"]].get("dag", {}).get("tasks", {})
    if list(tasks) != [name]:
        return False
    label = canon.comps[tasks[name]["componentRef"]["name"]].get("executorLabel")
    return "importer" in canon.ex.get(label, {})


def _with_names_of_claims(form: dict[str, Any]) -> dict[str, Any]:
    """Call the tasks that make and delete claims as the SDK does."""
    text = json.dumps(form)
    for kind in ("createpvc", "deletepvc"):
        made = [
            name
            for name, task in form["tasks"].items()
            if task.get("ex", {}).get("container", {}).get("image") == f"argostub/{kind}"
        ]
        for number, name in enumerate(sorted(made), 1):
            new = f"{name.rpartition('/')[0]}/{kind}" + (f"-{number}" if number > 1 else "")
            text = re.sub(rf"{re.escape(name)}(?![\w-])", new, text)
    renamed: dict[str, Any] = json.loads(text)
    return renamed


def names_of_steps(spec: dict[str, Any]) -> set[str]:
    """Return the names of the tasks of what the SDK compiled that are no groups."""
    names = {name for one in _components(spec) for name in one.get("dag", {}).get("tasks", {})}
    return {name for name in names if not KFP.oracle("same_ir").GROUP.match(name)}


def _components(spec: dict[str, Any]) -> list[dict[str, Any]]:
    return [spec["root"], *(spec.get("components") or {}).values()]


def _ids_of_tasks(canon: Any, component: dict[str, Any]) -> Iterator[tuple[dict[str, Any], str]]:  # noqa: ANN401
    """Yield what the oracle calls each task of a DAG; of groups around the same steps the second is `…~2`."""
    taken: Counter[str] = Counter()
    for name, task in (component.get("dag", {}).get("tasks") or {}).items():
        given = type(canon).gid(canon, name, task)
        taken[given] += 1
        yield task, given if taken[given] == 1 else f"{given}~{taken[given]}"


def _parameters(spec: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        parameter
        for component in _components(spec)
        for parameter in ((component.get("inputDefinitions") or {}).get("parameters") or {}).values()
    ]


def differences(port: str, compiled: str) -> list[tuple[str, str]]:
    """Return where a compiled port and its original differ: the path and the two sides."""
    text = KFP.original(port)
    steps = names_of_steps(next(one for one in yaml.load_all(text, KFP.oracle("same_ir").L) if one))
    original = canonical(text)
    ours = _with_names_of_results(canonical(compiled, steps), original)
    for task in _python_tasks(original):
        for side in (ours, original):
            container = side["tasks"].get(task, {}).get("ex", {}).get("container", {})
            container.pop("command", None)
            container.pop("args", None)
    left, right = dict(_leaves(ours, "")), dict(_leaves(original, ""))
    return [
        (path, f"{path}\n    compiled: {left.get(path)!r}\n    original: {right.get(path)!r}")
        for path in sorted(left.keys() | right.keys())
        if left.get(path) != right.get(path)
    ]


def _python_tasks(form: dict[str, Any]) -> list[str]:
    """Return the tasks that run a Python function by the SDK."""
    return [
        name
        for name, task in form["tasks"].items()
        if "{{$}}" in task.get("ex", {}).get("container", {}).get("args", [])
    ]


def _with_names_of_results(ours: dict[str, Any], original: dict[str, Any]) -> dict[str, Any]:
    """Call the one result of a task or pipeline `Output` where the original calls it so."""
    renamed = {}
    for name, task in original["tasks"].items():
        mine = ours["tasks"].get(name, {}).get("io") or {}
        for kind, outputs in ((task.get("io") or {}).get("o") or {}).items():
            given = (mine.get("o") or {}).get(kind, {})
            if list(outputs) == [RESULT] and len(given) == 1:
                renamed[f"{name}.{next(iter(given))}"] = f"{name}.{RESULT}"
                mine["o"][kind] = {RESULT: next(iter(given.values()))}
    text = json.dumps(ours)
    for old, new in renamed.items():
        text = re.sub(rf"{re.escape(old)}(?![\w.-])", new, text)
    ours = json.loads(text)
    for kind, outputs in original["outputs"].items():
        given = ours["outputs"].get(kind, {})
        if list(outputs) == [RESULT] and len(given) == 1:
            key, value = next(iter(given.items()))
            ours["outputs"][kind] = {RESULT: value}
            ours["outmap"][f"{kind[0]}:{RESULT}"] = ours["outmap"].pop(f"{kind[0]}:{key}")
    return ours


def _leaves(value: object, path: str) -> list[tuple[str, object]]:
    if not isinstance(value, dict) or not value:
        return [(path, value)]
    return [
        leaf for key, part in value.items() for leaf in _leaves(part, f"{path}.{key}" if path else str(key))
    ]
