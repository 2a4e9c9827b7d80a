"""Pipelines and components: each is lowered once, wherever it is called."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kfdsl import ir
from kfdsl import syntax as s
from kfdsl.evaluate import EvaluationError, NotConstantError, evaluate
from kfdsl.kinds import Kind, is_artifact
from kfdsl.lower import bodies, cycles, expressions, infos, interface, names, resources, settings, steps
from kfdsl.lower.context import Context, Label
from kfdsl.lower.graphs import Graphs
from kfdsl.lower.module import Callee, Module, resource_value
from kfdsl.lower.scope import Place, Scope, Value
from kfdsl.source import Source, Span

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
    )
)
"""Settings that in a pipeline of one body are the run's; the others that both could have are the body's."""

Checked = dict[str, "ir.Expr | ir.RangeExpr"]


class Lowering:
    """Lowers declarations on demand and keeps them; `stack` are the pipelines being lowered, for recursion."""

    def __init__(self, context: Context) -> None:
        """Start without pipelines."""
        self.context = context
        self.pipelines: dict[int, ir.Pipeline] = {}
        self.components: dict[int, bodies.Bound | ir.Pipeline] = {}
        self.stack: list[s.Component | s.Pipeline] = []
        self.recursive: set[int] = set()
        self._defaults: dict[int, Checked] = {}
        self._images: dict[int, str | None] = {}
        self._trees: dict[int, s.File] = {}

    def know(self, module: Module) -> None:
        """Remember the tree of a source, for advice about it."""
        self._trees[id(module.source)] = module.tree

    def common_image(self, source: Source) -> str | None:
        """Return the image that most items of a file name."""
        if id(source) not in self._images:
            tree = self._trees.get(id(source))
            self._images[id(source)] = steps.common_image(tree) if tree is not None else None
        return self._images[id(source)]

    def lacks_image(self, source: Source) -> bool:
        """Tell whether `defaults` of a file have a misspelt `image`."""
        tree = self._trees.get(id(source))
        return tree is not None and steps.lacks_image(tree)

    def file_defaults(self, module: Module) -> Checked:
        """Return the merged `defaults` at the top of a file."""
        if id(module) not in self._defaults:
            self.know(module)
            self._defaults[id(module)] = self.defaults(module.scope(), module.defaults, {})
        return self._defaults[id(module)]

    def defaults(self, scope: Scope, items: list[s.Defaults], weaker: Checked) -> Checked:
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
            parts = bodies.sort(item.block.items)
            for other in (
                *parts.ins,
                *parts.outs,
                *parts.scripts,
                *parts.containers,
                *parts.handlers,
                *parts.resources,
                *parts.others,
            ):
                bodies.misplaced(scope, other, "`defaults`")
            for setting in parts.settings:
                if setting.name.text in settings.RUNS:
                    self.context.report(
                        "misplaced-item",
                        setting.name.span,
                        f"`{setting.name.text}` says what one step runs",
                        label="not a default",
                    )
            own = settings.lower(
                scope,
                [i for i in parts.settings if i.name.text not in settings.RUNS],
                settings.STEP,
                "`defaults`",
            )
            weaker = settings.merge(weaker, own)
        return weaker

    # ---- calls

    def callee(
        self, callee: Callee, span: Span, *, guarded: bool
    ) -> bodies.Bound | ir.Pipeline | ir.PipelineRef:
        """Return the body or pipeline that a call runs; `guarded` tells that it runs under a condition."""
        declaration = callee.declaration
        if any(d is declaration for d in self.stack):
            return self.again(declaration, span, guarded=guarded)
        if isinstance(declaration, s.Pipeline):
            return self.pipeline(callee)
        if id(declaration) not in self.components:
            self.stack.append(declaration)
            self.components[id(declaration)] = self.component(callee)
            self.stack.pop()
        return self.components[id(declaration)]

    def again(self, declaration: s.Component | s.Pipeline, span: Span, *, guarded: bool) -> ir.PipelineRef:
        """Return what stands for a pipeline inside itself."""
        if not guarded or isinstance(declaration, s.Component):
            what = "component" if isinstance(declaration, s.Component) else "pipeline"
            chain = " → ".join(
                f"`{d.name.text}`"
                for d in (
                    *self.stack[next(i for i, d in enumerate(self.stack) if d is declaration) :],
                    declaration,
                )
            )
            self.context.report(
                "endless-recursion",
                span,
                f"{what} `{declaration.name.text}` calls itself without a condition: {chain}",
                label="never ends",
                labels=(Label(declaration.name.span, "declared here"),),
                helps=("let the step that calls it have a `when`",),
            )
        self.recursive.add(id(declaration))
        return ir.PipelineRef(declaration.name.text, span)

    def component(self, callee: Callee) -> bodies.Bound | ir.Pipeline:
        """Lower a component."""
        item, module = callee.declaration, callee.module
        self.know(module)
        items = interface.items_of(item.block)
        scope = module.scope().with_roots({"run": steps.RUN})
        declared = resources.lower(scope, module.resources)
        if item.call is not None and not interface.built_in(item.call):
            return self.wrapper(callee, scope, declared)
        owner = bodies.Owner("component", item.name, True, item.doc)  # a node's field
        names.check_length(self.context, item.name, names.LONGEST_STEP, "component")
        bound = bodies.lower(scope, owner, bodies.sort(items), item.call, declared)
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
        ins = [i for i in interface.items_of(item.block) if isinstance(i, s.In)]
        params = tuple(self.input_param(scope, i) for i in ins)
        values = {p.name: param_value(p, i.name.span) for p, i in zip(params, ins, strict=True)}
        rest = tuple(i for i in interface.items_of(item.block) if isinstance(i, (s.Setting, s.Handler)))
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
            (step,), infos.NOWHERE, item.span
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

    def alone(self, module: Module, item: s.Component, bound: bodies.Bound) -> ir.Pipeline:
        """Return the only component of a file as a pipeline of its body, its `in`s as params."""
        body = bound.body
        params = tuple(ir.Param(i.name, i.type, i.default, None, i.doc, i.span) for i in body.inputs)
        arguments = tuple((i.name, ir.ParamRef(i.name, i.type, i.span)) for i in body.inputs)
        merged = settings.merge(self.file_defaults(module), bound.settings)
        graphs = Graphs(self, module.scope(), {}, body.resources)
        steps.Steps(graphs).image(item.name, item.block, merged, body)
        body = steps.with_settings(body, merged)
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

    # ---- pipelines

    def pipeline(self, callee: Callee) -> ir.Pipeline:
        """Lower a pipeline."""
        declaration = callee.declaration
        if id(declaration) not in self.pipelines:
            self.stack.append(declaration)
            self.know(callee.module)
            self.pipelines[id(declaration)] = _Pipeline(self, callee).lower()
            self.stack.pop()
        return self.pipelines[id(declaration)]


class _Pipeline:
    """Lowers one pipeline."""

    def __init__(self, lowering: Lowering, callee: Callee) -> None:
        self.lowering = lowering
        self.context = lowering.context
        self.module = callee.module
        self.item = callee.declaration
        self.items = interface.items_of(callee.declaration.block)

    def lower(self) -> ir.Pipeline:
        item, module = self.item, self.module
        scope = module.scope().with_roots({"run": steps.RUN})
        own = [i for i in self.items if isinstance(i, s.Resource)]
        self.name_space(own)
        params = [i for i in self.items if isinstance(i, s.Param)]
        self.bare = scope
        lowered = tuple(self.param(scope, p) for p in params)
        values = {p.name: param_value(p, i.name.span) for p, i in zip(lowered, params, strict=True)}
        scope = scope.with_values(values).with_values({r.name.text: resource_value(r) for r in own})
        for one, written in zip(lowered, params, strict=True):
            self.constraint(scope, one, written, lowered)
        lowered = tuple(self.where(scope, p, i) for p, i in zip(lowered, params, strict=True))
        declared = {**resources.lower(module.scope(), module.resources), **resources.lower(scope, own)}
        outer = self.lowering.file_defaults(module)
        defaults = self.lowering.defaults(scope, [i for i in self.items if isinstance(i, s.Defaults)], outer)
        names.check_pipeline(
            self.context,
            item.name,
            cron=any(isinstance(i, s.Setting) and i.name.text == "schedule" for i in self.items),
        )
        if interface.is_graph(self.items) or (item.call is not None and not interface.built_in(item.call)):
            return self.of_graph(scope, lowered, declared, defaults)
        if self.is_empty():
            self.context.report(
                "empty-graph",
                item.name.span,
                f"pipeline `{item.name.text}` has no steps",
                label="nothing runs",
                helps=('add `step NAME { image = "…", command = ["…"] }`',),
            )
        return self.of_body(scope, lowered, declared, defaults)

    def is_empty(self) -> bool:
        """Tell whether a pipeline has neither steps nor what a body has."""
        if self.item.call is not None:
            return False
        said = (s.In, s.Script, s.Container, s.Patch)
        return not any(
            isinstance(i, said)
            or (isinstance(i, s.Setting) and i.name.text in (*settings.STEP, *settings.RUNS))
            for i in self.items
        )

    def name_space(self, own: list[s.Resource]) -> None:
        """Report params, secrets and the like of one name."""
        seen: dict[str, s.Name] = {}
        for item in self.items:
            if isinstance(item, (s.Param, s.Resource)):
                first = seen.setdefault(item.name.text, item.name)
                if first is not item.name:
                    self.context.report(
                        "duplicate-name",
                        item.name.span,
                        f"`{item.name.text}` is declared twice",
                        label="again here",
                        labels=(Label(first.span, "first here"),),
                    )

    # ---- params

    def param(self, scope: Scope, item: s.Param) -> ir.Param:
        own = [i for i in self.items if isinstance(i, s.Resource) and i.kind in ("config", "secret", "store")]
        others = {i.name.text: self.value_of(i) for i in self.items if isinstance(i, s.Param)}
        scope = scope.with_values(others).with_values({r.name.text: resource_value(r) for r in own})
        kind = self.module.type_of(item.type)
        default: ir.Expr | None = None
        if item.default is not None:
            default = expressions.value(scope, item.default, kind)
            if isinstance(default, ir.KeyRef):
                found = scope.values.get(default.resource)
                if found is not None and found.what == "secret":
                    from kfdsl.lower import references  # noqa: PLC0415

                    references.refuse_secret(scope, default, "a parameter")
            elif not isinstance(default, (ir.PlaceRef, ir.LoadedRef)) and not is_artifact(kind):
                default = self.module.fold(default)
        return ir.Param(item.name.text, kind, default, None, item.doc, item.name.span)

    def value_of(self, item: s.Param) -> Value:
        """Return a param as a default sees it: a value that is known at run time only."""
        kind, name = self.module.type_of(item.type), item.name.text
        return Value("param", kind, item.name.span, lambda at: ir.ParamRef(name, kind, at))

    def where(self, scope: Scope, param: ir.Param, item: s.Param) -> ir.Param:
        if item.where is None:
            return param
        predicate = expressions.condition(scope, item.where)
        return ir.Param(param.name, param.type, param.default, predicate, param.doc, param.span)

    def constraint(
        self, scope: Scope, param: ir.Param, item: s.Param, all_params: tuple[ir.Param, ...]
    ) -> None:
        """Report a default that does not satisfy its `where`."""
        if item.where is None or param.default is None:
            return
        predicate = expressions.condition(scope, item.where)
        values = {p.name: p.default for p in all_params}

        def lookup(expr: ir.Expr) -> Any:  # noqa: ANN401  # any constant
            found = values.get(expr.name) if isinstance(expr, ir.ParamRef) else None
            if found is None:
                raise NotConstantError
            return evaluate(found, lookup)

        try:
            holds = evaluate(predicate, lookup)
        except (NotConstantError, EvaluationError, TypeError):
            return
        if holds is False:
            self.context.report(
                "constraint-violated",
                param.default.span,
                f"the default of `{param.name}` breaks its own rule",
                label=f"`{param.name}` must satisfy",
                labels=(Label(item.where.span, "this"),),
            )

    # ---- graphs and bodies

    def split(self, known_body: frozenset[str]) -> tuple[list[s.Setting], list[s.Setting]]:
        """Return the settings of the run and those of the body."""
        run = [i for i in self.items if isinstance(i, s.Setting) and i.name.text not in known_body]
        return run, [i for i in self.items if isinstance(i, s.Setting) and i.name.text in known_body]

    def of_graph(
        self,
        scope: Scope,
        params: tuple[ir.Param, ...],
        declared: Mapping[str, ir.Resource],
        defaults: Checked,
    ) -> ir.Pipeline:
        item = self.item
        graph_items = self.items
        if item.call is not None:
            callee = interface.find(self.module, item.call)
            name = callee.declaration.name.text if callee is not None else item.name.text
            graph_items = (
                s.Step(s.Name(name, item.name.span), item.call, (), None, "", item.span),
                *self.items,
            )
        continuing = "continue_on" in defaults
        found = infos.collect(self.module, scope, graph_items, continuing)
        scope = Scope(
            self.context, self.module, scope.values, found, Place(None, (), frozenset()), scope.roots
        )
        graphs = Graphs(self.lowering, scope, defaults, declared)
        graph = graphs.graph(graph_items, infos.NOWHERE, item.span)
        self.step_names(graph_items)
        cycles.report(self.context, graph)
        outputs = tuple(graphs.output(scope, i) for i in self.items if isinstance(i, s.Out))
        if item.call is not None and not outputs:
            step = graph.nodes[0]
            if isinstance(step, ir.Step):
                outputs = tuple(
                    ir.GraphOutput(n, k, ir.OutputRef(step.name, n, k, item.name.span), "", item.name.span)
                    for n, k in found[step.name].outputs.items()
                )
        handlers = tuple(self.handler(graphs, i) for i in self.items if isinstance(i, s.Handler))
        run_scope = scope.at(Place(None, (), frozenset(), handler="settings"))
        checked = settings.lower(
            run_scope, [i for i in self.items if isinstance(i, s.Setting)], settings.GRAPH, "a pipeline"
        )
        for other in self.items:
            if isinstance(other, (s.In, s.Script, s.Container)):
                bodies.misplaced(scope, other, "a pipeline with steps")
        return self.made(params, graph, None, (), outputs, handlers, checked, declared, scope)

    def handler(self, graphs: Graphs, item: s.Handler) -> ir.Handler:
        return graphs.handler(item, infos.NOWHERE, "")

    def of_body(
        self,
        scope: Scope,
        params: tuple[ir.Param, ...],
        declared: Mapping[str, ir.Resource],
        defaults: Checked,
    ) -> ir.Pipeline:
        item = self.item
        of_step = frozenset((*settings.STEP, *settings.RUNS)) - WHOLE_RUN
        run, own = self.split(of_step)
        parts = bodies.sort(
            tuple(
                i
                for i in self.items
                if not isinstance(i, (s.Setting, s.Param, s.Resource, s.Defaults, s.Handler, s.Metric))
            )
        )
        parts = bodies.Parts(
            parts.ins, parts.outs, tuple(own), *(getattr(parts, f) for f in bodies.Parts._fields[3:])
        )
        owner = bodies.Owner("pipeline", item.name, False, item.doc)  # a node's field
        at = Place(item.name.text, (), frozenset(), needs={})
        whole = tuple(p for p in parts.patches if p.path[0].text != "argo" or len(p.path) == 1)
        inner = bodies.Parts(
            *(
                tuple(p for p in parts.patches if p not in whole) if f == "patches" else getattr(parts, f)
                for f in bodies.Parts._fields
            )
        )
        bound = bodies.lower(scope.at(at), owner, inner, item.call, declared)
        merged = settings.merge(defaults, bound.settings)
        body = steps.with_settings(bound.body, merged)
        helper = steps.Steps(Graphs(self.lowering, scope, defaults, declared))
        if not self.is_empty() and not whole:
            if item.call is None:
                helper.runs(item.name, item.block, body)
            helper.image(item.name, item.block, merged, body)
        handled = [i for i in self.items if isinstance(i, s.Handler)]
        found = infos.collect(self.module, scope, tuple(handled), continuing=False)
        graphs = Graphs(
            self.lowering,
            Scope(self.context, self.module, scope.values, found, scope.place, scope.roots),
            defaults,
            declared,
        )
        handlers = tuple(self.handler(graphs, i) for i in handled)
        run_scope = scope.at(Place(None, (), frozenset(), handler="settings"))
        checked = settings.lower(run_scope, run, settings.GRAPH, "a pipeline")
        outputs = tuple(
            ir.GraphOutput(o.name, o.type, ir.OutputPath(o.name, o.type, o.span), o.doc, o.span)
            for o in body.outputs
        )
        return self.made(params, None, body, bound.arguments, outputs, handlers, checked, declared, scope)

    def made(
        self,
        params: tuple[ir.Param, ...],
        graph: ir.Graph | None,
        body: ir.Body | None,
        arguments: tuple[tuple[str, ir.Expr], ...],
        outputs: tuple[ir.GraphOutput, ...],
        handlers: tuple[ir.Handler, ...],
        checked: Checked,
        declared: Mapping[str, ir.Resource],
        scope: Scope,
    ) -> ir.Pipeline:
        item = self.item
        kind = checked.pop("kind", None)
        wanted = str(kind.value) if isinstance(kind, ir.Literal) else ""
        results = scope.with_roots({"run": {**steps.RUN, **steps.RUN_RESULT}})
        metrics = tuple(bodies.metric(results, i) for i in self.items if isinstance(i, s.Metric))
        patches = tuple(
            p for p in (bodies.patch(scope, i) for i in self.items if isinstance(i, s.Patch)) if p
        )
        if body is not None:
            patches = tuple(p for p in patches if p.path[0] != "argo" or len(p.path) == 1)
        return ir.Pipeline(
            item.name.text,
            wanted,
            params,
            graph,
            body,
            arguments,
            outputs,
            handlers,
            ir.Settings(checked),
            metrics,
            patches,
            declared,
            item.doc,
            item.span,
            item.name.span,
        )

    def step_names(self, items: tuple[s.Item, ...]) -> None:
        found: list[s.Name] = []

        def visit(inner: tuple[s.Item, ...]) -> None:
            for one in inner:
                if isinstance(one, (s.Step, s.Group)):
                    found.append(one.name)
                if isinstance(one, s.If):
                    for branch in one.branches:
                        visit(branch.block.items)
                block = getattr(one, "block", None)
                if isinstance(block, s.Block) and isinstance(one, (s.Step, s.Group, s.For, s.Handler)):
                    visit(block.items)

        visit(items)
        names.check_steps(self.context, found)


def param_value(param: ir.Param, span: Span) -> Value:
    """Return a param as a name of the value space."""
    kind: Kind = param.type
    return Value("param", kind, span, lambda at: ir.ParamRef(param.name, kind, at))


__all__ = ["Lowering", "param_value"]
