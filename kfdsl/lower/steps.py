"""What a step runs: a body of its own, a component, a built-in, or a pipeline; its arguments and settings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeAlias

from kfdsl import ir
from kfdsl import syntax as s
from kfdsl.kinds import FLOAT, JSON, STRING, Kind, Unknown
from kfdsl.lower import bodies, builtins_table, expressions, interface, settings
from kfdsl.lower.context import Edit, Fix, Label, did_you_mean
from kfdsl.lower.module import Callee
from kfdsl.lower.scope import Scope
from kfdsl.nearest import nearest
from kfdsl.source import Span

if TYPE_CHECKING:
    from kfdsl.lower.graphs import Graphs

Checked: TypeAlias = "dict[str, ir.Expr | ir.RangeExpr]"
Target: TypeAlias = "ir.Body | ir.Pipeline | ir.PipelineRef"
Arguments: TypeAlias = "tuple[tuple[str, ir.Expr], ...]"

RUN: Mapping[str, Kind] = {
    "id": STRING,
    "name": STRING,
    "namespace": STRING,
    "created": STRING,
    "scheduled": STRING,
    "display": STRING,
}
RUN_RESULT: Mapping[str, Kind] = {"status": STRING, "failures": JSON, "duration": FLOAT}
"""Fields of `run`: everywhere, and those that exist in handlers only."""

_CALL_SETTINGS = (
    "retry",
    "cache",
    "continue_on",
    "labels",
    "annotations",
    "parallelism",
    "fail_fast",
    "mutex",
    "semaphore",
    "timeout",
    "display",
)
"""Settings of a step that calls a pipeline."""


class Steps:
    """Finds out what steps of one graph run."""

    def __init__(self, graphs: Graphs) -> None:
        """Work for a graph."""
        self.graphs = graphs
        self.context = graphs.context

    def target(self, scope: Scope, item: s.Step) -> tuple[Target, Arguments, Checked]:
        """Return what a step runs, its arguments, and its merged settings."""
        parts = bodies.sort(interface.items_of(item.block))
        if item.call is None or interface.built_in(item.call):
            return self.own_body(scope, item, parts)
        callee = interface.find(scope.module, item.call)
        if callee is None:
            self.unknown(scope, item.call)
            return self.nothing(item), (), {}
        for other in (
            *parts.ins,
            *parts.outs,
            *parts.scripts,
            *parts.containers,
            *parts.resources,
            *parts.others,
        ):
            if not isinstance(other, s.Handler):
                bodies.misplaced(scope, other, f"a call of `{callee.declaration.name.text}`")
        arguments = self.arguments(scope, item.call, callee)
        target = self.graphs.lowering.callee(callee, item.call.span, guarded=bool(scope.place.facts))
        if isinstance(target, bodies.Bound):
            own = settings.lower(scope, self.plain(scope, parts), settings.STEP, "a step")
            merged = settings.merge(settings.merge(self.defaults_for(callee), target.settings), own)
            self.image(item.name, item.block, merged, target.body)
            return target.body, (*target.arguments, *arguments) if target.arguments else arguments, merged
        known = {k: settings.STEP[k] for k in _CALL_SETTINGS}
        own = settings.lower(scope, self.plain(scope, parts), known, "a step that calls a pipeline")
        return target, arguments, own

    def plain(self, scope: Scope, parts: bodies.Parts) -> list[s.Setting]:
        """Return the settings of a step that calls something; report that it says once more what runs."""
        for setting in parts.settings:
            if setting.name.text in settings.RUNS:
                scope.context.report(
                    "several-commands",
                    setting.name.span,
                    "the step runs what it calls",
                    label=f"`{setting.name.text}` has no place here",
                )
        return [i for i in parts.settings if i.name.text not in settings.RUNS]

    def own_body(self, scope: Scope, item: s.Step, parts: bodies.Parts) -> tuple[Target, Arguments, Checked]:
        owner = bodies.Owner("step", item.name, False, item.doc)  # a node's field
        bound = bodies.lower(scope, owner, parts, item.call, self.graphs.declared)
        merged = settings.merge(self.graphs.defaults, bound.settings)
        body = with_settings(bound.body, merged)
        if item.call is None:
            self.runs(item.name, item.block, body)
        self.image(item.name, item.block, merged, body)
        return body, bound.arguments, merged

    def nothing(self, item: s.Step) -> ir.Body:
        """Return what stands for the body of a step whose call is wrong."""
        return ir.Body(
            item.name.text, (), (), None, ir.Settings({}), (), (), (), (), {}, False, "", item.name.span
        )

    def defaults_for(self, callee: Callee) -> Mapping[str, ir.Expr | ir.RangeExpr]:
        """Return the defaults that reach a call: those of the component's own file win over those around the step."""
        if callee.module is self.graphs.scope.module:
            return self.graphs.defaults
        return settings.merge(self.graphs.defaults, self.graphs.lowering.file_defaults(callee.module))

    # ---- calls

    def unknown(self, scope: Scope, call: s.Expression) -> None:
        """Report a call of something that does not exist."""
        function = call.function if isinstance(call, s.Call) else call
        word = function.span.text
        module = scope.module
        root = function.base if isinstance(function, s.Field) else function
        if isinstance(root, s.Name) and module.missing(root.text):
            return
        if not isinstance(call, s.Call) and (
            word in module.callables or interface.built_in(s.Call(call, (), call.span))
        ):
            self.context.report(
                "syntax-error",
                call.span,
                f"a call has parentheses: `{word}()`",
                label="not a call",
                fixes=(Fix("call it", (Edit(call.span, f"{word}()"),)),),
            )
            return
        known: list[str] = [*module.callables, *interface.BUILT_INS]
        if (
            isinstance(function, s.Field)
            and isinstance(function.base, s.Name)
            and function.base.text in module.aliases
        ):
            known = [f"{function.base.text}.{n}" for n in module.aliases[function.base.text].callables]
        fixes = did_you_mean(word, known, function.span)
        labels: tuple[Label, ...] = ()
        if fixes and (close := fixes[0].edits[0].text) in module.callables:
            labels = (Label(module.callables[close].declaration.name.span, "similar name, declared here"),)
        self.context.report(
            "unknown-component",
            function.span,
            f"no component or pipeline is called `{word}`",
            label="not found",
            fixes=fixes,
            labels=labels,
        )

    def arguments(self, scope: Scope, call: s.Expression, callee: Callee) -> Arguments:
        """Check the arguments of a call against the callee's inputs; return them in the callee's order."""
        inputs = interface.of(callee).inputs
        name = callee.declaration.name
        if not isinstance(call, s.Call):
            self.context.report(
                "syntax-error",
                call.span,
                f"a call has parentheses: `{call.span.text}()`",
                label="not a call",
                fixes=(Fix("call it", (Edit(call.span, f"{call.span.text}()"),)),),
            )
            return ()
        found: dict[str, ir.Expr] = {}
        for i, argument in enumerate(call.arguments):
            if argument.name is None:
                candidates = list(inputs)
                fixes = (
                    (
                        Fix(
                            "name it",
                            (
                                Edit(
                                    Span(argument.span.source, argument.span.start, argument.span.start),
                                    f"{candidates[i]} = ",
                                ),
                            ),
                        ),
                    )
                    if i < len(candidates)
                    else ()
                )
                self.context.report(
                    "unknown-argument",
                    argument.span,
                    f"arguments of `{name.text}` are given by name",
                    label="which one?",
                    fixes=fixes,
                )
                continue
            key = argument.name.text
            if key in found:
                self.context.report(
                    "duplicate-key", argument.name.span, f"`{key}` is given twice", label="again here"
                )
                continue
            wanted = inputs.get(key)
            if wanted is None:
                declared = ", ".join(inputs) or "nothing"
                self.context.report(
                    "unknown-argument",
                    argument.name.span,
                    f"`{name.text}` has no input `{key}`",
                    label="not an input",
                    labels=(Label(name.span, f"takes {declared}"),),
                    fixes=did_you_mean(key, inputs, argument.name.span),
                )
                expressions.lower(scope, argument.value)
                continue
            value = expressions.value(
                scope, argument.value, wanted.type, Label(wanted.span, f"`{name.text}` declares it here")
            )
            if isinstance(value, ir.KeyRef):
                from kfdsl.lower import references  # noqa: PLC0415

                references.refuse_secret(scope, value, "an argument")
            found[key] = value
        unnamed = sum(a.name is None for a in call.arguments)
        missing = [p for p in inputs.values() if p.required and p.name not in found][unnamed:]
        if missing:
            names = "`, `".join(p.name for p in missing)
            self.context.report(
                "missing-argument",
                call.span,
                f"`{name.text}` needs `{names}`",
                label="not given",
                labels=tuple(Label(p.span, "has no default") for p in missing),
            )
        return tuple((key, found[key]) for key in inputs if key in found)

    # ---- what must be there

    def runs(self, name: s.Name, block: s.Block | None, body: ir.Body) -> None:
        """Report a step that has nothing to run."""
        if body.run is not None or body.patches or _misspelt(block, None):
            return
        fixes: tuple[Fix, ...] = ()
        helps = ("or run a component: `step x = component(…)`; `args = []` runs the image as it is",)
        if block is not None:
            fixes = (Fix("say what it runs", (_first_line(block, 'command = ["…"]'),), safe=False),)
        self.context.report(
            "missing-command",
            name.span,
            f"step `{name.text}` has nothing to run",
            label="needs `command`, `script` or a call",
            fixes=fixes,
            helps=helps,
        )

    def image(
        self, name: s.Name, block: s.Block | None, merged: Mapping[str, ir.Expr | ir.RangeExpr], body: ir.Body
    ) -> None:
        """Report a step whose container has no image."""
        if "image" in merged or body.patches or isinstance(body.run, ir.BuiltIn) or body.run is None:
            return
        if _misspelt(block, "image") or self.graphs.lowering.lacks_image(name.span.source):
            return
        if isinstance(body.run, ir.Containers):
            lacking = [c for c in body.run.containers if c.settings.get("image") is None and not c.patches]
            if not lacking:
                return
            name = s.Name(lacking[0].name, lacking[0].span)
        common = self.graphs.lowering.common_image(name.span.source)
        fixes: tuple[Fix, ...] = ()
        helps = () if common else ('for example `image = "python:3.12-slim"`',)
        if common and block is not None:
            fixes = (
                Fix(
                    f'other steps of this file use "{common}"',
                    (_first_line(block, f'image = "{common}"'),),
                    safe=False,
                ),
            )
        self.context.report(
            "missing-image",
            name.span,
            f"step `{name.text}` has no image",
            label='needs `image = "…"`, here or in `defaults`',
            fixes=fixes,
            helps=helps,
        )


