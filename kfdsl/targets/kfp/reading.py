"""Where the values of expressions are: references found as sources, the rest computed from them."""

from __future__ import annotations

from typing import Final

from kfdsl import ir, kinds
from kfdsl.targets.common.code import Code
from kfdsl.targets.kfp import cel, copies, joining
from kfdsl.targets.kfp.dag import Dag, Source, Task
from kfdsl.targets.kfp.refusal import Refused, Unplaced

RUN: Final = {
    "id": "{{$.pipeline_job_uuid}}",
    "name": "{{$.pipeline_job_resource_name}}",
    "display": "{{$.pipeline_job_name}}",
    "created": "{{$.pipeline_job_create_time_utc}}",
    "scheduled": "{{$.pipeline_job_schedule_time_utc}}",
    "step.name": "{{$.pipeline_task_name}}",
    "step.id": "{{$.pipeline_task_uuid}}",
}
"""Values of the run, which the engine puts in where they are the whole constant argument of a task."""


def source(expr: ir.Expr, dag: Dag) -> Source | None:
    """Return where a reference's value is made; None for what is no reference.

    Raises:
        Refused: Kubeflow does not have the value.
    """
    match expr:
        case ir.ParamRef(name):
            return dag.frame.params[name]
        case ir.ItemRef(name):
            return next((around.items[name] for around in dag.around() if name in around.items), None)
        case ir.OutputRef(step, output):
            return of_output(step, output, dag, expr)
        case ir.EachRef() | ir.ItemOutputRef() | ir.FunctionCall("flat"):
            return _gathered(expr, dag)
        case ir.Binary("??") if copies.joined(expr):
            steps = zip(copies.joined(expr), _outputs(expr), strict=True)
            return joining.join([of_output(step, output, dag, expr) for step, output in steps], dag, expr)
        case ir.RunRef("status"):
            return dag.status(expr.span)
        case ir.RunRef():
            raise Refused(expr.span, f"Kubeflow has no `{expr.span.text}`")
        case _:
            return None


def _gathered(expr: ir.EachRef | ir.ItemOutputRef | ir.FunctionCall, dag: Dag) -> Source | None:
    match expr:
        case ir.EachRef(step, str(output)):
            made = of_output(step, output, dag, expr)
            if _levels(expr.type) - _levels(made.kind) > 1:
                dag.frame.findings.unrunnable(
                    expr.span,
                    f"the engine of Kubeflow makes one list of `{expr.span.text}`, whatever loops are between",
                    f"take it as one: `flat({expr.span.text})`",
                )
            return made
        case ir.EachRef(step):
            raise Refused(
                expr.span,
                f"Kubeflow does not gather the records of `{step}`",
                f"gather one output: `{step}.*.name`",
            )
        case ir.ItemOutputRef(step, _, output, item):
            if item or kinds.is_artifact(expr.type):
                raise Refused(expr.span, f"Kubeflow cannot pick `{expr.span.text}` from a loop")
            return of_output(step, output, dag, expr)
        case ir.FunctionCall(_, (ir.EachRef(step, str(output)),)):
            return of_output(step, output, dag, expr)
        case _:
            return None


def _levels(kind: kinds.Kind) -> int:
    """Return how many lists deep a type is."""
    bare = kinds.bare(kind)
    return 1 + _levels(bare.item) if isinstance(bare, kinds.ListOf) else 0


def _outputs(expr: ir.Expr) -> list[str]:
    return [one.output for one in ir.walk(expr) if isinstance(one, ir.OutputRef)]


def of_output(step: str, output: str, dag: Dag, expr: ir.Expr) -> Source:
    """Return the output of a step, or what an output of a group stands for."""
    frame = dag.frame
    if step not in frame.homes:
        raise Unplaced(expr.span, step)
    if step in frame.groups:
        return joining.join(
            [_of_group(group, inner, output, expr) for group, inner in frame.groups[step]], dag, expr
        )
    return joining.join([_of_task(task, output, expr) for task in frame.homes[step]], dag, expr)


def _of_group(group: ir.Group, inner: Dag, output: str, expr: ir.Expr) -> Source:
    value = next((entry.value for entry in group.outputs if entry.name == output), None)
    if value is None:
        raise Refused(expr.span, f"Kubeflow does not tell `{expr.span.text}`")
    found = source(value, inner)
    if found is None:
        raise Refused(value.span, "an output of a group on Kubeflow is an output of a step in it")
    return found


def _of_task(task: Task, output: str, expr: ir.Expr) -> Source:
    call = task.node.call if isinstance(task.node, ir.Step) else None
    entries = call.outputs if isinstance(call, (ir.Body, ir.Pipeline)) else ()
    kind = next((entry.type for entry in entries if entry.name == output), None)
    if kind is None and output == "artifact" and kinds.is_artifact(expr.type):  # of a `load`
        kind = expr.type
    if kind is None:
        raise Refused(expr.span, f"Kubeflow does not tell `{expr.span.text}`")
    found = task.made.get(output)
    if found is None:
        found = task.made[output] = Source(task.dag, output, kinds.bare(kind), f"{task.name}-{output}", task)
    return found


def references(expr: ir.Expr, dag: Dag) -> list[tuple[ir.Expr, Source]]:
    """Return the references in an expression with where their values are made, each source once."""
    found: list[tuple[ir.Expr, Source]] = []
    waiting = [expr]
    while waiting:
        one = waiting.pop(0)
        made = source(one, dag)
        if made is None:
            waiting = [*ir.children(one), *waiting]
        elif not any(made is known for _, known in found):
            found.append((one, made))
    return found


def selector(expr: ir.Expr, dag: Dag) -> tuple[Source, str] | None:
    """Return the one value that an expression is computed from, and how; None where it needs several.

    The second is empty where the value is taken as it is.
    """
    found = references(expr, dag)
    if len(found) != 1:
        return None
    ((reference, made),) = found
    local = dag.local(made)
    if reference is expr and _is_whole(reference, local):
        return made, ""

    def written(part: ir.Expr) -> Code | None:
        return None if source(part, dag) is None else _of_text(part, local)

    if not isinstance(expr, ir.TextExpr):
        return made, cel.Writer(written).write(expr).text
    parts = []
    for part in expr.parts:
        if isinstance(part, str):
            parts.append(cel.string_literal(part))
        elif source(part, dag) is not None and _is_whole(part, local):
            parts.append("string_value")  # the text of a value is what a selector has
        else:
            parts.append(cel.Writer(written).text(part))
    return made, " + ".join(parts)


def _is_whole(reference: ir.Expr, made: Source) -> bool:
    return not isinstance(reference, ir.ItemOutputRef) and not made.selector


def _of_text(reference: ir.Expr, made: Source) -> Code:
    """Return a reference as a selector reads it."""
    if isinstance(reference, ir.ItemOutputRef):
        return cel.typed(f"parseJson(string_value)[{reference.index}]", reference.type)
    return Code(made.selector, 0) if made.selector else cel.of_text(made.kind)


def condition(expr: ir.Expr, reader: Dag | Task) -> Code:
    """Return a condition over the inputs of a task, to which what it reads is brought.

    The task is that of a DAG, or one that has none.
    """
    dag = reader if isinstance(reader, Dag) else reader.dag

    def written(part: ir.Expr) -> Code | None:
        made = source(part, dag)
        if made is None:
            return None
        name = dag.local(made).key if isinstance(reader, Dag) else reader.take(made)
        return cel.of_input(name, made.kind)

    return cel.Writer(written).write(expr)
