"""DAG templates as objects, once all their values are known."""

from __future__ import annotations

import re
from typing import Final

from kfdsl.targets.argo import expressions, names
from kfdsl.targets.argo.graph import order
from kfdsl.targets.argo.objects import Object, sections
from kfdsl.targets.argo.scopes.scope import Scope
from kfdsl.targets.argo.scopes.tasks import Task
from kfdsl.targets.common.code import Code

_NAMED: Final = re.compile(r"(?<![\w.-])[\w-]+")
"""The names of tasks in a text for `depends`."""


def prepare(scope: Scope) -> dict[str, Object]:
    """Return the tasks of a DAG by name; writing them may ask for more inputs, here and around."""
    return {task.name: _task(task) for task in scope.tasks}


def template(scope: Scope, tasks: dict[str, Object]) -> Object:
    """Return a DAG template; all tasks of all DAGs have been prepared."""
    for task in scope.tasks:
        _finish(task, tasks[task.name])
    _end_after_failure(scope, tasks)
    dag: Object = {}
    targets = {*scope.targets, *_may_err(scope, tasks)}
    if scope.target_all:
        dag["target"] = " ".join(tasks)
    elif targets:
        followed = {name for made in tasks.values() for name in _NAMED.findall(str(made.get("depends", "")))}
        dag["target"] = " ".join(name for name in tasks if name in targets or name not in followed)
    if scope.settings.get("failFast") is False:
        dag["failFast"] = False
    dag["tasks"] = list(tasks.values())
    inputs = sections(list(scope.parameters.values()), list(scope.artifacts.values()))
    outputs = sections(list(scope.outputs.values()), list(scope.artifact_outputs.values()))
    made: Object = {"name": scope.name}
    made |= {"inputs": inputs} if inputs else {}
    made["dag"] = dag
    kept = {key: value for key, value in scope.settings.items() if (key, value) != ("failFast", False)}
    return made | ({"outputs": outputs} if outputs else {}) | kept


_FALLIBLE: Final = re.compile(r"\b(?:asInt|asFloat|int|float|fromJSON)\(| [/%] ")


def _may_err(scope: Scope, tasks: dict[str, Object]) -> set[str]:
    """Return the DAGs called here, and waited for, that may end in an error as they give their outputs.

    Argo loses sight of what waits for such a one: the run would never end if it were no target itself.
    """
    waited = {word for made in tasks.values() for word in _NAMED.findall(str(made.get("depends", "")))}
    return {task.name for task in scope.tasks if task.name in waited and _errs(task)}


def _errs(task: Task) -> bool:
    """Tell whether a task calls a DAG that may end in an error as it gives its outputs."""
    inner = task.inner or task.scope.frame.registry.scopes.get(str(task.template))
    sources = [made["valueFrom"] for made in inner.outputs.values()] if inner is not None else []
    return any(isinstance(one, dict) and _FALLIBLE.search(str(one.get("expression", ""))) for one in sources)


def _end_after_failure(scope: Scope, tasks: dict[str, Object]) -> None:
    """Let the DAG of a handled failure end in a task that succeeds, if tasks beside the DAG may be skipped.

    For Argo, one that is skipped ends as what ran before it: the last pod of that DAG, not the DAG.
    Where the task calls a DAG whose outputs may err, Argo could lose what waits for it, so it stays the last.
    """
    call = scope.task
    beside = call.scope.tasks if call is not None else ()
    if any(_may_be_skipped(task) for task in beside if task is not call):
        for task in scope.tasks:
            if task.tolerant and not _errs(task):
                del tasks[task.name]["continueOn"]
                ended = names.unique("ended", tasks)
                depends = f"{task.name} || {task.name}.Failed || {task.name}.Errored"
                nothing = scope.frame.registry.nothing()
                tasks[ended] = {"name": ended, "template": nothing, "depends": depends}


def _may_be_skipped(task: Task) -> bool:
    return task.is_conditional or (task.items is not None and task.items.may_be_empty)


def _task(task: Task) -> Object:
    made: Object = {"name": task.name}
    depends = order.depends(task, task.order)
    if depends:
        made["depends"] = depends
    if isinstance(task.template, str):
        made["template"] = task.template
    else:
        made["templateRef"] = task.template
    made["arguments"] = {}
    if task.items is not None:
        made |= task.items.write(task.scope)
    when = _when(task)
    if when:
        made["when"] = when
    if task.tolerant:
        # `continueOn` and `depends` exclude each other; this task is alone in its DAG.
        made["continueOn"] = {"failed": True, "error": True}
    return made


def _finish(task: Task, made: Object) -> None:
    arguments = sections(task.arguments, task.artifacts)
    if arguments:
        made["arguments"] = arguments
    else:
        del made["arguments"]
    if task.hooks:
        made["hooks"] = {event: _hook(*hook) for event, hook in task.hooks.items()}


def _hook(name: str, call: Task, expression: str) -> Object:
    arguments = sections(call.arguments, call.artifacts)
    made: Object = {"template": name}
    if expression:
        made["expression"] = expression
    return made | ({"arguments": arguments} if arguments else {})


def _when(task: Task) -> str:
    """The condition: of the event, of named results, of the branches around, its own."""
    terms = [Code(text, 1) for text in (task.condition, order.condition(task.order, task)) if text]
    for condition, wanted in task.conditions:
        if wanted:
            terms.append(expressions.typed(condition, task))
        else:
            terms.append(expressions.negated(condition, task))
    if task.own_when is not None:
        terms.append(expressions.typed(task.own_when, task))
    if not terms:
        return ""
    if len(terms) == 1:
        return expressions.tag(terms[0].text)
    return expressions.tag(" && ".join(term.at(2) for term in terms))
