"""Handlers: exit tasks, which run when a DAG beside them has ended, however it did.

The engine takes one exit task a task (kfp.md, S14), so that each handler gets a DAG around what it handles.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from kfdsl import ir, kinds
from kfdsl.node import replace
from kfdsl.targets.common import usage
from kfdsl.targets.kfp.dag import Dag, Source, Task
from kfdsl.targets.kfp.findings import Findings

STATUS: Final = "parseJson(string_value)[\"state\"] == 'FAILED' ? 'Failed' : 'Succeeded'"
"""The word of the language for how a task has ended (kfp.md, A29)."""

_ENDS: Final = {"success": "Succeeded", "failure": "Failed"}

Place = Callable[[ir.Graph, Dag, Findings], list[Task]]


def around(
    handlers: tuple[ir.Handler, ...], dag: Dag, findings: Findings, place: Place
) -> tuple[Dag, list[Task]]:
    """Add handlers to a DAG; return the DAG for what they handle, and the tasks of the handlers.

    `place` puts a graph into a DAG.
    """
    tasks: list[Task] = []
    for handler in handlers:
        if handler.event not in ("exit", *_ENDS):
            findings.refuse(
                handler.span.head, f"Kubeflow runs nothing while a step is running: `on {handler.event}`"
            )
            continue
        if not _check(handler, findings):
            continue
        inner = dag.child(f"exit-handler-{_number(dag)}", handler.span)
        handled = inner.task_or_bug
        ended = Source(dag, "status", kinds.STRING, "run-status", handled)
        ended.selector = STATUS
        tasks += _exit(handler, dag, ended, findings, place)
        dag = inner
    return dag, tasks


def _number(dag: Dag) -> int:
    """Return how many handlers of this pipeline are around a DAG, this one included."""
    return 1 + sum(1 for one in dag.around() if one.name.startswith("exit-handler-"))


def _check(handler: ir.Handler, findings: Findings) -> bool:
    """Refuse what a handler cannot have: outputs of the steps that it follows (kfp.md, A28)."""
    own = {node.name for node in usage.nodes(handler.graph) if isinstance(node, (ir.Step, ir.Group))}
    fine = True
    for node in usage.nodes((handler.graph, handler.when)):
        if isinstance(node, (ir.OutputRef, ir.EachRef, ir.ItemOutputRef)) and node.step not in own:
            fine = False
            findings.refuse(
                node.span,
                f"Kubeflow cannot hand `{node.span.text}` to a handler, since the step may not have run",
                "let the handler read params and `run.status`, or do it in a step `after` the others",
            )
        elif isinstance(node, ir.RunRef) and node.field == "status":
            findings.differs(
                node.span,
                'on Kubeflow, `run.status` is "Succeeded" too where an image could not be pulled or a driver failed',
            )
    return fine


def _exit(handler: ir.Handler, dag: Dag, ended: Source, findings: Findings, place: Place) -> list[Task]:
    nodes = handler.graph.nodes
    conditions = _conditions(handler)
    first = nodes[0]
    if len(nodes) == 1 and conditions is None and isinstance(first, ir.Step) and _is_plain(first):
        dag.ended = ended
        made = place(handler.graph, dag, findings)
        for task in made:
            _follow(task, ended)
        return made
    inner = dag.child(f"on-{handler.event}", handler.span)
    _follow(inner.task_or_bug, ended)
    # The status is read from inside, where what it is the status of is beside the call.
    inner.ended = ended
    graph = handler.graph
    if conditions is not None:
        graph = replace(graph, nodes=(ir.Choice(((conditions, graph),), (), handler.span),))
    return place(graph, inner, findings)


def _is_plain(step: ir.Step) -> bool:
    return step.loop is None and step.when is None and not step.handlers


def _follow(task: Task, ended: Source) -> None:
    task.strategy = "exit"
    if ended.task is not None:
        task.wait_for(ended.task)


def _conditions(handler: ir.Handler) -> ir.Expr | None:
    wanted = _ENDS.get(handler.event)
    if wanted is None:
        return handler.when
    span = handler.span
    status = ir.RunRef("status", kinds.STRING, span)
    own: ir.Expr = ir.Binary("==", status, ir.Literal(wanted, kinds.STRING, span), kinds.BOOL, span)
    return own if handler.when is None else ir.Binary("and", own, handler.when, kinds.BOOL, span)
