"""Arguments of tasks: constants, values of other tasks, and what the engine can compute from one of them."""

from __future__ import annotations

from kfdsl import ir, kinds
from kfdsl.kinds import Kind
from kfdsl.targets.common.constants import NotConstant, constant
from kfdsl.targets.kfp import names, reading, types
from kfdsl.targets.kfp.dag import ONE_OF_LIST, Task
from kfdsl.targets.kfp.findings import Findings
from kfdsl.targets.kfp.refusal import Refused


def give(task: Task, name: str, expr: ir.Expr, kind: Kind, findings: Findings) -> None:  # later
    """Bind an input of a task to a value of the language.

    Raises:
        Refused: Kubeflow cannot bring or compute the value.
    """
    value = constant(expr)
    if not isinstance(value, NotConstant):
        task.give_constant(name, types.constant(value, kind))
        return
    if isinstance(expr, (ir.LoadedRef, ir.PlaceRef)):
        from kfdsl.targets.kfp import importers  # noqa: PLC0415  # it gives arguments too

        loaded = importers.loaded(expr, kind, task.dag, f"{task.name}-{name}", findings)
        task.give(name, task.dag.local(loaded))
        return
    if isinstance(expr, ir.RunRef) and expr.field in reading.RUN:
        task.give_constant(name, reading.RUN[expr.field])
        return
    if isinstance(expr, ir.Cast):
        give(task, name, expr.operand, kind, findings)
        return
    if isinstance(expr, ir.TextExpr) and task.inner is None:
        _text(task, name, expr)
        return
    found = reading.selector(expr, task.dag)
    if found is None:
        raise Refused(
            expr.span,
            f"Kubeflow cannot compute `{expr.span.text}` from several values between steps",
            "compute it in a step",
        )
    source, code = found
    if task.inner is not None and kinds.is_artifact(kind) and isinstance(kinds.bare(kind), kinds.ListOf):
        findings.unrunnable(expr.span, ONE_OF_LIST, "read the list in a step beside it")
    task.give(name, task.dag.local(source))
    if code:
        if kinds.is_artifact(expr.type):
            raise Refused(expr.span, "Kubeflow cannot choose among artifacts")
        binding = task.parameters[name]
        task.parameters[name] = binding | {"parameterExpressionSelector": code}  # type: ignore[operator]  # an object


def _text(task: Task, name: str, expr: ir.TextExpr) -> None:
    """Give a container a text with values in it: it is filled in where the container starts."""
    made = []
    for part in expr.parts:
        if isinstance(part, str):
            made.append(part)
        elif isinstance(part, ir.RunRef) and part.field in reading.RUN:
            raise Refused(part.span, f"`{part.span.text}` cannot stand inside a text on Kubeflow")
        else:
            found = reading.selector(part, task.dag)
            if found is None:
                raise Refused(part.span, f"Kubeflow cannot compute `{part.span.text}` between steps")
            source, code = found
            key = f"{names.CHANNEL}{source.channel}"
            while code and key in task.parameters:
                key += "-part"
            task.give(key, task.dag.local(source))
            if code:
                binding = task.parameters[key]
                task.parameters[key] = binding | {"parameterExpressionSelector": code}  # type: ignore[operator]
            made.append(f"{{{{$.inputs.parameters['{key}']}}}}")
    task.give_constant(name, "".join(made))
