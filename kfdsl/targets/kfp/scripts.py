"""Scripts: their values arrive as arguments, which a short prologue makes variables."""

from __future__ import annotations

from kfdsl import ir
from kfdsl.targets.kfp import argv
from kfdsl.targets.kfp.leaf import Leaf
from kfdsl.targets.kfp.refusal import Refused
from kfdsl.targets.kfp.types import Object


def container(script: ir.Script, leaf: Leaf) -> Object:
    """Return the fields `command` and `args`."""
    if script.is_python:
        raise Refused(script.span, "Python scripts are not compiled for Kubeflow yet")
    values = [argv.text(value, leaf) for _, value in script.variables]
    names = [name for name, _ in script.variables]
    prologue = ""
    if names:
        prologue = (
            " ".join(f'{name}="${{{number}}}"' for number, name in enumerate(names, 1))
            + f"; shift {len(names)}"
        )
        prologue = f"export {prologue}\n"
    shell = list(script.interpreter)
    command = [*shell, "-c", argv.shown(prologue + script.text, _place(script)), leaf.task.name]
    made: Object = {"command": command}
    return made | ({"args": values} if values else {})


def _place(script: ir.Script) -> ir.Expr:
    from kfdsl.kinds import STRING  # noqa: PLC0415

    return ir.Literal("", STRING, script.span)
