"""Scripts: their values arrive as arguments, which a short prologue makes variables."""

from __future__ import annotations

from kfdsl import ir
from kfdsl.targets.kfp import argv, products, python_program
from kfdsl.targets.kfp.leaf import Leaf
from kfdsl.targets.kfp.text import shown
from kfdsl.targets.kfp.types import Object


def container(script: ir.Script, leaf: Leaf) -> Object:
    """Return the fields `command` and `args`."""
    made = products.of_script(script, leaf)
    if script.is_python:
        return python_program.container(script, leaf, made)
    values = [argv.text_or_empty(value, leaf) for _, value in script.variables]
    names = [name for name, _ in script.variables]
    prologue = ""
    if names:
        prologue = (
            " ".join(f'{name}="${{{number}}}"' for number, name in enumerate(names, 1))
            + f"; shift {len(names)}"
        )
        prologue = f"export {prologue}\n"
    shell = list(script.interpreter)
    command = [*shell, "-c", shown(prologue + script.text, script.span), leaf.task.name]
    fields: Object = {"command": command}
    return fields | ({"args": values} if values else {})
