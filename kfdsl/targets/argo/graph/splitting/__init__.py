"""Graphs with more tasks than one DAG takes: parts of them move into DAGs of their own, and mean the same.

First the parts that can run as one are put together (`modules`): nothing waits longer then. What is still too
large is layered (`layers`): a DAG holds the first tasks and, as one more task, the DAG of the others.
See docs/decisions/0011-large-graphs.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kfdsl.targets.argo import limits
from kfdsl.targets.argo.refusal import TooManySteps

if TYPE_CHECKING:
    from kfdsl import ir
    from kfdsl.targets.argo.graph.splitting.modules import Entry
    from kfdsl.targets.argo.scopes.scope import Scope
    from kfdsl.targets.argo.scopes.tasks import Task


def split(scope: Scope) -> None:
    """Split a DAG and those in it where they are too large.

    Raises:
        Refused: one has no form.
    """
    waiting = [scope]
    while waiting:
        one = waiting.pop()
        waiting += [task.inner for task in one.tasks if task.inner is not None]
        if len(one.tasks) > limits.TASKS:
            _split(one)


def fits(scope: Scope, own: ir.Settings) -> None:
    """Refuse settings of a graph that hold for one DAG and not for those in it, if it was split.

    Raises:
        TooManySteps: the graph has such a setting.
    """
    if not any(task.inner is not None and task.inner.is_part for task in scope.tasks):
        return
    for name, field in (("fail_fast", "failFast"), ("parallelism", "parallelism")):
        value = own.expr(name)
        if value is not None and scope.settings.get(field):
            raise TooManySteps(
                value.span,
                f"Argo cannot hold `{name}` for more than {limits.TASKS} steps: they are in several DAGs",
                "put the steps into groups, or leave the setting out",
            )


def _split(scope: Scope) -> None:
    from kfdsl.targets.argo.graph import plan  # noqa: PLC0415  # few graphs need them
    from kfdsl.targets.argo.graph.splitting import layers, modules, parts  # noqa: PLC0415  # few graphs need them

    most = limits.TASKS
    if scope.task is not None and scope.task.is_hook:
        raise TooManySteps(
            scope.span.head,
            f"{len(scope.tasks)} steps in a handler of a step or group: Argo takes {most}",
            "put some of them into a pipeline of their own",
        )
    reduction = parts.Units(scope).reduction()
    reduction.reduce(most)
    entries = modules.packed(reduction.result, most)
    if any(isinstance(entry, list) for entry in entries):
        scope.tasks = _placed(scope, entries, scope.tasks)
        plan.outside_needs(scope)
    if len(scope.tasks) > most:
        layers.layer(scope, most)


def _placed(scope: Scope, entries: list[Entry], tasks: list[Task]) -> list[Task]:
    """Return the tasks of a DAG after some have moved into others."""
    from kfdsl.targets.argo.graph.splitting import parts  # noqa: PLC0415  # the same

    placed: list[Task] = []
    for entry in entries:
        if isinstance(entry, list):
            placed.append(parts.nest(scope, _placed(scope, entry, tasks)))
        else:
            placed += [tasks[number] for number in entry]
    return placed
