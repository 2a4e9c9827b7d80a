"""Checks of what one pod runs: the order of its containers, and settings that need a script."""

from __future__ import annotations

from collections.abc import Sequence

from kfdsl import ir
from kfdsl import syntax as s
from kfdsl.diagnostics import Label
from kfdsl.lower import settings_table
from kfdsl.lower.context import Context

_OF_PYTHON = {"packages": "a Python script", "files": "a script"}


def check_order(context: Context, containers: Sequence[ir.Container], places: dict[str, s.Name]) -> None:
    """Report containers that wait for each other."""
    waits = {one.name: [name for name in one.after if name in places] for one in containers}
    done: set[str] = set()
    for start in waits:
        loop = _loop(waits, start, [], done)
        if loop:
            chain = " after ".join(f"`{name}`" for name in (*loop, loop[0]))
            context.report(
                "dependency-cycle",
                places[loop[0]].span,
                f"containers wait for each other: {chain}",
                label="never starts",
                labels=tuple(Label(places[name].span, "nor this one") for name in loop[1:]),
            )
            return


def _check_built_in(context: Context, settings: Sequence[s.Setting], run: ir.BuiltIn) -> None:
    known = _MEANINGFUL.get(run.name, _OF_GRAPHS)
    for setting in settings:
        if setting.name.text in settings_table.STEP and setting.name.text not in known:
            context.report(
                "misplaced-item",
                setting.name.span,
                f"`{setting.name.text}` means nothing for `{run.name}`, which runs no container of yours",
                label="of no use here",
                labels=(Label(run.span, "what the step runs"),),
            )


def _loop(waits: dict[str, list[str]], name: str, path: list[str], done: set[str]) -> list[str]:
    """Return the names of a loop that is reached from a container, none where there is none."""
    if name in path:
        return path[path.index(name) :]
    if name in done:
        return []
    for other in waits[name]:
        loop = _loop(waits, other, [*path, name], done)
        if loop:
            return loop
    done.add(name)
    return []


def check_outputs(context: Context, run: ir.Containers, outputs: Sequence[s.Out]) -> None:
    """Report outputs of several containers none of which is called `main`."""
    if outputs and all(one.name != "main" for one in run.containers):
        context.report(
            "unwritten-output",
            outputs[0].name.span,
            f"`{outputs[0].name.text}` comes from no container",
            label="outputs come from the container `main`",
            labels=(Label(run.containers[-1].span, "call the one that writes it `main`"),),
        )


_OF_GRAPHS = frozenset(("display", "labels", "annotations", "continue_on", "mutex", "semaphore", "retry"))
_OF_PODS = frozenset((*settings_table.BODY, "packages", "files", "daemon"))
_MEANINGFUL = {
    "extern": frozenset(("continue_on",)),
    "http": _OF_GRAPHS | {"timeout", "cache"},
    "kubernetes": frozenset(settings_table.STEP) - _OF_PODS,
    "list_files": frozenset(settings_table.STEP) - _OF_PODS,
    "plugin": _OF_GRAPHS | {"cache"},
}
"""The settings that have a meaning for a built-in; `_OF_GRAPHS` for those that are not here."""


def check_settings(context: Context, settings: Sequence[s.Setting], run: object) -> None:
    """Report settings that mean nothing for what a step runs: a built-in, or no script."""
    if isinstance(run, ir.BuiltIn):
        _check_built_in(context, settings, run)
        return
    for setting in settings:
        kind = _OF_PYTHON.get(setting.name.text)
        if (
            kind is None
            or run is None
            or (isinstance(run, ir.Script) and (kind == "a script" or run.is_python))
        ):
            continue
        context.report(
            "misplaced-item",
            setting.name.span,
            f"`{setting.name.text}` belongs to {kind}",
            label="of no use here",
        )
