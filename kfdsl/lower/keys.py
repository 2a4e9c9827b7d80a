"""Keys of secrets and configs, reported where they would be seen or cannot be read."""

from __future__ import annotations

from kfdsl import ir
from kfdsl.diagnostics import Label
from kfdsl.lower.scope import Scope


def refuse_key(scope: Scope, expr: ir.Expr, where: str) -> None:
    """Report a key of a secret or config where a value is needed that the engine sees."""
    if not isinstance(expr, ir.KeyRef):
        return
    resource = scope.values.get(expr.resource)
    if resource is not None and resource.what == "config":
        name = expr.key.value if isinstance(expr.key, ir.Literal) else "key"
        scope.context.report(
            "out-of-reach",
            expr.span,
            f"a key of a config is not read in {where}",
            label="not here",
            labels=(Label(resource.declared, "a ConfigMap"),),
            helps=(f"bind it to an input: `in {name} = {expr.span.text}`",),
        )
        return
    refuse_secret(scope, expr, where)


def refuse_secret(scope: Scope, expr: ir.KeyRef, where: str) -> None:
    """Report a secret that would be readable in the run's object."""
    resource = scope.values.get(expr.resource)
    if resource is None or resource.what != "secret":
        return
    variable = str(expr.key.value).upper().replace("-", "_") if isinstance(expr.key, ir.Literal) else "NAME"
    scope.context.report(
        "secret-leak",
        expr.span,
        f"secret `{expr.resource}` would be visible in the run",
        label=f"{where} is stored in plain text",
        labels=(Label(resource.declared, "a Kubernetes Secret"),),
        helps=(f"pass it through the environment: `env = {{ {variable} = {expr.span.text} }}`",),
        notes=("anyone who may read the run's object could read the value",),
    )
