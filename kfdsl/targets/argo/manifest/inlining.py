"""Manifests with more templates than Argo takes: what one task calls, or few do, is written in the task.

`inline` is free of the schema's limits. The body is part of the template around it, so Argo reads its tags
there first: a body is written inline only where that changes nothing.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from kfdsl.targets.argo import limits
from kfdsl.targets.argo.objects import Object
from kfdsl.targets.argo.refusal import TooLarge

if TYPE_CHECKING:
    from kfdsl.source import Span

_TAG: Final = re.compile(r"\{\{(.*?)\}\}")
_INPUT: Final = re.compile(r"inputs\.(parameters)\.([\w-]+)")
_LOOPS: Final = ("withItems", "withParam", "withSequence", "hooks")
_CALLERS: Final = ("dag", "steps")


def inlined(templates: list[Object], roots: list[str], span: Span) -> list[Object]:
    """Return the templates that are left when those that may be inline are, of those with several calls few.

    Raises:
        TooLarge: there are still too many.
    """
    by_name = {str(one["name"]): one for one in templates}
    calls = Counter(roots)
    calls.update(name for one in templates for name in _called(one))
    places: dict[str, list[tuple[Object, Object]]] = {}
    for caller in templates:
        for task in _tasks(caller):
            places.setdefault(str(task.get("template")), []).append((task, caller))
    # Argo keeps a body of a WorkflowTemplate under the name of its task, whatever DAG that is in.
    named = Counter(str(task["name"]) for one in templates for task in _tasks(one))
    for name in sorted(places, key=lambda name: calls[name]):
        if calls[name] > 1 and len(by_name) <= limits.TEMPLATES:
            break
        own, found = by_name.get(name), places[name]
        if own is None or len(found) != calls[name]:
            continue
        if all(named[str(task["name"])] == 1 and _may_move(own, task, caller) for task, caller in found):
            del by_name[name], own["name"]
            for task, _ in found:
                del task["template"]
                task["inline"] = own
    if len(by_name) > limits.TEMPLATES:
        message = f"{len(by_name)} templates in one manifest: Argo takes {limits.TEMPLATES}"
        raise TooLarge(
            span.head,
            message,
            "a group, a loop with a limit and a step with `continue_on` need one each",
            'put a part into a pipeline with `kind = "WorkflowTemplate"`, and call that',
        )
    return list(by_name.values())


def _tasks(template: Object) -> list[Object]:
    dag = template.get("dag")
    tasks = dag.get("tasks") if isinstance(dag, dict) else None
    return tasks if isinstance(tasks, list) else []


def _called(template: Object) -> Iterator[str]:
    """Yield the names in a template that are those of others: of tasks and of hooks."""
    stack: list[object] = [template.get(key) for key in _CALLERS]
    while stack:
        value = stack.pop()
        if isinstance(value, list):
            stack += value
        elif isinstance(value, dict):
            if isinstance(value.get("template"), str):
                yield value["template"]
            stack += [value[key] for key in ("tasks", "steps", "hooks") if key in value]
            stack += value.values() if "template" not in value and "tasks" not in value else ()


def _may_move(template: Object, task: Object, caller: Object) -> bool:
    """Tell whether a template means the same inside the task."""
    if any(key in template for key in (*_CALLERS, "daemon")):
        return False
    if any(key in task for key in _LOOPS):
        return False
    around, given = _parameters(caller, "inputs"), _parameters(task, "arguments")
    for match in _TAG.finditer(json.dumps(template)):
        if match[1].startswith("workflow."):
            continue
        read = _INPUT.fullmatch(match[1])
        # The input of the same name around it is put in first: it must be the value that is given.
        if read is None or (read[2] in around and given.get(read[2]) != match[0]):
            return False
    return True


def _parameters(holder: Object, key: str) -> dict[str, object]:
    found = holder.get(key)
    listed = found.get("parameters", []) if isinstance(found, dict) else []
    return {str(one["name"]): one.get("value") for one in listed}
