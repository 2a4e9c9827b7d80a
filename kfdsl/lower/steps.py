"""What a step runs: an item in; a body, component, built-in or pipeline out, with arguments and settings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeAlias

from kfdsl import ir
from kfdsl import syntax as s
from kfdsl.lower import bodies, calling, interface, settings, settings_table
from kfdsl.lower.blocks import items_of
from kfdsl.lower.bodies import Bound
from kfdsl.lower.body_parts import Owner, Parts, misplaced_parts, sort_items
from kfdsl.lower.images import check_runs
from kfdsl.lower.module import Callee
from kfdsl.lower.scope import Scope
from kfdsl.lower.settings import Merged
from kfdsl.node import replace

if TYPE_CHECKING:
    from kfdsl.lower.graphs import Graphs

Target: TypeAlias = "ir.Body | ir.Pipeline | ir.PipelineRef"
Arguments: TypeAlias = "tuple[tuple[str, ir.Expr], ...]"


def target(graphs: Graphs, scope: Scope, item: s.Step) -> tuple[Target, Arguments, Merged]:
    """Return what a step of a graph runs, its arguments, and its merged settings."""
    parts = sort_items(items_of(item.block))
    if item.call is None or interface.built_in(item.call):
        return _own_body(graphs, scope, item, parts)
    callee = interface.find(scope.module, item.call)
    if callee is None:
        calling.report_unknown(scope, item.call)
        return _nothing(item), (), {}
    what = f"a call of `{callee.declaration.name.text}`"
    misplaced_parts(scope, parts, ("ins", "outs", "scripts", "containers", "resources"), what)
    arguments = calling.arguments(scope, item.call, callee)
    called = graphs.lowering.callee(callee, item.call.span, guarded=bool(scope.place.facts))
    if isinstance(called, Bound):
        own = settings.lower(scope, _plain(scope, parts), settings_table.STEP, "a step")
        weak = {} if called.body.applied is not None else _defaults(graphs, callee)
        merged = settings.merge(settings.merge(weak, called.settings), own)
        graphs.lowering.images.check(item.name, item.block, merged, called.body)
        return called.body, (*called.arguments, *arguments), merged
    own = settings.lower(scope, _plain(scope, parts), settings_table.OF_CALL, "a step that calls a pipeline")
    return called, arguments, own


def _own_body(graphs: Graphs, scope: Scope, item: s.Step, parts: Parts) -> tuple[Target, Arguments, Merged]:
    owner = Owner("step", item.name, is_component=False, doc=item.doc, call=item.call)
    bound = bodies.lower(scope, owner, parts, graphs.declared)
    merged = settings.merge(graphs.defaults, bound.settings)
    body = replace(bound.body, settings=ir.Settings(merged))
    if item.call is None:
        check_runs(scope.context, item.name, item.block, body)
    graphs.lowering.images.check(item.name, item.block, merged, body)
    return body, bound.arguments, merged


def _nothing(item: s.Step) -> ir.Body:
    """Return what stands for the body of a step whose call is wrong."""
    return ir.Body(
        item.name.text, (), (), None, ir.Settings({}), (), (), (), (), {}, False, "", item.name.span
    )


def _plain(scope: Scope, parts: Parts) -> list[s.Setting]:
    """Return the settings of a step that calls something; report that it says once more what runs."""
    for setting in parts.settings:
        if setting.name.text in settings_table.RUNS:
            scope.context.report(
                "several-commands",
                setting.name.span,
                "the step runs what it calls",
                label=f"`{setting.name.text}` has no place here",
            )
    return [i for i in parts.settings if i.name.text not in settings_table.RUNS]


def _defaults(graphs: Graphs, callee: Callee) -> Mapping[str, ir.Expr | ir.RangeExpr]:
    """Return the defaults that reach a call: those of the component's file win over those around the step."""
    if callee.module is graphs.scope.module:
        return graphs.defaults
    return settings.merge(graphs.defaults, graphs.lowering.file_defaults(callee.module))
