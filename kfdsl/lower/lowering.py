"""Lowering on demand: each pipeline and component of a run is checked once, wherever it is called."""

from __future__ import annotations

from collections.abc import Mapping

from kfdsl import ir
from kfdsl import syntax as s
from kfdsl.diagnostics import Label
from kfdsl.lower import (
    bodies,
    expressions,
    infos,
    interface,
    libraries,
    names,
    pipelines,
    recursion,
    resources,
    run_values,
    settings,
    settings_table,
)
from kfdsl.lower.around import NOWHERE
from kfdsl.lower.blocks import items_of
from kfdsl.lower.bodies import Bound
from kfdsl.lower.body_parts import Owner, misplaced_parts, sort_items
from kfdsl.lower.context import Context
from kfdsl.lower.graphs import Graphs
from kfdsl.lower.images import Images
from kfdsl.lower.library import Library
from kfdsl.lower.module import Callee, Module
from kfdsl.lower.scope import Scope
from kfdsl.lower.settings import Merged
from kfdsl.lower.values import param_value
from kfdsl.node import replace
from kfdsl.source import Span


class Lowering:
    """Lowers declarations on demand and keeps them; `stack` are those under way, to find recursion."""

    def __init__(self, context: Context) -> None:
        """Start without pipelines."""
        self.context = context
        self.pipelines: dict[int, ir.Pipeline] = {}
        self.components: dict[int, Bound | ir.Pipeline] = {}
        self.stack: list[Callee] = []
        self.declared: dict[int, ir.Declared] = {}
        self.images = Images(context)
        self.libraries: dict[int, Merged] = {}
        self._defaults: dict[int, Merged] = {}

    def file_defaults(self, module: Module) -> Merged:
        """Return the merged `defaults` at the top of a file."""
        if id(module) not in self._defaults:
            self.images.know(module.source, module.tree)
            weaker = self.file_defaults(module.outer) if isinstance(module, Library) else {}
            self._defaults[id(module)] = self.defaults(module.scope(), module.defaults, weaker)
        return self._defaults[id(module)]

    def defaults(self, scope: Scope, items: list[s.Defaults], weaker: Merged) -> Merged:
        """Check `defaults` blocks and merge them over weaker ones."""
        for extra in items[1:]:
            self.context.report(
                "duplicate-key",
                extra.span,
                "there are two `defaults`",
                label="again here",
                labels=(Label(items[0].span, "first here"),),
            )
        for item in items[:1]:
            parts = sort_items(item.block.items)
            kinds = ("ins", "outs", "scripts", "containers", "handlers", "resources", "metrics", "patches")
            misplaced_parts(scope, parts, kinds, "`defaults`")
            for setting in parts.settings:
                if setting.name.text in settings_table.RUNS:
                    self.context.report(
                        "misplaced-item",
                        setting.name.span,
                        f"`{setting.name.text}` says what one step runs",
                        label="not a default",
                    )
            own = settings.lower(
                scope,
                [i for i in parts.settings if i.name.text not in settings_table.RUNS],
                settings_table.STEP,
                "`defaults`",
            )
            weaker = settings.merge(weaker, own)
        return weaker

    def callee(self, callee: Callee, span: Span, *, guarded: bool) -> Bound | ir.Pipeline | ir.PipelineRef:
        """Return the body or pipeline that a call runs; `guarded` tells that it runs under a condition."""
        declaration = callee.declaration
        for start, one in enumerate(self.stack):
            if one.declaration is declaration:
                recursion.check(self.context, self.stack[start:], span, guarded=guarded)
                declared = self.declared.setdefault(id(declaration), ir.Declared())
                return ir.PipelineRef(declaration.name.text, span, declared)
        if isinstance(declaration, s.Pipeline):
            return self.pipeline(callee)
        if id(declaration) not in self.components:
            self.stack.append(callee)
            self.components[id(declaration)] = self._placed(callee, self.component(callee))
            self.stack.pop()
        return self.components[id(declaration)]

    def _placed(self, callee: Callee, made: Bound | ir.Pipeline) -> Bound | ir.Pipeline:
        """Return a component as it is where it stands: in a file or in a library."""
        if isinstance(made, ir.Pipeline):
            return self._in_library(callee, made)
        return libraries.settled(self, callee, made)

    def _in_library(self, callee: Callee, made: ir.Pipeline) -> ir.Pipeline:
        if not isinstance(callee.module, Library):
            return made
        return replace(made, applied=libraries.applied(self, callee.module, callee.declaration.name))

    def component(self, callee: Callee) -> Bound | ir.Pipeline:
        """Lower a component."""
        item, module = callee.declaration, callee.module
        self.images.know(module.source, module.tree)
        items = items_of(item.block)
        scope = module.scope().with_roots({"run": run_values.RUN})
        declared = resources.lower(scope, module.resources)
        if item.call is not None and not interface.built_in(item.call):
            return self.wrapper(callee, scope, declared)
        owner = Owner("component", item.name, is_component=True, doc=item.doc, call=item.call)
        names.check_length(self.context, item.name, names.LONGEST_STEP, "component")
        bound = bodies.lower(scope, owner, sort_items(items), declared)
        if bound.body.run is None and not bound.body.patches and item.call is None:
            self.context.report(
                "missing-command",
                item.name.span,
                f"component `{item.name.text}` has nothing to run",
                label="needs `command`, `script` or a call",
            )
        return bound

    def wrapper(self, callee: Callee, scope: Scope, declared: Mapping[str, ir.Resource]) -> ir.Pipeline:
        """Lower `component x = y(…)` as a pipeline of one step that passes outputs on."""
        item = callee.declaration
        ins = [i for i in items_of(item.block) if isinstance(i, s.In)]
        params = tuple(self.input_param(scope, i) for i in ins)
        values = {p.name: param_value(p, i.name.span) for p, i in zip(params, ins, strict=True)}
        rest = tuple(i for i in items_of(item.block) if isinstance(i, (s.Let, s.Setting, s.Handler)))
        block = s.Block(rest, item.span)
        step = s.Step(item.name, item.call, (), block, "", item.span)
        inner = scope.with_values(values)
        return self.one_step(item, inner, step, params, declared)

    def one_step(
        self,
        item: s.Component | s.Pipeline,
        scope: Scope,
        step: s.Step,
        params: tuple[ir.Param, ...],
        declared: Mapping[str, ir.Resource],
    ) -> ir.Pipeline:
        """Return a pipeline of one step."""
        found = infos.collect(scope.module, scope, (step,), continuing=False)
        scope = Scope(scope.context, scope.module, scope.values, found, scope.place, scope.roots)
        graph = Graphs(self, scope, self.file_defaults(scope.module), declared).graph(
            (step,), NOWHERE, item.span
        )
        outputs = tuple(
            ir.GraphOutput(n, k, ir.OutputRef(step.name.text, n, k, item.name.span), "", item.name.span)
            for n, k in found[step.name.text].outputs.items()
        )
        return ir.Pipeline(
            item.name.text,
            "",
            params,
            graph,
            None,
            (),
            outputs,
            (),
            ir.Settings({}),
            (),
            (),
            declared,
            item.doc,
            item.span,
            item.name.span,
        )

    def input_param(self, scope: Scope, item: s.In) -> ir.Param:
        """Return the `in` of a component that becomes a pipeline as a param."""
        one = interface.parameter(scope.module, item)
        default = expressions.value(scope, item.value, one.type) if item.value is not None else None
        return ir.Param(one.name, one.type, default, None, item.doc, item.name.span)

    def alone(self, module: Module, item: s.Component, bound: Bound) -> ir.Pipeline:
        """Return the only component of a file as a pipeline of its body, its `in`s as params."""
        body = bound.body
        params = tuple(ir.Param(i.name, i.type, i.default, None, i.doc, i.span) for i in body.inputs)
        arguments = tuple((i.name, ir.ParamRef(i.name, i.type, i.span)) for i in body.inputs)
        merged = settings.merge(self.file_defaults(module), bound.settings)
        self.images.check(item.name, item.block, merged, body)
        body = replace(body, settings=ir.Settings(merged))
        return ir.Pipeline(
            item.name.text,
            "",
            params,
            None,
            body,
            arguments,
            (),
            (),
            ir.Settings({}),
            (),
            (),
            body.resources,
            item.doc,
            item.span,
            item.name.span,
        )

    def pipeline(self, callee: Callee) -> ir.Pipeline:
        """Lower a pipeline."""
        declaration = callee.declaration
        if id(declaration) not in self.pipelines:
            self.stack.append(callee)
            self.images.know(callee.module.source, callee.module.tree)
            made = self._in_library(callee, pipelines.lower(self, callee))
            self.pipelines[id(declaration)] = made
            self.declared.setdefault(id(declaration), ir.Declared()).pipeline = made
            self.stack.pop()
        return self.pipelines[id(declaration)]
