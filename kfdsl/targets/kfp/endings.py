"""`after x.failed` and `after x.done`: followers that run although something has failed.

Nothing in a DAG of Kubeflow starts behind a failure; only an exit task does, behind which nothing can follow.
So such a follower, with what follows it, becomes a handler of what it waits for (kfp.md, S11, S12, A14).
"""

from __future__ import annotations

from typing import Final

from kfdsl import ir
from kfdsl.node import replace
from kfdsl.source import Span
from kfdsl.targets.kfp.findings import Findings

_EVENTS: Final = {"failed": "failure", "done": "exit"}

Node = ir.Step | ir.Group | ir.Choice


def handled(graph: ir.Graph, findings: Findings) -> ir.Graph:
    """Return a graph in which the followers of failures are handlers."""
    wanted: dict[str, list[tuple[str, ir.Step | ir.Group]]] = {}
    for node in graph.nodes:
        if not isinstance(node, ir.Choice) and node.after is not None:
            found = _waits(node.after, findings)
            if found is not None:
                wanted.setdefault(found[0], []).append((found[1], node))
    if not wanted:
        return graph
    moved: set[str] = set()
    handlers: dict[str, list[ir.Handler]] = {}
    for step, followers in wanted.items():
        for event, node in followers:
            taken = _following(node, graph)
            moved |= {one.name for one in taken if not isinstance(one, ir.Choice)}
            _check(node, taken, graph, findings)
            own = tuple(_inside(one, step) for one in taken)
            handlers.setdefault(step, []).append(ir.Handler(event, None, ir.Graph(own, node.span), node.span))
    nodes: list[Node] = []
    for node in graph.nodes:
        if isinstance(node, ir.Choice) or node.name not in moved | handlers.keys():
            nodes.append(node)
        elif node.name in handlers:
            nodes.append(_with(node, tuple(handlers[node.name])))
    return replace(graph, nodes=tuple(nodes))


def _waits(order: ir.Order, findings: Findings) -> tuple[str, str] | None:
    """Return the step and the event that a follower of a failure waits for; None for another follower."""
    match order:
        case ir.AfterStep(step, "failed" | "done" as result):
            return step, _EVENTS[result]
        case ir.AfterStep(_, "any_succeeded" | "all_failed" as result, span):
            findings.refuse(span, f"Kubeflow cannot wait for `{result}`")
        case ir.AfterStep():
            pass
        case ir.AfterAll(terms):
            for term in terms:
                if _waits(term, findings) is not None:
                    findings.refuse(
                        _span(term),
                        "on Kubeflow, what follows a failure waits for that step alone",
                        "wait for it in a step between",
                    )
        case ir.AfterAny(terms):
            findings.refuse(
                _span(terms[0]), "Kubeflow starts a step when all that it waits for have ended well: no `or`"
            )
    return None


def _span(order: ir.Order) -> Span:
    return order.span if isinstance(order, ir.AfterStep) else _span(order.terms[0])


def _following(node: ir.Step | ir.Group, graph: ir.Graph) -> list[Node]:
    """Return a node with all nodes of the graph that wait for it, directly or not, in the order written."""
    names = {node.name}
    size = 0
    while len(names) != size:
        size = len(names)
        names |= {
            one.name
            for one in graph.nodes
            if not isinstance(one, ir.Choice) and any(need.step in names for need in one.needs)
        }
    return [one for one in graph.nodes if not isinstance(one, ir.Choice) and one.name in names]


def _check(node: ir.Step | ir.Group, taken: list[Node], graph: ir.Graph, findings: Findings) -> None:
    """Refuse followers that wait for something else too; a note on what differs."""
    names = {one.name for one in taken if not isinstance(one, ir.Choice)}
    for one in graph.nodes:
        if isinstance(one, ir.Choice) and any(need.step in names for need in one.needs):
            findings.refuse(
                one.span.head, f"on Kubeflow, an `if` cannot follow `{node.name}`, which follows a failure"
            )
    for one in taken[1:]:
        for need in one.needs:
            if need.step not in names:
                findings.refuse(
                    need.span, f"on Kubeflow, what follows `{node.name}` cannot wait for `{need.step}` too"
                )
    findings.differs(
        node.span.head,
        f"on Kubeflow, `{node.name}` follows what may have failed; its own failure fails no run",
    )


def _inside(node: Node, step: str) -> Node:
    """Return a follower as it stands in the handler: it does not wait for what the handler waits for."""
    needs = tuple(need for need in node.needs if need.step != step)
    if isinstance(node, ir.Choice):
        return replace(node, needs=needs)
    after = node.after
    if isinstance(after, ir.AfterStep) and after.step == step:
        after = None
    return replace(node, needs=needs, after=after)


def _with(node: ir.Step | ir.Group, handlers: tuple[ir.Handler, ...]) -> ir.Group:
    """Return a group of one node with handlers, which end with all of a loop and run where it was skipped."""
    return ir.Group(
        f"{node.name}, handled", True, None, None, None, (), ir.Graph((node,), node.span), (), handlers,
        ir.Settings({}), "", node.span,
    )  # fmt: skip
