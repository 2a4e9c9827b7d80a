"""Pipelines: one declaration in, with its params, settings and steps or body; a checked pipeline out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from kfdsl import ir
from kfdsl import syntax as s
from kfdsl.diagnostics import Label
from kfdsl.lower import (
    bodies,
    cycles,
    infos,
    interface,
    lets,
    names,
    params,
    resources,
    run_values,
    settings,
    settings_table,
    whole,
)
from kfdsl.lower.around import NOWHERE
from kfdsl.lower.blocks import items_of, walk
from kfdsl.lower.body_parts import Owner, Parts, misplaced, sort_items
from kfdsl.lower.context import Context
from kfdsl.lower.graphs import Graphs
from kfdsl.lower.images import check_runs
from kfdsl.lower.metrics import metric
from kfdsl.lower.module import Callee
from kfdsl.lower.patches import ONE_BODY, PIPELINE, patch
from kfdsl.lower.scope import Place, Scope, StepInfo, Value
from kfdsl.lower.settings import Merged
from kfdsl.node import Node, replace
from kfdsl.source import Span

if TYPE_CHECKING:
    from kfdsl.lower.lowering import Lowering

WHOLE_RUN = frozenset(
    (
        "labels",
        "annotations",
        "service_account",
        "priority_class",
        "node",
        "tolerate",
        "affinity",
        "image_pull_secrets",
        "mutex",
        "semaphore",
        "parallelism",
        "display",
        "host_aliases",
        "scheduler",
        "archive_logs",
        "pod_cpu",
        "pod_memory",
        "pod_hugepages",
    )
)
"""Settings that in a pipeline of one body are the run's; the others that both could have are the body's."""


class _Head(Node):
    """What is known of a pipeline before its steps or body; `scope` has its params and resources."""

    lowering: Lowering
    item: s.Component | s.Pipeline
    items: tuple[s.Item, ...]
    scope: Scope
    params: tuple[ir.Param, ...]
    declared: Mapping[str, ir.Resource]
    defaults: Merged
    lets: Mapping[str, Value]


class _Inside(Node):
    """What a pipeline runs: a graph, or one body with the values of its inputs."""

    graph: ir.Graph | None
    body: ir.Body | None
    arguments: tuple[tuple[str, ir.Expr], ...]
    outputs: tuple[ir.GraphOutput, ...]
    handlers: tuple[ir.Handler, ...]


def lower(lowering: Lowering, callee: Callee) -> ir.Pipeline:
    """Lower a pipeline."""
    head = _head(lowering, callee)
    item = head.item
    if interface.is_graph(head.items) or (item.call is not None and not interface.built_in(item.call)):
        return _of_graph(head)
    if _is_empty(head):
        lowering.context.report(
            "empty-graph",
            item.name.span,
            f"pipeline `{item.name.text}` has no steps",
            label="nothing runs",
            helps=('add `step NAME { image = "…", command = ["…"] }`',),
        )
    return _of_body(head)


def _head(lowering: Lowering, callee: Callee) -> _Head:
    item, module = callee.declaration, callee.module
    items = items_of(item.block)
    own = [i for i in items if isinstance(i, s.Resource)]
    _one_name_space(lowering.context, items)
    outer = module.scope().with_roots({"run": run_values.of_pipeline(items)})
    lowered, scope = params.lower(outer, [i for i in items if isinstance(i, s.Param)], own)
    named = lets.declare(lowering.context, scope.values, items, lets.step_names(items))
    scope = scope.with_values(named)
    declared = {**resources.lower(module.scope(), module.resources), **resources.lower(scope, own)}
    defaults = lowering.defaults(
        scope, [i for i in items if isinstance(i, s.Defaults)], lowering.file_defaults(module)
    )
    cron = any(isinstance(i, s.Setting) and i.name.text == "schedule" for i in items)
    names.check_pipeline(lowering.context, item.name, cron=cron)
    return _Head(lowering, item, items, scope, lowered, declared, defaults, named)


def _one_name_space(context: Context, items: tuple[s.Item, ...]) -> None:
    """Report params, secrets, `let`s and the like of one name."""
    seen: dict[str, s.Name] = {}
    for item in items:
        if isinstance(item, (s.Param, s.Resource, s.Let)):
            first = seen.setdefault(item.name.text, item.name)
            if first is not item.name:
                context.report(
                    "duplicate-name",
                    item.name.span,
                    f"`{item.name.text}` is declared twice",
                    label="again here",
                    labels=(Label(first.span, "first here"),),
                )


def _is_empty(head: _Head) -> bool:
    """Tell whether a pipeline has neither steps nor what a body has."""
    if head.item.call is not None:
        return False
    known = (*settings_table.STEP, *settings_table.RUNS)
    return not any(
        isinstance(i, (s.In, s.Script, s.Container, s.Patch))
        or (isinstance(i, s.Setting) and i.name.text in known)
        for i in head.items
    )


def _of_graph(head: _Head) -> ir.Pipeline:
    item, module = head.item, head.scope.module
    items = _with_called(head)
    found = infos.collect(module, head.scope, items, continuing="continue_on" in head.defaults)
    scope = _among(head.scope, found, Place(None, (), frozenset()))
    lets.check(scope, head.lets)
    graphs = Graphs(head.lowering, scope, head.defaults, head.declared)
    graph = graphs.graph(items, NOWHERE, item.span)
    among = walk(items, (s.Step, s.Group, s.For, s.Handler))
    names.check_steps(scope.context, [i.name for i in among if isinstance(i, (s.Step, s.Group))])
    cycles.report(scope.context, graph)
    outputs = tuple(graphs.output(scope, i) for i in head.items if isinstance(i, s.Out))
    if item.call is not None and not outputs:
        outputs = _passed_on(graph, found, item.name.span)
    handlers = tuple(graphs.handler(i, NOWHERE) for i in head.items if isinstance(i, s.Handler))
    run = [i for i in head.items if isinstance(i, s.Setting)]
    for other in head.items:
        if isinstance(other, (s.In, s.Script, s.Container)):
            misplaced(scope, other, "a pipeline with steps")
    made = _made(head, scope, run, _Inside(graph, None, (), outputs, handlers))
    own = item.call is None or any(isinstance(i, s.Out) for i in head.items)
    return made if own else whole.same_run(made)


def _with_called(head: _Head) -> tuple[s.Item, ...]:
    """Return the items of a graph; `pipeline x = y(…)` has one step that calls `y`."""
    item = head.item
    if item.call is None:
        return head.items
    callee = interface.find(head.scope.module, item.call)
    name = callee.declaration.name.text if callee is not None else item.name.text
    return (s.Step(s.Name(name, item.name.span), item.call, (), None, "", item.span), *head.items)


def _passed_on(graph: ir.Graph, found: Mapping[str, StepInfo], span: Span) -> tuple[ir.GraphOutput, ...]:
    """Return the outputs of the first step as those of the pipeline."""
    step = graph.nodes[0]
    if not isinstance(step, ir.Step):
        return ()
    return tuple(
        ir.GraphOutput(name, kind, ir.OutputRef(step.name, name, kind, span), "", span)
        for name, kind in found[step.name].outputs.items()
    )


def _among(scope: Scope, found: Mapping[str, StepInfo], place: Place) -> Scope:
    """Return the scope in which these steps are known."""
    return Scope(scope.context, scope.module, scope.values, found, place, scope.roots)


def _of_body(head: _Head) -> ir.Pipeline:
    item, scope = head.item, head.scope
    run, parts = _run_and_body(head)
    whole = tuple(p for p in parts.patches if _is_whole(tuple(n.text for n in p.path)))
    inner = replace(parts, patches=tuple(p for p in parts.patches if p not in whole))
    at = Place(item.name.text, (), frozenset(), needs={})
    owner = Owner("pipeline", item.name, is_component=False, doc=item.doc, call=item.call)
    bound = bodies.lower(scope.at(at), owner, inner, head.declared)
    merged = settings.merge(head.defaults, bound.settings)
    body = replace(bound.body, settings=ir.Settings(merged))
    if not _is_empty(head) and not whole:
        if item.call is None:
            check_runs(scope.context, item.name, item.block, body)
        head.lowering.images.check(item.name, item.block, merged, body)
    handled = [i for i in head.items if isinstance(i, s.Handler)]
    found = infos.collect(scope.module, scope, tuple(handled), continuing=False)
    graphs = Graphs(head.lowering, _among(scope, found, scope.place), head.defaults, head.declared)
    handlers = tuple(graphs.handler(i, NOWHERE) for i in handled)
    outputs = tuple(
        ir.GraphOutput(o.name, o.type, ir.OutputPath(o.name, o.type, o.span), o.doc, o.span)
        for o in body.outputs
    )
    return _made(head, scope, run, _Inside(None, body, bound.arguments, outputs, handlers))


def _run_and_body(head: _Head) -> tuple[list[s.Setting], Parts]:
    """Return the settings of the run, and the items of the body with the other settings."""
    of_body = frozenset((*settings_table.STEP, *settings_table.RUNS)) - WHOLE_RUN
    written = [i for i in head.items if isinstance(i, s.Setting)]
    own = tuple(i for i in written if i.name.text in of_body)
    run = [i for i in written if i.name.text not in of_body]
    outside = (s.Setting, s.Param, s.Resource, s.Defaults, s.Handler, s.Metric)
    parts = sort_items(tuple(i for i in head.items if not isinstance(i, outside)))
    return run, replace(parts, settings=own)


def _is_whole(path: tuple[str, ...]) -> bool:
    """Tell whether a patch goes to the whole object rather than to a part of it."""
    return path[0] != "argo" or len(path) == 1


def _made(head: _Head, scope: Scope, run: list[s.Setting], inside: _Inside) -> ir.Pipeline:
    """Return a pipeline with the settings of its run, its metrics and its patches."""
    item = head.item
    at = scope.at(Place(None, (), frozenset(), handler="settings"))
    checked = settings.lower(at, run, settings_table.GRAPH, "a pipeline")
    kind = checked.pop("kind", None)
    results = scope.with_roots({"run": {**scope.roots["run"], **run_values.RUN_RESULT}})
    metrics = tuple(metric(results, i) for i in head.items if isinstance(i, s.Metric))
    written = [i for i in head.items if isinstance(i, s.Patch)]
    if inside.body is not None:
        written = [i for i in written if _is_whole(tuple(n.text for n in i.path))]
    allowed = ONE_BODY if inside.body is not None else PIPELINE
    patches = tuple(p for p in (patch(scope, i, allowed) for i in written) if p)
    return ir.Pipeline(
        item.name.text,
        str(kind.value) if isinstance(kind, ir.Literal) else "",
        head.params,
        inside.graph,
        inside.body,
        inside.arguments,
        inside.outputs,
        inside.handlers,
        ir.Settings(checked),
        metrics,
        patches,
        head.declared,
        item.doc,
        item.span,
        item.name.span,
    )
