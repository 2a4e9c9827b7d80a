"""Prometheus metrics of steps and of the run."""

from __future__ import annotations

from kfdsl import ir
from kfdsl.targets.argo import expressions, text
from kfdsl.targets.argo.expressions import NotConstant
from kfdsl.targets.argo.fields import constant_of, field_text
from kfdsl.targets.argo.leaf import Leaf
from kfdsl.targets.argo.reference import Reference
from kfdsl.targets.argo.scope import Object, Wanted


def metric(entry: ir.Metric, leaf: Leaf, *, of_run: bool = False) -> Object:
    """Return a Prometheus metric."""
    own = entry.settings
    made: Object = {"name": entry.name.replace("-", "_")}
    help_text = own.expr("help")
    if help_text is not None:
        made["help"] = field_text(help_text, leaf)
    labels = own.expr("labels")
    if isinstance(labels, ir.MapExpr):
        made["labels"] = [{"key": key, "value": _measured(value, leaf)} for key, value in labels.entries]
    when = own.expr("when")
    if when is not None:
        made["when"] = expressions.condition(when, Measured(leaf))
    for kind in ("gauge", "counter", "histogram"):
        value = own.expr(kind)
        if value is None:
            continue
        body: Object = {"value": _measured(value, leaf)}
        if of_run and isinstance(value, ir.EngineRef) and value.path in (("duration",), ("status",)):
            body["value"] = "{{workflow." + value.path[0] + "}}"
        realtime, buckets = own.expr("realtime"), own.expr("buckets")
        if kind == "gauge" and realtime is not None:
            body["realtime"] = constant_of(realtime, "realtime")
        if kind == "histogram" and buckets is not None:
            body["buckets"] = constant_of(buckets, "buckets")
        made[kind] = body
    return made


class Measured:
    """Reads values for metrics: there an output is what was written, not its path."""

    def __init__(self, leaf: Leaf) -> None:
        """Keep the template."""
        self.leaf = leaf

    def read(self, expr: Wanted) -> Reference:
        """Find a value."""
        if isinstance(expr, ir.OutputPath):
            return Reference(("outputs", "parameters", expr.name), expr.type, encoded=False)
        return self.leaf.read(expr)

    def find(self, expr: Wanted) -> Reference | None:
        """Find a field of a loop's item."""
        return self.leaf.find(expr)


def _measured(expr: ir.Expr, leaf: Leaf) -> str:
    value = expressions.constant(expr)
    if not isinstance(value, NotConstant):
        return text.of_constant(value)
    reader = Measured(leaf)
    found = expressions.reference(expr, reader)
    if found is not None and found.path[0]:
        return found.tag
    if isinstance(expr, ir.TextExpr):
        return "".join(part if isinstance(part, str) else _measured(part, leaf) for part in expr.parts)
    code = expressions.typed(expr, reader).text
    return "{{" + code + "}}" if isinstance(expr, ir.EngineRef) else expressions.tag(code)
