"""Libraries: a name space of templates in; the object that holds them, checked, out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kfdsl import ir
from kfdsl import syntax as s
from kfdsl.lower import interface, names, resources, settings, settings_table
from kfdsl.lower.blocks import items_of
from kfdsl.lower.bodies import Bound
from kfdsl.lower.library import Library
from kfdsl.lower.module import Callee
from kfdsl.lower.patches import LIBRARY, patch
from kfdsl.lower.pipelines import WHOLE_RUN
from kfdsl.lower.settings import Merged
from kfdsl.node import replace
from kfdsl.source import Span

if TYPE_CHECKING:
    from kfdsl.lower.lowering import Lowering

OF_GRAPH: Final = ("cache", "retry", "mutex", "semaphore", "parallelism", "fail_fast")
"""Settings of a pipeline that hold for its graph wherever it is called."""


def lower(lowering: Lowering, module: Library) -> ir.Library:
    """Lower a library with all that it declares."""
    item, context = module.item, lowering.context
    if not module.own:
        context.report(
            "empty-graph",
            item.name.span,
            f"library `{item.name.text}` has no templates",
            label="nothing to call",
            helps=("add `component NAME { … }` or `pipeline NAME { … }`",),
        )
    names.check_library(context, item.name, [one.name for one in module.own])
    members: list[ir.Body | ir.Pipeline] = []
    for declaration in module.own:
        _only_called(module, declaration)
        found = lowering.callee(Callee(module, declaration), declaration.name.span, guarded=True)
        if isinstance(found, Bound):
            members.append(found.body)
        elif isinstance(found, ir.Pipeline):
            members.append(found)
    own = _settings(lowering, module)
    return ir.Library(
        item.name.text,
        _text(own, "name"),
        _kind(own),
        ir.Settings(own),
        tuple(members),
        tuple(p for p in (patch(module.scope(), p, LIBRARY) for p in module.patches) if p),
        item.doc,
        item.span,
        item.name.span,
    )


def applied(lowering: Lowering, module: Library, name: s.Name) -> ir.Applied:
    """Return where a template of a library is once it has been applied."""
    own = _settings(lowering, module)
    return ir.Applied(
        module.item.name.text, _text(own, "name"), _kind(own), _text(own, "namespace"), name.text
    )


def settled(lowering: Lowering, callee: Callee, bound: Bound) -> Bound:
    """Return a component with the settings that it has in its library, whoever calls it."""
    module, item = callee.module, callee.declaration
    if not isinstance(module, Library):
        return bound
    if interface.built_in(item.call) in ("extern", "load"):
        lowering.context.report(
            "misplaced-item",
            item.name.span,
            f"component `{item.name.text}` is no template of its own",
            label="not in a library",
            helps=("declare it beside the library",),
        )
    merged = settings.merge(lowering.file_defaults(module), bound.settings)
    lowering.images.check(item.name, item.block, merged, bound.body)
    body = replace(bound.body, settings=ir.Settings(merged), applied=applied(lowering, module, item.name))
    return replace(bound, body=body, settings=merged)


def _settings(lowering: Lowering, module: Library) -> Merged:
    found = lowering.libraries.get(id(module))
    if found is None:
        found = settings.lower(module.scope(), module.settings, settings_table.LIBRARY, "a library")
        for name in ("name", "namespace"):
            value = found.get(name)
            if isinstance(value, ir.Literal):
                resources.check_object_name(
                    module.scope(), str(value.value), value.span, f"the {name} of an object"
                )
        lowering.libraries[id(module)] = found
    return found


def _text(own: Merged, name: str) -> str:
    value = own.get(name)
    return str(value.value) if isinstance(value, ir.Literal) else ""


def _kind(own: Merged) -> str:
    return _text(own, "kind") or "WorkflowTemplate"


def _only_called(module: Library, item: s.Component | s.Pipeline) -> None:
    """Report what a pipeline says of its run: in a library it has none, it is only called."""
    if not isinstance(item, s.Pipeline):
        return
    items = items_of(item.block)
    graph = interface.is_graph(items)
    for part in items:
        if isinstance(part, s.Handler):
            help_ = "a `group` around its steps has handlers of its own"
            _report_run(module, part.event.span, f"on {part.event.text}", (help_,))
        elif isinstance(part, s.Setting) and _is_of_run(part.name.text, graph=graph):
            in_defaults = part.name.text in settings_table.STEP
            helps = ("put it into `defaults { … }`",) if in_defaults else ()
            _report_run(module, part.name.span, part.name.text, helps)


def _report_run(module: Library, span: Span, what: str, helps: tuple[str, ...]) -> None:
    module.context.report(
        "misplaced-item",
        span,
        f"`{what}` is of a run, and a pipeline in a library is only called",
        label="not here",
        helps=helps,
    )


def _is_of_run(name: str, *, graph: bool) -> bool:
    if name in OF_GRAPH or name not in settings_table.GRAPH:
        return False
    return graph or name in WHOLE_RUN or name not in settings_table.STEP
