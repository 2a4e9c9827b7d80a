"""Scripts: their values arrive as arguments, and a program in front makes them variables."""

from __future__ import annotations

from kfdsl import ir
from kfdsl.targets.kfp import products, python_program
from kfdsl.targets.kfp.leaf import Leaf
from kfdsl.targets.kfp.shell_program import Program
from kfdsl.targets.kfp.types import Object


def container(script: ir.Script, leaf: Leaf) -> Object:
    """Return the fields `command` and `args`."""
    made = products.of_script(script, leaf)
    if script.is_python:
        return python_program.container(script, leaf, made)
    return Program(script, leaf, made).container()
