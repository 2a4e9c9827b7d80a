"""`step.*`: a record of the value outputs and the item of each round of a loop, as one output."""

from __future__ import annotations

from kfdsl import ir, kinds
from kfdsl.targets.argo import expressions
from kfdsl.targets.argo.expressions import text
from kfdsl.targets.argo.scopes.scope import Scope
from kfdsl.targets.argo.scopes.tasks import Home


def code(home: Home, scope: Scope) -> str:
    """Return the expression for the record of one round, written in the DAG that runs the step alone."""
    step = home.node
    fields: list[str] = []
    if isinstance(step, ir.Step) and not isinstance(step.call, ir.PipelineRef):
        for entry in step.call.outputs:
            if not kinds.is_artifact(entry.type):
                reference = ir.OutputRef(step.name, entry.name, entry.type, step.span)
                fields.append(f"{text.literal(entry.name)}: {expressions.typed(reference, scope).text}")
    variables = step.loop.variables if step.loop else ()
    items = [
        (name, expressions.typed(ir.ItemRef(name, kind, step.span), scope).text)
        for name, _, kind in variables
    ]
    if len(items) == 1:
        fields.append(f"'item': {items[0][1]}")
    else:
        fields.append(
            "'item': {" + ", ".join(f"{text.literal(name)}: {value}" for name, value in items) + " }"
        )
    return "sprig.toRawJson({" + ", ".join(fields) + " })"