def _misspelt(block: s.Block | None, name: str | None) -> bool:
    """Tell whether a block has a setting that does not exist, which has been reported: one like `name`, if given."""
    known = {*settings.STEP, *settings.GRAPH, *settings.RUNS}
    unknown = [
        i.name.text
        for i in interface.items_of(block)
        if isinstance(i, s.Setting) and i.name.text not in known
    ]
    return any(name is None or nearest(word, (name,)) for word in unknown)


def lacks_image(tree: s.File) -> bool:
    """Tell whether `defaults` of a file have a misspelt `image`, which has been reported."""
    pipelines = [d for d in tree.declarations if isinstance(d, s.Pipeline)]
    items = [*tree.declarations, *(i for p in pipelines for i in interface.items_of(p.block))]
    return any(isinstance(i, s.Defaults) and _misspelt(i.block, "image") for i in items)


def common_image(tree: s.File) -> str | None:
    """Return the image that most items of a file name."""
    counts: Counter[str] = Counter()

    def visit(items: tuple[s.Declaration, ...] | tuple[s.Item, ...]) -> None:
        for item in items:
            if isinstance(item, s.Setting) and item.name.text == "image" and isinstance(item.value, s.Text):
                counts[item.value.value] += 1
            if isinstance(item, s.If):
                for branch in item.branches:
                    visit(branch.block.items)
            block = getattr(item, "block", None)
            if isinstance(block, s.Block):
                visit(block.items)

    visit(tree.declarations)
    return min(counts, key=lambda image: (-counts[image], image)) if counts else None


def _first_line(block: s.Block, text: str) -> Edit:
    """Return the edit that puts a line first into a block."""
    source = block.span.source
    at = block.span.start + 1
    if (
        block.items
        and source.position(block.items[0].span.start).line > source.position(block.span.start).line
    ):
        first = block.items[0].span.start
        margin = source.text[source.text.rfind("\n", 0, first) + 1 : first]
        if margin.isspace():
            return Edit(Span(source, at, at), f"\n{margin}{text}")
    start = source.text.rfind("\n", 0, block.span.start) + 1
    line = source.text[start:at]
    margin = line[: len(line) - len(line.lstrip())] + "  "
    inner = source.text[at : block.span.end - 1]
    if "\n" in inner:
        return Edit(Span(source, at, at), f"\n{margin}{text}")
    return Edit(Span(source, at, at), f" {text}," if inner.strip() else f" {text} ")


def with_settings(body: ir.Body, merged: Checked) -> ir.Body:
    """Return a body with its merged settings."""
    fields = {f: getattr(body, f) for f in type(body)._fields}
    return ir.Body(**{**fields, "settings": ir.Settings(merged)})


__all__ = ["FLOAT", "RUN", "RUN_RESULT", "Steps", "Unknown", "builtins_table", "common_image"]
