"""The objects that a file becomes: no two of a kind with one name, since the later would replace the earlier."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kfdsl import ir
from kfdsl.diagnostics import Label
from kfdsl.lower.context import Context
from kfdsl.source import Span

Key = tuple[str, str, str]
"""Kind, namespace and name of an object."""


def check(context: Context, libraries: Iterable[ir.Library], pipelines: Iterable[ir.Pipeline]) -> None:
    """Report objects of one kind and name."""
    seen: dict[Key, Span] = {}
    for key, span in _objects(libraries, pipelines):
        first = seen.setdefault(key, span)
        if first is not span:
            kind, _, name = key
            context.report(
                "name-clash",
                span,
                f"two objects of this file are the {kind} `{name}`",
                label="the second one",
                labels=(Label(first, "the first one"),),
                helps=('give one of them another name, as by `name = "…"`',),
            )


def _objects(libraries: Iterable[ir.Library], pipelines: Iterable[ir.Pipeline]) -> Iterator[tuple[Key, Span]]:
    for library in libraries:
        name = library.given or _plain(library.name)
        yield (library.kind, _text(library.settings, "namespace"), name), library.name_span
    for one in pipelines:
        scheduled = one.settings.get("schedule") is not None
        kind = one.kind or ("CronWorkflow" if scheduled else "Workflow")
        given = _text(one.settings, "name")
        prefixed = one.settings.get("name_prefix") is not None or kind == "Workflow"
        if given or not prefixed:  # other names are made anew for each run
            yield (kind, _text(one.settings, "namespace"), given or _plain(one.name)), one.name_span


def _text(own: ir.Settings, name: str) -> str:
    value = own.expr(name)
    return str(value.value) if isinstance(value, ir.Literal) else ""


def _plain(name: str) -> str:
    return name.replace("_", "-").lower()
