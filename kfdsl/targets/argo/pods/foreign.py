"""Imported components whose commands have placeholders that only Kubeflow fills in: refused where they are called."""

from __future__ import annotations

from kfdsl import ir
from kfdsl.diagnostics import Label
from kfdsl.targets.argo.refusal import Refused
from kfdsl.targets.argo.scopes.leaf import Leaf

_ALL_OF_IT = "{{$}}"


def check(leaf: Leaf) -> None:
    """Refuse a call of a component that Kubeflow alone can run.

    Raises:
        Refused: it is one.
    """
    body = leaf.body
    for word in _words(body):
        if word.foreign and word.meaning is None:
            span = leaf.task.span if leaf.task is not None else leaf.frame.pipeline.name_span
            raise Refused(
                span,
                f"`{body.name}` runs on Kubeflow only",
                *_advice(word),
                labels=(Label(word.span, f"Argo does not fill in `{word.foreign}`"),),
            )


def _advice(word: ir.KubeflowWord) -> tuple[str, ...]:
    if word.foreign == _ALL_OF_IT:
        return ('it is a function that the SDK compiled: here `script python = file("…").FUNCTION` runs it',)
    return ("write a component whose command does without it",)


def _words(body: ir.Body) -> list[ir.KubeflowWord]:
    if not isinstance(body.run, ir.Command):
        return []
    env = body.settings.expr("env")
    values = [value for _, value in env.entries] if isinstance(env, ir.MapExpr) else []
    entries = (*(body.run.command or ()), *(body.run.args or ()), *values)
    return [one for one in entries if isinstance(one, ir.KubeflowWord)]
