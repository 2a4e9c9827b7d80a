"""Params of a pipeline: items in, checked params and the scope that has them out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kfdsl import ir
from kfdsl import syntax as s
from kfdsl.diagnostics import Label
from kfdsl.evaluate import EvaluationError, NotConstantError, evaluate
from kfdsl.kinds import is_artifact
from kfdsl.lower import expressions, keys
from kfdsl.lower.scope import Scope, Value
from kfdsl.lower.values import param_value, resource_value
from kfdsl.node import replace


def lower(
    scope: Scope, items: list[s.Param], resources: list[s.Resource]
) -> tuple[tuple[ir.Param, ...], Scope]:
    """Lower params; defaults see each other and the keys of `resources`, conditions see all values."""
    seen = {i.name.text: _at_run_time(scope, i) for i in items}
    seen |= {r.name.text: resource_value(r) for r in resources if r.kind in ("config", "secret", "store")}
    for_defaults = scope.with_values(seen)
    params = tuple(_param(for_defaults, i) for i in items)
    values = {p.name: param_value(p, i.name.span) for p, i in zip(params, items, strict=True)}
    inner = scope.with_values({**values, **{r.name.text: resource_value(r) for r in resources}})
    defaults = {p.name: p.default for p in params}
    checked = tuple(_where(inner, p, i, defaults) for p, i in zip(params, items, strict=True))
    return checked, inner


def _at_run_time(scope: Scope, item: s.Param) -> Value:
    """Return a param as a default sees it: a value that is known at run time only."""
    kind, name = scope.module.type_of(item.type), item.name.text
    return Value("param", kind, item.name.span, lambda at: ir.ParamRef(name, kind, at))


def _param(scope: Scope, item: s.Param) -> ir.Param:
    kind = scope.module.type_of(item.type)
    default: ir.Expr | None = None
    if item.default is not None:
        default = expressions.value(scope, item.default, kind)
        if isinstance(default, ir.KeyRef):
            found = scope.values.get(default.resource)
            if found is not None and found.what == "secret":
                keys.refuse_secret(scope, default, "a parameter")
        elif not isinstance(default, (ir.PlaceRef, ir.LoadedRef)) and not is_artifact(kind):
            default = scope.module.fold(default)
    return ir.Param(item.name.text, kind, default, None, item.doc, item.name.span)


def _where(scope: Scope, param: ir.Param, item: s.Param, defaults: Mapping[str, ir.Expr | None]) -> ir.Param:
    """Return a param with its condition; report a default that does not satisfy it."""
    if item.where is None:
        return param
    predicate = expressions.condition(scope, item.where)
    if param.default is not None and _breaks(predicate, defaults):
        scope.context.report(
            "constraint-violated",
            param.default.span,
            f"the default of `{param.name}` breaks its own rule",
            label=f"`{param.name}` must satisfy",
            labels=(Label(item.where.span, "this"),),
        )
    return replace(param, where=predicate)


def _breaks(predicate: ir.Expr, defaults: Mapping[str, ir.Expr | None]) -> bool:
    """Tell whether a condition is known not to hold for the defaults."""

    def lookup(expr: ir.Expr) -> Any:  # noqa: ANN401  # any constant
        found = defaults.get(expr.name) if isinstance(expr, ir.ParamRef) else None
        if found is None:
            raise NotConstantError
        return evaluate(found, lookup)

    try:
        return evaluate(predicate, lookup) is False
    except (NotConstantError, EvaluationError, TypeError):
        return False
