"""Artifacts from outside: tasks that only name an artifact by its address.

The engine waits for nothing before such a task, and finds a computed address only among the inputs of the DAG
that it stands in. Where either matters it stands in a DAG of its own, which waits, and has the address.
"""

from __future__ import annotations

from typing import Final

from kfdsl import ir, kinds
from kfdsl.kinds import Kind
from kfdsl.node import replace
from kfdsl.source import Span
from kfdsl.targets.common.constants import NotConstant, constant
from kfdsl.targets.kfp import arguments, names, reading, types, values
from kfdsl.targets.kfp.dag import Dag, Source, Task
from kfdsl.targets.kfp.findings import Findings
from kfdsl.targets.kfp.refusal import Refused
from kfdsl.targets.kfp.types import Object
from kfdsl.targets.yaml_text import Value

OUTPUT: Final = "artifact"
"""The output of a `load` step."""
_SCHEMES: Final = {"s3": ("s3", "bucket"), "gcs": ("gs", "bucket")}
"""The addresses of stores, and the argument that says where in them."""
_FETCHED: Final = frozenset({"gs", "s3", "minio", "oci"})
"""Schemes of addresses that the backend knows; artifacts of foreign types are not fetched."""
_ITSELF: Final = frozenset({"bucket", "container"})


def needs_dag(step: ir.Step) -> bool:
    """Tell whether a `load` step has to wait, or reads what is not an input of its DAG as it is."""
    if not isinstance(step.call, ir.Body) or not is_load(step.call):
        return False
    run = step.call.run
    return bool(step.needs) or (isinstance(run, ir.BuiltIn) and not _is_direct(run.argument("uri")))


def is_load(body: ir.Body) -> bool:
    """Tell whether a body takes an artifact from outside."""
    return isinstance(body.run, ir.BuiltIn) and body.run.name == "load"


def fill(task: Task, run: ir.BuiltIn, step: ir.Step, findings: Findings) -> None:
    """Make a task one that imports an artifact."""
    body = step.call
    inputs = values.given(body, dict(step.arguments)) if isinstance(body, ir.Body) else {}
    made = {name: values.substituted(value, inputs) for name, value in run.arguments}
    kind = next((entry.type for entry in body.outputs), None) if isinstance(body, ir.Body) else None
    _importer(task, made, kind or _type(made), run.span, findings)
    display = step.settings.expr("display")
    if display is not None:
        task.fields["taskInfo"] = {"name": values.plain(display, "`display`")}


def loaded(expr: ir.LoadedRef | ir.PlaceRef, kind: Kind, dag: Dag, owner: str, findings: Findings) -> Source:
    """Return an artifact from outside that is given as a value."""
    made = dict(expr.arguments) if isinstance(expr, ir.LoadedRef) else _of_place(expr, dag, findings)
    name = f"import-{owner}"
    if not _is_direct(made.get("uri")):
        dag = dag.child(name, expr.span)
    task = dag.add(name, expr.span)
    _importer(task, made, kind, expr.span, findings)
    return Source(dag, OUTPUT, kinds.bare(kind), f"{name}-{OUTPUT}", task)


def _is_direct(uri: ir.Expr | None) -> bool:
    """Tell whether an importer can stand beside other tasks: its address is constant, or a param."""
    return uri is None or not isinstance(constant(uri), NotConstant) or isinstance(uri, ir.ParamRef)


def _type(given: dict[str, ir.Expr]) -> Kind:
    kind = given.get("type")
    return kind.type if kind is not None and kinds.is_artifact(kind.type) else kinds.Artifact("Artifact")


