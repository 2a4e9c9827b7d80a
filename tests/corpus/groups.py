"""The groups of a canonical IR: those that only one compiler needs are taken away.

The oracle's form says what each task is by the path of groups around it. These mean the same, and so are brought into
one form:

- The SDK puts each branch of a condition into a group, and all branches into one more; kfdsl puts the condition of a
  branch of one step on the step.
- The engine cannot gather what a loop over an empty list gives, so kfdsl puts what reads the list there twice: with
  the loop, and for the case that its list is empty. The SDK leaves that case to fail.
- The engine lets no importer wait, so kfdsl puts one that has to into a DAG that waits.
"""

from __future__ import annotations

import json
import re
from typing import Any

EMPTY = re.compile(r"!\(size\(<[^<>]*>\) > 0\)")
NOT_EMPTY = re.compile(r"size\(<[^<>]*>\) > 0")


def simplified(form: dict[str, Any]) -> dict[str, Any]:
    """Return a canonical form without groups that change nothing."""
    guarded = _guarded(form)
    form = _without_empty_lists(form)
    for name in sorted(form["tasks"], key=lambda name: -name.count("/")):
        group = form["tasks"].get(name)
        if group is None or group["io"] != {} or group["iter"] is not None:
            continue
        children = [task for path, task in form["tasks"].items() if _parent(path) == name]
        conditional = [bool(task["trigger"].get("condition")) for task in children]
        alone = len(children) == 1 and not any(conditional) and set(group["trigger"]) == {"condition"}
        importer = len(children) == 1 and "importer" in children[0].get("ex", {})
        needless = not group["trigger"] and (name in guarded or all(conditional) or importer)
        if alone or (needless and json.dumps(f"status:{name}") not in json.dumps(form)):
            form = _dissolved(form, name)
    one_of_one: dict[str, Any] = json.loads(re.sub(r"oneof\(([^|()]*)\)", r"\1", json.dumps(form)))
    return one_of_one


def _guarded(form: dict[str, Any]) -> set[str]:
    """Return the groups that have something in them for the case that a list is empty, or are such a case."""
    cases = [
        name for name, task in form["tasks"].items() if _condition(task, EMPTY) or _condition(task, NOT_EMPTY)
    ]
    return {*cases, *(_parent(name) for name in cases)}


def _without_empty_lists(form: dict[str, Any]) -> dict[str, Any]:
    """Return a form without what is there for empty lists."""
    empty = [name for name, task in form["tasks"].items() if _condition(task, EMPTY)]
    tasks = {
        name: task
        for name, task in form["tasks"].items()
        if not any(name == one or name.startswith(f"{one}/") for one in empty)
    }
    for task in tasks.values():
        task["deps"] = [one for one in task["deps"] if one not in empty]
        if _condition(task, NOT_EMPTY):
            task["trigger"] = {}
    text = json.dumps(form | {"tasks": tasks})
    for one in empty:
        output = rf"{re.escape(one)}(?:/[^|\"]*?)?\.[\w-]+"
        text = re.sub(rf"\|{output}(?=[|)])|(?<=oneof\(){output}\|", "", text)
    for name in tasks:
        first, _, second = name.rpartition("~")
        if second.isdigit() and first not in tasks:
            text = text.replace(name, first)
    kept: dict[str, Any] = json.loads(text)
    return kept


def _condition(task: dict[str, Any], pattern: re.Pattern[str]) -> bool:
    return pattern.fullmatch(task["trigger"].get("condition") or "") is not None


def _parent(path: str) -> str:
    return path.rpartition("/")[0]


def _dissolved(form: dict[str, Any], name: str) -> dict[str, Any]:
    """Return the form with the tasks of a group in place of the group."""
    tasks = form["tasks"]
    group = tasks.pop(name)
    children = [path for path in tasks if _parent(path) == name]
    for path in children:
        tasks[path]["trigger"] |= group["trigger"]
        tasks[path]["deps"] = sorted({*tasks[path]["deps"], *group["deps"]})
    for task in tasks.values():
        if name in task["deps"]:
            task["deps"] = sorted({*children, *task["deps"]} - {name})
    moved: dict[str, Any] = json.loads(json.dumps(form).replace(f"{name}/", f"{_parent(name)}/"))
    return moved
