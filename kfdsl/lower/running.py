"""What a body runs: a command, a script, containers or a built-in, said once."""

from __future__ import annotations

from collections.abc import Mapping

from kfdsl import ir
from kfdsl import syntax as s
from kfdsl.diagnostics import Label
from kfdsl.lower import builtins_table, commands, containers, settings_table
from kfdsl.lower.body_parts import Owner, Parts
from kfdsl.lower.scope import Scope
from kfdsl.lower.scripts import Text
from kfdsl.node import Node
from kfdsl.source import Span


class Ports(Node):
    """The inputs and outputs of a body."""

    inputs: tuple[ir.Input, ...]
    outputs: tuple[ir.Output, ...]


def what_runs(
    scope: Scope, owner: Owner, parts: Parts, script: Text | None, ports: Ports
) -> ir.Command | ir.Script | ir.BuiltIn | ir.Containers | None:
    """Return what a body runs; report that it says so twice. `script` is that of the body, if readable."""
    said = _said(scope, parts)
    pods = tuple(c for c in parts.containers if c.kind == "container")
    _report_several(scope, owner, _ways(owner, parts, said))
    if owner.call is not None:
        return builtins_table.lower(scope, owner.call)
    if parts.scripts:
        span = parts.scripts[0].span
        if script is None:
            return ir.Command((), None, span)
        return commands.script(scope, script, ports.inputs, ports.outputs, span)
    if pods:
        return containers.lower(scope, pods, ports.inputs, ports.outputs)
    if said:
        return commands.command(scope, said, ports.inputs, ports.outputs)
    return None


def _ways(owner: Owner, parts: Parts, said: Mapping[str, s.Setting]) -> list[tuple[str, Span]]:
    """Return all that says what a body runs."""
    first = [(f"`{i.name.text}`", i.span) for i in said.values()][:1]
    scripts_ = [("`script`", i.span) for i in parts.scripts]
    pods = [("`container`s", i.span) for i in parts.containers if i.kind == "container"][:1]
    return [*first, *scripts_, *pods, *([("a call", owner.call.span)] if owner.call is not None else [])]


def _report_several(scope: Scope, owner: Owner, ways: list[tuple[str, Span]]) -> None:
    if len(ways) > 1:
        (first, first_span), (second, second_span) = ways[:2]
        scope.context.report(
            "several-commands",
            second_span,
            f"{owner.what} `{owner.name.text}` says twice what it runs",
            label=second,
            labels=(Label(first_span, first),),
        )


def _said(scope: Scope, parts: Parts) -> dict[str, s.Setting]:
    """Return `command` and `args` by name; report those given twice."""
    said: dict[str, s.Setting] = {}
    for item in parts.settings:
        name = item.name
        if name.text in settings_table.RUNS and said.setdefault(name.text, item) is not item:
            first = Label(said[name.text].name.span, "first here")
            scope.context.report(
                "duplicate-key", name.span, f"`{name.text}` is set twice", label="again here", labels=(first,)
            )
    return said