def _importer(task: Task, given: dict[str, ir.Expr], kind: Kind, span: Span, findings: Findings) -> None:
    for name, value in given.items():
        if name not in ("uri", "type", "metadata", "reimport"):
            raise Refused(
                value.span if value.span.text else span,
                f"`{name}` of `load` has no form on Kubeflow, which takes an artifact from its address alone",
                "fetch it in a step, and give it as an `out`",
            )
    uri = given["uri"]
    inputs: dict[str, tuple[Object, bool]] = {}
    address = constant(uri)
    importer: Object = {"typeSchema": types.schema(kinds.bare(kind))}
    if isinstance(address, NotConstant):
        importer["artifactUri"] = {"runtimeParameter": "uri"}
        inputs["uri"] = types.parameter(kinds.STRING), False
        _give_uri(task, uri, findings)
    else:
        address = values.plain(uri, "`uri`")
        scheme = address.partition("://")[0]
        if scheme not in _FETCHED and str(types.schema(kinds.bare(kind))["schemaTitle"]).startswith(
            "system."
        ):
            findings.unrunnable(
                uri.span,
                f"the backend of Kubeflow Pipelines fetches nothing from `{scheme}://`",
                "fetch it in a step, and give it as an `out`",
            )
        importer["artifactUri"] = {"constant": address}
        inputs["uri"] = types.parameter(kinds.STRING), False
        task.give_constant("uri", address)
    if "reimport" in given and values.fixed(given["reimport"], "`reimport`"):
        importer["reimport"] = True
    if "metadata" in given:
        importer["metadata"] = _metadata(given["metadata"], task, inputs, findings)
    task.executor = {"importer": importer}
    task.component_name = "importer"
    task.fields["cachingOptions"] = {"enableCache": True}
    task.component = {
        "executorLabel": "",
        "inputDefinitions": {"parameters": {name: made for name, (made, _) in inputs.items()}},
        "outputDefinitions": {"artifacts": {OUTPUT: types.artifact(kind)}},
    }


def _give_uri(task: Task, uri: ir.Expr, findings: Findings) -> None:
    """Bind the address to an input of the DAG around the task: nothing else is found."""
    if isinstance(uri, ir.ParamRef):
        found = reading.source(uri, task.dag)
        if found is not None:
            task.give("uri", task.dag.local(found))
        return
    arguments.give(task.dag.task_or_bug, "uri", uri, kinds.STRING, findings)
    task.dag.declare("uri", types.parameter(kinds.STRING), artifact=False)
    task.parameters["uri"] = {"componentInputParameter": "uri"}


def _metadata(
    metadata: ir.Expr, task: Task, inputs: dict[str, tuple[Object, bool]], findings: Findings
) -> Object:
    found = constant(metadata)
    if isinstance(found, dict):
        return dict(found)
    if not isinstance(metadata, ir.MapExpr):
        raise Refused(metadata.span, "the metadata of an artifact is a map on Kubeflow")
    findings.unrunnable(
        metadata.span,
        "the backend of Kubeflow Pipelines does not put values of the run into metadata of `load`",
        "write constants, or set the metadata in a step that has the artifact as an `out`",
    )
    keys: dict[ir.Expr, str] = {}

    def filled(value: ir.Expr) -> Value:
        known = constant(value)
        if not isinstance(known, NotConstant):
            return known
        match value:
            case ir.MapExpr(entries):
                return {name: filled(part) for name, part in entries}
            case ir.ListExpr(items):
                return [filled(part) for part in items]
            case ir.Cast(operand):
                return filled(operand)
            case ir.TextExpr(parts):
                return "".join(part if isinstance(part, str) else str(filled(part)) for part in parts)
            case _:
                same = replace(value, span=metadata.span)
                if same not in keys:
                    keys[same] = key = names.free("metadata", inputs)
                    inputs[key] = types.definition(value.type), False
                    arguments.give(task, key, value, value.type, findings)
                return f"{{{{$.inputs.parameters['{keys[same]}']}}}}"

    return {name: filled(value) for name, value in metadata.entries}


def _of_place(place: ir.PlaceRef, dag: Dag, findings: Findings) -> dict[str, ir.Expr]:
    """Return what a key of a store is: an address, where the bucket is known."""
    store = dag.frame.pipeline.resources.get(place.store) if place.store is not None else None
    if store is None:
        raise Refused(
            place.span,
            "the default repository has no address on Kubeflow",
            'write where the artifact is: `load("s3://bucket/key")`',
        )
    scheme, where = _SCHEMES.get(store.call, ("", ""))
    given = dict(store.arguments)
    if not scheme or where not in given:
        raise Refused(
            place.span,
            f"an artifact in the store `{store.name}` has no address that Kubeflow knows",
            "fetch it in a step, and give it as an `out`",
        )
    rest = [name for name in given if name not in _ITSELF]
    if rest:
        findings.differs(
            place.span,
            f"Kubeflow takes `{'`, `'.join(rest)}` of `{store.name}` from its own settings (`kfp-launcher`)",
        )
    parts = (f"{scheme}://", given[where], "/", place.key)
    uri = ir.TextExpr(_joined(parts), kinds.STRING, place.span)
    return {"uri": uri}


def _joined(parts: tuple[str | ir.Expr, ...]) -> tuple[str | ir.Expr, ...]:
    """Return parts of a text without texts in texts."""
    found: list[str | ir.Expr] = []
    for part in parts:
        found += part.parts if isinstance(part, ir.TextExpr) else (part,)
    return tuple(found)
