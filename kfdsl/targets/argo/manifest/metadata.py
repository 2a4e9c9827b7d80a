"""What is said of an object and of the runs that it makes: names, labels, annotations."""

from __future__ import annotations

from collections.abc import Iterator

from kfdsl import ir
from kfdsl.targets.argo import expressions, names, settings
from kfdsl.targets.argo.calls import references
from kfdsl.targets.argo.objects import Object
from kfdsl.targets.argo.refusal import Refused
from kfdsl.targets.argo.scopes.leaf import Leaf
from kfdsl.targets.argo.settings.fields import constant_of, field_text
from kfdsl.targets.common.constants import NotConstant, constant

WORKFLOW = 63
CRON = 52


def of_object(pipeline: ir.Pipeline, kind: str, leaf: Leaf) -> Object:
    """Return the metadata of the object that a pipeline becomes."""
    own = pipeline.settings
    made = _named(pipeline, kind)
    labels, annotations = _labels(own, leaf), _annotations(own, leaf)
    display = own.expr("display")
    if display is not None:
        annotations = {settings.TITLE: field_text(display, leaf)} | annotations
    if pipeline.doc:
        annotations.setdefault(settings.DESCRIPTION, pipeline.doc)
    return (
        made | ({"labels": labels} if labels else {}) | ({"annotations": annotations} if annotations else {})
    )


def of_runs(pipeline: ir.Pipeline, kind: str, leaf: Leaf) -> Object:
    """Return what a spec says of its runs: those of another object have its labels and annotations.

    A label that is a value of the run is an expression there, whatever the object.
    """
    own = pipeline.settings
    made: Object = {}
    if kind != "Workflow":
        made = {"labels": _labels(own, leaf), "annotations": _annotations(own, leaf)}
    made["labelsFrom"] = {
        key: {"expression": _code(value, leaf)}
        for key, value in _entries(own.expr("labels"))
        if not _is_constant(value)
    }
    found = {field: values for field, values in made.items() if values}
    return {"workflowMetadata": found} if found else {}


def refuse_namespace(kind: str, namespace: ir.Expr) -> None:
    """Refuse the namespace of an object that is in none."""
    if kind == references.CLUSTER:
        raise Refused(namespace.span, f"a {kind} is in no namespace: all of them can use it")


def _named(pipeline: ir.Pipeline, kind: str) -> Object:
    own = pipeline.settings
    given, prefix = own.expr("name"), own.expr("name_prefix")
    base = names.template_name(pipeline.name)
    made: Object = {}
    if given is not None:
        made["name"] = constant_of(given, "name")
    elif prefix is not None:
        made["generateName"] = constant_of(prefix, "name_prefix")
    elif kind == "Workflow":
        made["generateName"] = f"{base}-"
    else:
        made["name"] = base
    longest = CRON if kind == "CronWorkflow" else WORKFLOW
    if len(str(made.get("name", ""))) > longest:
        raise Refused(pipeline.name_span, f"the name of a {kind} has at most {longest} characters on Argo")
    namespace = own.expr("namespace")
    if namespace is not None:
        refuse_namespace(kind, namespace)
        made["namespace"] = constant_of(namespace, "namespace")
    return made


def _labels(own: ir.Settings, leaf: Leaf) -> Object:
    labels = settings.label_map(own.expr("labels"), leaf)
    return {key: labels[key] for key, value in _entries(own.expr("labels")) if _is_constant(value)}


def _annotations(own: ir.Settings, leaf: Leaf) -> Object:
    for _, value in _entries(own.expr("annotations")):
        if not _is_constant(value):
            raise Refused(
                value.span,
                "an annotation of a run is a constant on Argo",
                "a label may be a value of the run, and so may an annotation of a step",
            )
    return settings.text_map(own.expr("annotations"), leaf)


def _code(value: ir.Expr, leaf: Leaf) -> str:
    """Return the expression for a label; valid ones have nothing in them that travels in another form."""
    found = expressions.reference(value, leaf)
    if found is not None and found.is_plain and not found.levels:
        return found.code
    return expressions.plain(value, leaf).text


def _entries(expr: ir.Expr | None) -> Iterator[tuple[str, ir.Expr]]:
    yield from expr.entries if isinstance(expr, ir.MapExpr) else ()


def _is_constant(expr: ir.Expr) -> bool:
    return not isinstance(constant(expr), NotConstant)
