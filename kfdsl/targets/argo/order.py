"""Order: `depends` of a task from what its step waits for, and the condition that named results add."""

from __future__ import annotations

from kfdsl import ir
from kfdsl.targets.argo import names
from kfdsl.targets.argo.refusal import Refused
from kfdsl.targets.argo.scope import Home, Scope, Task

_STATUS = {
    "": "in ['Succeeded', 'Skipped']",
    "succeeded": "== 'Succeeded'",
    "failed": "in ['Failed', 'Error']",
    "skipped": "== 'Skipped'",
}
ITEMS = {"any_succeeded": "AnySucceeded", "all_failed": "AllFailed"}


def named(order: ir.Order | None) -> dict[str, ir.AfterStep]:
    """Return the steps whose result is asked for, those of `a or b` included."""
    found: dict[str, ir.AfterStep] = {}
    _collect(order, found, within_any=False)
    return found


def _collect(order: ir.Order | None, found: dict[str, ir.AfterStep], *, within_any: bool) -> None:
    match order:
        case None:
            pass
        case ir.AfterStep(step, result):
            if result or within_any:
                found[step] = order
        case ir.AfterAll(terms) | ir.AfterAny(terms):
            for term in terms:
                _collect(term, found, within_any=within_any or isinstance(order, ir.AfterAny))


def depends(task: Task, order: ir.Order | None) -> str:
    """Return the text of `depends`, empty where the task waits for nothing in its DAG."""
    results = named(order)
    parts = dict.fromkeys(
        found.name
        for name in task.needs
        if name not in results and (found := task.scope.task_of(name)) is not None
    )
    parts |= task.waits
    parts.pop(task.name, None)
    if results and order is not None:
        if any(not is_tolerant(task.scope, name) for name in results):
            task.scope.target_all = True
        formula = _formula(order, task, within_any=False)
        terms = [term for term in formula if term not in parts]
        return " && ".join([*parts, *terms])
    return " && ".join(parts)


def _formula(order: ir.Order, task: Task, *, within_any: bool) -> list[str]:
    """Terms of a conjunction."""
    match order:
        case ir.AfterStep(step, result):
            name = _task_name(order, task) if result or within_any else _plain_name(order, task)
            if result in ITEMS:
                return [f"{name}.{ITEMS[result]}"]
            if not name or (not result and not within_any) or is_tolerant(task.scope, step):
                return [name] if name else []
            if result in ("failed", "done") or within_any:
                return [f"({name}.Succeeded || {name}.Skipped || {name}.Failed || {name}.Errored)"]
            return [name]
        case ir.AfterAll(terms):
            return [term for inner in terms for term in _formula(inner, task, within_any=within_any)]
        case ir.AfterAny(terms):
            alternatives = [" && ".join(_formula(term, task, within_any=True)) for term in terms]
            return ["(" + " || ".join(alternative for alternative in alternatives if alternative) + ")"]


def _task_name(order: ir.AfterStep, task: Task) -> str:
    """The task whose result is asked for: it must stand in the same DAG, or a group around it must tell."""
    home = task.scope.frame.homes[order.step]
    found = task.scope.task_of(order.step)
    if found is None or (found.node is not home.node and not _tells(found, home, order.result)):
        word = f"{order.step}.{order.result}" if order.result else order.step
        raise Refused(order.span, f"`after {word}` must stand in the same group as `{order.step}` on Argo")
    return found.name


def _tells(outer: Task, home: Home, result: ir.Result) -> bool:
    """Tell whether a step has a result if the group around it, called by `outer`, has it."""
    if home.tolerant:
        return False
    task = home.task
    while task is not outer:
        match result:
            case "succeeded":
                known = not task.is_conditional
            case "failed":
                known = len(task.scope.tasks) == 1
            case "done":
                known = not any(task.scope.task_of(need) for need in task.needs)
            case _:
                known = not result
        if not known or task.scope.task is None:
            return False
        task = task.scope.task
    return True


def _plain_name(order: ir.AfterStep, task: Task) -> str:
    found = task.scope.task_of(order.step)
    return found.name if found else ""


def is_tolerant(scope: Scope, step: str) -> bool:
    """Tell whether a step runs in a DAG of its own that succeeds whatever it does."""
    return scope.frame.homes[step].tolerant


def has_condition(order: ir.Order | None) -> bool:
    """Tell whether an order lets its step be skipped."""
    return any(entry.result not in ("done", *ITEMS) for entry in named(order).values())


def condition(order: ir.Order | None, task: Task) -> str:
    """Return the condition over results that goes with `depends`; empty where there is none."""
    return "" if order is None or not has_condition(order) else _condition(order, task, within_any=False)


def _condition(order: ir.Order, task: Task, *, within_any: bool) -> str:
    match order:
        case ir.AfterStep(step, result):
            if result in ("done", *ITEMS) or (not result and not within_any):
                return "true" if within_any else ""
            name = _task_name(order, task)
            path: tuple[str, ...] = ("tasks", name, "status")
            if is_tolerant(task.scope, step):
                path = ("tasks", name, "outputs", "parameters", "status")
            return f"{names.path_text(path)} {_STATUS[result]}"
        case ir.AfterAll(terms):
            found = [text for term in terms if (text := _condition(term, task, within_any=within_any))]
            return " && ".join(f"({text})" if " || " in text else text for text in found)
        case ir.AfterAny(terms):
            texts = [_condition(term, task, within_any=True) for term in terms]
            if "true" in texts:
                return "true" if within_any else ""
            return " || ".join(f"({text})" if " && " in text else text for text in texts)
