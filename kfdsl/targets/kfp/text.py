"""Texts as containers get them: what the engine and Kubernetes would replace in them is written otherwise."""

from __future__ import annotations

import json
import re
from typing import Final

from kfdsl.source import Span
from kfdsl.targets.kfp.refusal import Refused
from kfdsl.targets.kfp.types import Object

_DOLLARS: Final = re.compile(r"\$+(?=\()|\$\$+")
"""Runs of `$` that Kubernetes would read: before `(`, or of more than one."""
_VARIABLE: Final = re.compile(r"\$\(([A-Z_][A-Z0-9_]*)\)")
"""A reference to what may be a variable of the container: of a service, of the engine, or of `env`."""
OF_THE_ENGINE: Final = re.compile(r"\{\{\s*(?:=|item\b|(?:steps|inputs|outputs|pod|workflow|tasks)\.)")
"""What the engine's own engine, Argo, takes for a placeholder wherever it stands."""
_STRUCTURES: Final = ('{"IfPresent":', '{"Concat":')


def shown(text: str, span: Span, variables: frozenset[str] = frozenset()) -> str:
    """Return a constant as it is written in `command`, `args` or `env`.

    Kubernetes reads `$(NAME)` if the container has a variable NAME, and `$$` as `$`; `variables` are those
    that the container is known to have.

    Raises:
        Refused: the engine would replace a part of it, and nothing keeps it from that.
    """
    if "{{$" in text:
        raise Refused(
            span,
            "`{{$` begins a placeholder of Kubeflow, and cannot stand in a text there",
            "build it at run time",
        )
    found = OF_THE_ENGINE.search(text)
    if found:
        raise Refused(
            span,
            f"`{found[0]}` begins a placeholder of Argo, which runs the steps for Kubeflow and would read it",
            "build it at run time, for instance from two parts",
        )
    if text.lstrip().startswith(_STRUCTURES):
        raise Refused(
            span, 'a text that begins like a choice of Kubeflow\'s, `{"IfPresent":`, is read as one'
        )
    return escaped(text, variables)


def escaped(text: str, variables: frozenset[str] = frozenset()) -> str:
    """Return a text in which Kubernetes finds no variable; `variables` are those of the container."""
    return _DOLLARS.sub(lambda run: _doubled(run, text, variables), text)


def _doubled(run: re.Match[str], text: str, variables: frozenset[str]) -> str:
    if len(run[0]) > 1:
        return run[0] * 2
    name = re.match(r"\$\(([^)]*)\)", text[run.start() :])
    if name is None or not (name[1] in variables or _VARIABLE.fullmatch(name[0])):
        return run[0]  # `$(date)` of a shell: no container has a variable of that name
    return "$$"


def chosen(name: str, then: str | list[str], otherwise: str | list[str]) -> str:
    """Return the entry by which the engine chooses by the presence of an input, with the SDK's spacing."""
    made: Object = {"InputName": name, "Then": then}
    if otherwise != []:
        made["Else"] = otherwise
    return json.dumps({"IfPresent": made}, ensure_ascii=False)
