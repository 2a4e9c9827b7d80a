"""Names against what Kubernetes and the engines accept, and against each other after they are mapped."""

from __future__ import annotations

from collections.abc import Iterable

from kfdsl import syntax as s
from kfdsl.diagnostics import Edit, Fix, Label
from kfdsl.lower.context import Context

BUILT_INS = ("approve", "wait", "http", "kubernetes", "load", "list_files", "plugin", "extern")
"""Components that need no declaration."""

LONGEST_STEP = 63
LONGEST_PIPELINE = 57
"""A run's name has at most 63 characters, of which `-` and five are generated."""
LONGEST_CRON = 52
"""A cron workflow's runs get `-` and ten digits."""
ENGINE_WORDS = frozenset(
    (
        "not",
        "in",
        "and",
        "or",
        "matches",
        "contains",
        "startsWith",
        "endsWith",
        "let",
        "if",
        "else",
        "nil",
        "true",
        "false",
    )
)
"""Words that Argo's expressions reserve: a task of such a name cannot be waited for."""


def check_steps(context: Context, names: Iterable[s.Name]) -> None:
    """Report names of steps and groups that an engine does not take, and those that become the same."""
    seen: dict[str, s.Name] = {}
    for name in names:
        check_length(context, name, LONGEST_STEP, "step")
        _shape(context, name)
        if name.text in ENGINE_WORDS:
            context.report(
                "invalid-name",
                name.span,
                f"`{name.text}` is a word of the engine's conditions",
                label="choose another name",
                fixes=(Fix("for example", (Edit(name.span, f"{name.text}-step"),), safe=False),),
            )
        _clash(context, name, seen)


def check_library(context: Context, library: s.Name, members: Iterable[s.Name]) -> None:
    """Report the name of a library that no object can have, and those of its templates that clash."""
    check_length(context, library, LONGEST_STEP, "library")
    _shape(context, library)
    seen: dict[str, s.Name] = {}
    for name in members:
        _shape(context, name)
        _clash(context, name, seen)


def _clash(context: Context, name: s.Name, seen: dict[str, s.Name]) -> None:
    mapped = name.text.replace("_", "-").lower()
    first = seen.setdefault(mapped, name)
    if first is not name and first.text != name.text:
        context.report(
            "name-clash",
            name.span,
            f"`{name.text}` and `{first.text}` are both `{mapped}` for the engine",
            label="the second one",
            labels=(Label(first.span, "the first one"),),
        )


def check_free(context: Context, name: s.Name) -> None:
    """Report a component or pipeline with the name of a built-in component, which a call would mean instead."""
    if name.text in BUILT_INS:
        context.report(
            "name-clash",
            name.span,
            f"`{name.text}` is a built-in component",
            label="choose another name",
            fixes=(Fix("for example", (Edit(name.span, f"{name.text}-own"),), safe=False),),
        )


def check_length(context: Context, name: s.Name, longest: int, what: str) -> None:
    """Report a name that is too long."""
    if len(name.text) > longest:
        context.report(
            "invalid-name",
            name.span,
            f"the name of a {what} has at most {longest} characters, this has {len(name.text)}",
            label="too long",
        )


def _shape(context: Context, name: s.Name) -> None:
    if name.text.startswith("_") or name.text.endswith("_"):
        plain = name.text.strip("_")
        fixes = (Fix("leave `_` out", (Edit(name.span, plain),)),) if plain else ()
        context.report(
            "invalid-name",
            name.span,
            f"`{name.text}` begins or ends with `_`, which no engine takes",
            label="letters and digits at both ends",
            fixes=fixes,
        )


def check_pipeline(context: Context, name: s.Name, *, cron: bool) -> None:
    """Report a pipeline's name that no object can have."""
    check_length(
        context,
        name,
        LONGEST_CRON if cron else LONGEST_PIPELINE,
        "scheduled pipeline" if cron else "pipeline",
    )
    _shape(context, name)
