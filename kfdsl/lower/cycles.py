"""Cycles among steps: found, and told as the whole loop with its lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from kfdsl import ir
from kfdsl.diagnostics import Label
from kfdsl.lower.context import Context
from kfdsl.source import Span

Edge = tuple[str, Span | None]
"""What a node waits for, and the place that says so; None where it is understood, as for a group's steps."""


def report(context: Context, graph: ir.Graph) -> None:
    """Report every loop of steps that wait for each other, one for each strongly connected part."""
    edges: dict[str, list[Edge]] = {}
    _collect(graph, edges, [])
    for part in components(edges):
        loop = shortest_loop(edges, part)
        if loop:
            _report(context, loop)


def _collect(graph: ir.Graph, edges: dict[str, list[Edge]], outer: list[Edge]) -> None:
    """Add edges; `outer` is what the things around the graph make all of it wait for.

    A group is two nodes: its start, which waits for all that its steps need from outside, and its end.
    """
    for node in graph.nodes:
        match node:
            case ir.Step():
                edges[node.name] = _edges(node.needs) + outer
            case ir.Group():
                start = f"{node.name} start"
                inside = {s.name for s in node.graph.steps()} | _groups(node.graph)
                needs = [*node.needs, *(n for n in _needs(node.graph) if n.step not in inside)]
                edges[start] = _edges(needs) + outer
                _collect(node.graph, edges, [(start, None)])
                edges[node.name] = [*((name, None) for name in sorted(inside)), (start, None)]
            case ir.Choice():
                needed = _edges(node.needs) + outer
                for _, branch in node.branches:
                    _collect(branch, edges, needed)


def _edges(needs: Iterable[ir.Need]) -> list[Edge]:
    return [(need.step, need.span) for need in needs]


def _groups(graph: ir.Graph) -> set[str]:
    found: set[str] = set()
    for node in graph.nodes:
        if isinstance(node, ir.Group):
            found |= {node.name} | _groups(node.graph)
        elif isinstance(node, ir.Choice):
            for _, branch in node.branches:
                found |= _groups(branch)
    return found


def _needs(graph: ir.Graph) -> Iterator[ir.Need]:
    for node in graph.nodes:
        if isinstance(node, ir.Step):
            yield from node.needs
        elif isinstance(node, ir.Group):
            yield from node.needs
            yield from _needs(node.graph)
        else:
            yield from node.needs
            for _, branch in node.branches:
                yield from _needs(branch)


def components(  # noqa: C901, PLR0912  # the algorithm reads best whole
    edges: Mapping[str, list[Edge]],
) -> list[set[str]]:
    """Return the strongly connected parts with more than one node or an edge to itself.

    This is Tarjan's algorithm (SIAM Journal on Computing 1, 1972), without recursion.
    """
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    on_stack: set[str] = set()
    found: list[set[str]] = []
    for root in edges:
        if root in index:
            continue
        work: list[tuple[str, Iterator[Edge]]] = [(root, iter(edges[root]))]
        index[root] = low[root] = len(index)
        stack.append(root)
        on_stack.add(root)
        while work:
            node, successors = work[-1]
            for target, _ in successors:
                if target not in edges:
                    continue
                if target not in index:
                    index[target] = low[target] = len(index)
                    stack.append(target)
                    on_stack.add(target)
                    work.append((target, iter(edges[target])))
                    break
                if target in on_stack:
                    low[node] = min(low[node], index[target])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == index[node]:
                    part = set()
                    while True:
                        member = stack.pop()
                        on_stack.discard(member)
                        part.add(member)
                        if member == node:
                            break
                    if len(part) > 1 or any(t == node for t, _ in edges[node]):
                        found.append(part)
    return found


def shortest_loop(edges: Mapping[str, list[Edge]], part: set[str]) -> list[tuple[str, str, Span]]:
    """Return a shortest loop through the first place of a part, as `(who, needs whom, where)`."""
    places = [
        (span.start, node, target, span)
        for node in part
        for target, span in edges[node]
        if target in part and span is not None
    ]
    if not places:
        return []
    _, first, target, _ = min(places, key=lambda p: p[:3])
    came: dict[str, tuple[str, Span | None]] = {}
    queue = [target]
    seen = {target}
    while queue and first not in seen:
        node = queue.pop(0)
        for following, span in edges[node]:
            if following in part and following not in seen:
                seen.add(following)
                came[following] = (node, span)
                queue.append(following)
    path: list[tuple[str, str, Span | None]] = []
    at = first
    while at != target:
        before, span = came[at]
        path.append((before, at, span))
        at = before
    head = min((p for p in places if p[1] == first and p[2] == target), key=lambda p: p[0])
    steps = [(first, target, head[3]), *reversed(path)]
    return [(a, b, span) for a, b, span in steps if span is not None]


def _report(context: Context, loop: list[tuple[str, str, Span]]) -> None:
    names = [who.removesuffix(" start") for who, _, _ in loop]
    count = {
        1: "a step waits for itself",
        2: "two steps wait for each other",
        3: "three steps wait for each other",
    }.get(len(loop), f"{len(loop)} steps wait for each other")
    chain = " needs ".join(f"`{n}`" for n in (*names, names[0]))
    places = [
        (span, f"{i}. `{a.removesuffix(' start')}` needs `{b.removesuffix(' start')}`")
        for i, (a, b, span) in enumerate(loop, 1)
    ]
    context.report(
        "dependency-cycle",
        places[0][0],
        f"{count}: {chain}",
        label=places[0][1],
        labels=tuple(Label(s, t) for s, t in places[1:]),
        helps=("to use a result of an earlier run, make it a `param`",),
    )
