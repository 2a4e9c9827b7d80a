"""Syntax to checked program: imports, names, types, presence, graph; reports `KF1nn`."""

from __future__ import annotations

from collections.abc import Mapping

from kfdsl import ir
from kfdsl import syntax as s
from kfdsl.lower import interface, libraries, objects, recursion, tests
from kfdsl.lower.blocks import items_of, walk
from kfdsl.lower.context import Context, did_you_mean
from kfdsl.lower.lowering import Lowering
from kfdsl.lower.module import Callee, Module
from kfdsl.lower.project import Project
from kfdsl.source import Span

__all__ = ["Context", "Project", "lower"]


def lower(project: Project, tree: s.File, folder: str | None, wanted: str | None = None) -> ir.Program:
    """Check a file and all that it imports; the findings are in the context of the project.

    `folder` is where imports are looked for. `wanted` names the one pipeline to compile; without it all are,
    those apart that others of the file call and that have no `kind`.
    """
    context, source = project.context, tree.span.source
    module = Module(project, source, tree, folder)
    lowering = Lowering(context)
    lowering.images.know(source, tree)
    lowering.file_defaults(module)
    for declaration in module.own:
        lowering.callee(Callee(module, declaration), declaration.name.span, guarded=True)
    found = {name: libraries.lower(lowering, one) for name, one in module.libraries.items()}
    tests.check(module, lowering)
    if wanted in found:
        return ir.Program((), source.name, tree.span, (found[wanted],))
    chosen = _chosen(context, module, wanted)
    pipelines = tuple(_compiled(lowering, module, d) for d in chosen)
    applied = tuple(found.values()) if wanted is None else ()
    objects.check(context, applied, pipelines)
    return ir.Program(pipelines, source.name, tree.span, applied)


def _chosen(context: Context, module: Module, wanted: str | None) -> list[s.Pipeline | s.Component]:
    pipelines = [d for d in module.own if isinstance(d, s.Pipeline)]
    components = [d for d in module.own if isinstance(d, s.Component)]
    if wanted is not None:
        found = [d for d in module.own if d.name.text == wanted]
        if not found:
            known = [*(d.name.text for d in module.own), *module.libraries]
            span = Span(module.source, 0, 0)
            context.report(
                "unknown-pipeline",
                span,
                f"`{module.source.name}` has no pipeline `{wanted}`",
                label=f"it has {', '.join(known) or 'none'}",
                helps=tuple(f.title for f in did_you_mean(wanted, known, span)),
            )
        return list(found)
    if not pipelines:
        if len(components) == 1 and not module.libraries:
            return list(components)
        return []
    calls = _calls(module)
    called = {callee for caller, callees in calls.items() for callee in callees if callee != caller}
    roots = {id(p) for p in pipelines if id(p) not in called}
    reached: set[int] = set()
    _reach(roots | {id(d) for library in module.libraries.values() for d in library.own}, calls, reached)
    # Pipelines that only call each other: the first of them is meant to begin.
    for pipeline in pipelines:
        if id(pipeline) not in reached:
            roots.add(id(pipeline))
            _reach({id(pipeline)}, calls, reached)
    return [p for p in pipelines if id(p) in roots or recursion.is_object(p)]


def _reach(starts: set[int], calls: Mapping[int, set[int]], reached: set[int]) -> None:
    """Add all that can be reached over calls."""
    stack = list(starts)
    while stack:
        at = stack.pop()
        if at not in reached:
            reached.add(at)
            stack.extend(calls.get(at, ()))


def _calls(module: Module) -> dict[int, set[int]]:
    """Return which declarations of a file each of them calls, by identity."""
    found: dict[int, set[int]] = {}
    for declaration in (*module.own, *(d for one in module.libraries.values() for d in one.own)):
        callees = found[id(declaration)] = set()
        steps = (i for i in walk(items_of(declaration.block)) if isinstance(i, s.Step))
        for call in (declaration.call, *(step.call for step in steps)):
            callee = (
                interface.find(module, call) if call is not None and not interface.built_in(call) else None
            )
            if callee is not None:
                callees.add(id(callee.declaration))
    return found


def _compiled(lowering: Lowering, module: Module, declaration: s.Pipeline | s.Component) -> ir.Pipeline:
    """Return a pipeline; a component that is compiled alone becomes a pipeline of its body."""
    callee = Callee(module, declaration)
    if isinstance(declaration, s.Pipeline):
        return lowering.pipeline(callee)
    bound = lowering.callee(callee, declaration.name.span, guarded=True)
    if isinstance(bound, ir.Pipeline):
        return bound
    if isinstance(bound, ir.PipelineRef):
        message = "a component that is not being lowered is no reference"
        raise TypeError(message)
    return lowering.alone(module, declaration, bound)
