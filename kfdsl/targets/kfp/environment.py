"""The variables of a container: constants stand in `env`, what comes up at run time is exported in front."""

from __future__ import annotations

from kfdsl import ir
from kfdsl.targets.common.constants import NotConstant, constant
from kfdsl.targets.kfp.leaf import Leaf


def at_run_time(leaf: Leaf) -> list[tuple[str, ir.Expr]]:
    """Return the entries of `env` that Kubeflow has no field for: values that are known at run time only."""
    return [(name, value) for name, value in _entries(leaf) if is_value(value)]


def constants(leaf: Leaf) -> list[tuple[str, ir.Constant]]:
    """Return the entries of `env` that are constants."""
    return [
        (name, value)
        for name, entry in _entries(leaf)
        for value in (constant(entry),)
        if not isinstance(value, NotConstant)
    ]


def _entries(leaf: Leaf) -> tuple[tuple[str, ir.Expr], ...]:
    env = leaf.settings.expr("env")
    return env.entries if isinstance(env, ir.MapExpr) else ()


def is_value(value: ir.Expr) -> bool:
    """Tell whether it is neither a constant nor a key of a secret or config nor a field of the pod."""
    if isinstance(value, ir.KeyRef) or (isinstance(value, ir.FunctionCall) and value.function == "field"):
        return False
    if isinstance(value, ir.KubeflowWord):
        return "{{$" in value.text  # which the engine fills in only in a command
    return isinstance(constant(value), NotConstant)
