"""Order: `depends` of a task from what its step waits for, and the condition that named results add."""

from __future__ import annotations

from kfdsl import ir, kinds
from kfdsl.targets.argo import names
from kfdsl.targets.argo.expressions.wanted import Ended
from kfdsl.targets.argo.graph.results import named
from kfdsl.targets.argo.refusal import Refused
from kfdsl.targets.argo.scopes.scope import Scope
from kfdsl.targets.argo.scopes.tasks import Home, Task

_STATUS = {
    "": "in ['Succeeded', 'Skipped']",
    "succeeded": "== 'Succeeded'",
    "failed": "in ['Failed', 'Error']",
    "skipped": "== 'Skipped'",
}
ITEMS = {"any_succeeded": "AnySucceeded", "all_failed": "AllFailed"}


def depends(task: Task, order: ir.Order | None) -> str:
    """Return the text of `depends`, empty where the task waits for nothing in its DAG."""
    results = named(order)
    here = task.scope
    asked = {here.task_of(name) for name in (*results, *task.ended)}
    parts = dict.fromkeys(
        found.name for name in task.needs if (found := here.task_of(name)) is not None and found not in asked
    )
    for name in task.ended:
        found = here.task_of(name)
        if found is not None and name not in results:
            parts[found.name if is_tolerant(here, name) else _in_any_way(found.name)] = None
            here.target_all = here.target_all or not is_tolerant(here, name)
    parts |= task.waits
    parts.pop(task.name, None)
    if results and order is not None:
        if any(not is_tolerant(here, name) and here.task_of(name) for name in results):
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
            if not name:
                return []
            if result in ITEMS:
                return [f"{name}.{ITEMS[result]}"]
            if not name or (not result and not within_any) or is_tolerant(task.scope, step):
                return [name] if name else []
            if result in ("failed", "done") or within_any:
                return [_in_any_way(name)]
            return [name]
        case ir.AfterAll(terms):
            return [term for inner in terms for term in _formula(inner, task, within_any=within_any)]
        case ir.AfterAny(terms):
            _refuse_mixed(order)
            joined = (" && ".join(_formula(term, task, within_any=True)) for term in terms)
            alternatives = [alternative for alternative in joined if alternative]
            return ["(" + " || ".join(alternatives) + ")"] if alternatives else []


def _refuse_mixed(order: ir.AfterAny) -> None:
    """Refuse alternatives of which some are asked of the items of a loop, and some of the status of a step."""
    asked = named(order)
    of_items = [entry for entry in asked.values() if entry.result in ITEMS]
    if of_items and any(entry.result not in ("done", *ITEMS) for entry in asked.values()):
        raise Refused(
            of_items[0].span,
            f"`{of_items[0].step}.{of_items[0].result}` cannot be one of several alternatives on Argo",
            "let a step of its own wait for it, and ask whether that has run",
        )


def _in_any_way(name: str) -> str:
    return f"({name}.Succeeded || {name}.Skipped || {name}.Failed || {name}.Errored)"


def _task_name(order: ir.AfterStep, task: Task) -> str:
    """The task here whose result is asked for; empty where it is outside of the loop that asks."""
    home = task.scope.frame.homes[order.step]
    scope = task.scope
    while not scope.is_around(home.scope):
        scope = scope.task_or_bug.scope
    found = scope.task_of(order.step)
    word = f"{order.step}.{order.result}" if order.result else order.step
    if order.result in ITEMS and (found is None or found.items is None or scope is not task.scope):
        raise Refused(
            order.span,
            f"`{word}` can be asked for on Argo only where a loop without `at_most` and `continue_on` stands "
            "beside its follower, and the rest of its group or loop does not fail",
        )
    if found is None or (found.node is not home.node and not _tells(found, home, order.result)):
        inner = found.node.name if found is not None else order.step
        raise Refused(
            order.span,
            f"nothing outside of {_called(inner)} learns on Argo how `{order.step}` in it has ended",
            f'put the follower into it, or give `{order.step}` `continue_on = ["failure"]` and an output',
        )
    return found.name if scope is task.scope else ""


def _called(name: str) -> str:
    return f"`{name}`" if " " not in name else f"the loop `{name}`"


def _tells(outer: Task, home: Home, result: ir.Result) -> bool:
    """Tell whether a step has a result if the group around it, called by `outer`, has it."""
    if home.tolerant:
        return False
    task = home.task
    while task is not outer:
        match result:
            case "succeeded":
                known = not task.is_conditional
            case "skipped":
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
                _task_name(order, task) if result else ""
                return "true" if within_any else ""
            _task_name(order, task)
            status = task.scope.read(Ended(step, kinds.DURATION, order.span))
            return f"{names.path_text(status.path)} {_STATUS[result]}"
        case ir.AfterAll(terms):
            found = [text for term in terms if (text := _condition(term, task, within_any=within_any))]
            return " && ".join(f"({text})" if " || " in text else text for text in found)
        case ir.AfterAny(terms):
            texts = [_condition(term, task, within_any=True) for term in terms]
            if "true" in texts:
                return "true" if within_any else ""
            return " || ".join(f"({text})" if " && " in text else text for text in texts)
