"""Containers beside or instead of the main one: `container`, `sidecar` and `init` items, checked."""

from __future__ import annotations

from collections.abc import Sequence

from kfdsl import ir, kinds
from kfdsl import syntax as s
from kfdsl.diagnostics import Label
from kfdsl.lower import commands, pods, script_names, scripts, settings, settings_table, shapes
from kfdsl.lower.body_parts import misplaced_parts, sort_items
from kfdsl.lower.context import did_you_mean
from kfdsl.lower.patches import CONTAINER, patch
from kfdsl.lower.scope import Scope


def lower(
    scope: Scope, items: tuple[s.Container, ...], inputs: Sequence[ir.Input], outputs: Sequence[ir.Output]
) -> ir.Containers:
    """Check the containers that make up a pod; outputs come from the one called `main`."""
    names = {c.name.text: c.name for c in items}
    for item in items:
        if names[item.name.text] is not item.name:
            scope.context.report(
                "duplicate-name",
                names[item.name.text].span,
                f"there are two containers `{item.name.text}`",
                label="again here",
                labels=(Label(item.name.span, "first here"),),
            )
        for name in _names_of(item.after) if item.after is not None else []:
            if name.text not in names:
                scope.context.report(
                    "unknown-step",
                    name.span,
                    f"no container is named `{name.text}`",
                    label="not found",
                    fixes=did_you_mean(name.text, names, name.span),
                )
    found = tuple(
        container(scope, c, inputs, outputs) if c.name.text == "main" else beside(scope, c, inputs)
        for c in items
    )
    pods.check_order(scope.context, found, names)
    return ir.Containers(found, items[0].span)


def beside(scope: Scope, item: s.Container, inputs: Sequence[ir.Input]) -> ir.Container:
    """Check a `sidecar`, `init` or container beside `main`: the files of artifacts are not for it."""
    return container(scope, item, [entry for entry in inputs if not kinds.is_artifact(entry.type)], ())


def container(
    scope: Scope, item: s.Container, inputs: Sequence[ir.Input], outputs: Sequence[ir.Output]
) -> ir.Container:
    """Check a `container`, `sidecar` or `init`; inputs and outputs are the variables of its script."""
    parts = sort_items(item.block.items)
    kinds = ("ins", "outs", "metrics", "handlers", "resources", "containers")
    misplaced_parts(scope, parts, kinds, f"a {item.kind}")
    known = {**settings_table.BODY, "mirror_mounts": shapes.flag}
    found = settings.lower(
        scope, [i for i in parts.settings if i.name.text not in settings_table.RUNS], known, f"a {item.kind}"
    )
    said = {i.name.text: i for i in parts.settings if i.name.text in settings_table.RUNS}
    run: ir.Command | ir.Script | None = None
    if parts.scripts:
        text = scripts.read(scope, parts.scripts[0])
        run = (
            commands.script(scope, text, inputs, outputs, parts.scripts[0].span) if text is not None else None
        )
    elif said:
        run = commands.command(scope, said, inputs, outputs)
    if isinstance(run, ir.Script):
        script_names.of_body(scope, item.name.text, parts, run, [*inputs, *outputs])
    after = tuple(c.text for c in _names_of(item.after)) if item.after is not None else ()
    patches = tuple(p for p in (patch(scope, p, CONTAINER) for p in parts.patches) if p)
    if item.kind != "container" and "image" not in found and not patches:
        scope.context.report(
            "missing-image",
            item.name.span,
            f"{item.kind} `{item.name.text}` has no image",
            label='needs `image = "…"`',
            notes=("neither `defaults` nor the step's image hold for it",),
        )
    return ir.Container(item.kind, item.name.text, after, run, ir.Settings(found), patches, item.name.span)


def _names_of(after: s.After) -> list[s.Name]:
    def names(expr: s.Expression) -> list[s.Name]:
        if isinstance(expr, s.Name):
            return [expr]
        if isinstance(expr, s.Binary):
            return names(expr.left) + names(expr.right)
        return []

    return [n for c in after.conditions for n in names(c)]
