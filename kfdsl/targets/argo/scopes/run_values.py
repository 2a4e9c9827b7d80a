"""Values of the run that depend on what its pipeline declares: params, labels, annotations, priority."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kfdsl import ir, kinds
from kfdsl.targets.argo.expressions.reference import Reference
from kfdsl.targets.argo.refusal import Refused

if TYPE_CHECKING:
    from kfdsl.targets.argo.scopes.tasks import Frame


def reference(expr: ir.RunRef | ir.FieldOf, frame: Frame) -> Reference:
    """Return the place of such a value."""
    match expr:
        case ir.RunRef("params", kind):
            if frame.registry.run is not None and not frame.registry.run.params:
                # Argo's own check of a workflow knows no list of them then.
                raise Refused(
                    expr.span, "the run has no params", "declare a `param` in the pipeline that runs"
                )
            holes = frame.registry.kind != "Workflow" or _has_optional(frame.registry.run)
            return Reference(("workflow", "parameters", "json"), kind, encoded=True, holes=holes)
        case ir.RunRef("priority", kind):
            _needs(frame, "priority", expr)
            return Reference(("workflow", "priority"), kind, encoded=True)
        case ir.RunRef(field):
            return Reference(("workflow", field, "json"), kinds.MapOf(kinds.STRING), encoded=False)
        case ir.FieldOf(ir.RunRef(field), key, _, span):
            declared = _needs(frame, field, expr)
            if not isinstance(declared, ir.MapExpr) or key not in dict(declared.entries):
                raise Refused(
                    span,
                    f"the run has no {field.removesuffix('s')} `{key}`",
                    f'declare it in the pipeline that runs: `{field} = {{ "{key}" = … }}`',
                )
            # Labels have neither `$` nor braces.
            kind = kinds.DURATION if field == "labels" else kinds.STRING
            return Reference(("workflow", field, *key.split(".")), kind, encoded=False)
        case _:
            message = f"bug: {expr} is no value of the run"
            raise TypeError(message)


def _has_optional(run: ir.Pipeline | None) -> bool:
    return run is not None and any(isinstance(param.type, kinds.Optional) for param in run.params)


def _needs(frame: Frame, setting: str, expr: ir.Expr) -> ir.Expr | None:
    """Return a setting of the pipeline that runs; Argo knows no value of one that is not set."""
    run = frame.registry.run
    found = run.settings.expr(setting) if run is not None else None
    if found is None:
        raise Refused(
            expr.span,
            f"the run has no `{setting}`",
            f"set it in the pipeline that runs: `{setting} = …`",
        )
    return found
