"""Prometheus metrics of steps and of the run."""

from __future__ import annotations

from kfdsl import ir, kinds
from kfdsl.targets.argo import expressions, limits
from kfdsl.targets.argo.expressions import text
from kfdsl.targets.argo.expressions.reference import Reference
from kfdsl.targets.argo.expressions.wanted import Wanted
from kfdsl.targets.argo.objects import Object
from kfdsl.targets.argo.refusal import Refused, TooLarge
from kfdsl.targets.argo.scopes.leaf import Leaf, argo_name
from kfdsl.targets.argo.settings.fields import constant_of, field_text
from kfdsl.targets.common.constants import NotConstant, constant


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
        if kind == "gauge":  # the schema wants it said
            body["realtime"] = constant_of(realtime, "realtime") if realtime is not None else False
            _check_gauge(value, str(body["value"]))
            if body["realtime"]:
                _check_realtime(entry)
        if kind == "histogram":  # the schema wants them; an empty list means those of Prometheus
            body["buckets"] = constant_of(buckets, "buckets") if buckets is not None else []
        made[kind] = body
    return made


def _check_gauge(value: ir.Expr, text: str) -> None:
    if len(text) > limits.GAUGE:
        raise TooLarge(
            value.span,
            f"this is written in {len(text)} characters on Argo, which takes {limits.GAUGE} for a gauge",
            "compute it in a step, and measure its output",
        )


def _check_realtime(entry: ir.Metric) -> None:
    for value in entry.settings.values.values():
        for part in () if isinstance(value, ir.RangeExpr) else ir.walk(value):
            if isinstance(part, ir.EngineRef) and part.path[:1] == ("resources",):
                raise Refused(
                    part.span, "Argo knows `step.resources` when the step has ended, not in real time"
                )


class Measured:
    """Reads values for metrics: there an output is what was written, not its path."""

    def __init__(self, leaf: Leaf) -> None:
        """Keep the template."""
        self.leaf = leaf

    def read(self, expr: Wanted) -> Reference:
        """Find a value."""
        if isinstance(expr, ir.OutputPath):
            return self._output(expr)
        return self.leaf.read(expr)

    def _output(self, expr: ir.OutputPath) -> Reference:
        entry = self.leaf.outputs_by_name[expr.name]
        if entry.value != "stdout":
            return Reference(("outputs", "parameters", argo_name(entry)), expr.type, encoded=False)
        task = self.leaf.task
        if task is None or (task.node.name, expr.name) not in self.leaf.frame.usage.read:
            raise Refused(
                expr.span,
                f"Argo keeps what a step prints only where another step reads it: nothing reads `{expr.name}`",
                f"write it to a file: `out {expr.name}: {kinds.show(expr.type)}`",
            )
        return Reference(("outputs", "result"), expr.type, encoded=False)

    def find(self, expr: Wanted) -> Reference | None:
        """Find a field of a loop's item."""
        return self.leaf.find(expr)


def _measured(expr: ir.Expr, leaf: Leaf) -> str:
    value = constant(expr)
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
