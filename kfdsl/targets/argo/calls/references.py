"""Steps that call what has been applied: templates of libraries, of other pipelines, of the cluster."""

from __future__ import annotations

from typing import Final

from kfdsl import ir, kinds
from kfdsl.node import Node
from kfdsl.targets.argo import artifacts, expressions, names
from kfdsl.targets.argo.artifacts import presence
from kfdsl.targets.argo.calls import external, template_ref
from kfdsl.targets.argo.objects import Object
from kfdsl.targets.argo.refusal import Refused
from kfdsl.targets.argo.scopes.leaf import argo_name, input_path
from kfdsl.targets.argo.scopes.tasks import Task
from kfdsl.targets.argo.settings import fields

CLUSTER: Final = "ClusterWorkflowTemplate"


class Place(Node):
    """The object that is written: its kind and namespace, and of a library any of its templates."""

    kind: str
    namespace: str
    library: ir.Applied | None


def of_body(task: Task, step: ir.Step, place: Place) -> str | Object | None:
    """Return the template that a step refers to, with its arguments given; None where it has its own."""
    call = step.call
    if not isinstance(call, ir.Body):
        return None
    if isinstance(call.run, ir.BuiltIn) and call.run.name == "extern":
        return _extern(task, step, call, call.run, place)
    applied = call.applied
    if applied is None:
        return None
    changed = [
        value
        for name, value in step.settings.values.items()
        if name != "continue_on" and call.settings.get(name) != value
    ]
    gathered = _gathered(task, step, call)
    if place.library is not None and applied.beside(place.library):
        if changed or gathered is not None:
            return None
        _arguments(task, step, call)
        return names.template_name(applied.template)
    if changed:
        raise Refused(
            changed[0].span,
            f"this belongs to `{applied.library}.{applied.template}`, which is called by reference",
            "set it in the library, or make it an `in` there",
        )
    _refuse_gathered(gathered, step)
    _check(place, applied.kind, applied.namespace, step)
    _arguments(task, step, call)
    return _named(applied)


def of_pipeline(step: ir.Step, call: ir.Pipeline, place: Place) -> Object | None:
    """Return the reference to a pipeline that is an object, or stands in one; None where it is copied."""
    applied = call.applied
    run = call.body.run if call.body is not None else None
    if isinstance(run, ir.BuiltIn) and run.name == "extern":
        raise Refused(
            step.name_span,
            f"`{call.name}` is a run of another object, not a step",
            'call a template: `component x = extern("workflow-template/NAME/TEMPLATE") { in … out … }`',
        )
    if applied is not None:
        if place.library is not None and applied.beside(place.library):
            return None
        _check(place, applied.kind, applied.namespace, step)
        return _named(applied)
    if call.kind not in template_ref.KINDS:
        return None
    namespace = call.settings.expr("namespace")
    _check(place, call.kind, str(namespace.value) if isinstance(namespace, ir.Literal) else "", step)
    return template_ref.of_step(call)


def object_name(library: str, given: str) -> str:
    """Return the name of the object of a library."""
    return given or names.template_name(library)


def _named(applied: ir.Applied) -> Object:
    made: Object = {
        "name": object_name(applied.library, applied.given),
        "template": names.template_name(applied.template),
    }
    return made | ({"clusterScope": True} if applied.kind == CLUSTER else {})


def _check(place: Place, kind: str, namespace: str, step: ir.Step) -> None:
    """Refuse a reference that the engine cannot follow."""
    if kind == CLUSTER:
        return
    if place.kind == CLUSTER:
        raise Refused(
            step.name_span,
            "a ClusterWorkflowTemplate cannot refer to a WorkflowTemplate, which is in one namespace",
            'let both have `kind = "ClusterWorkflowTemplate"`',
        )
    if namespace and place.namespace and namespace != place.namespace:
        raise Refused(
            step.name_span,
            f"this is applied in the namespace `{namespace}`, and a reference stays in `{place.namespace}`",
            'let it have `kind = "ClusterWorkflowTemplate"`',
        )


def _gathered(task: Task, step: ir.Step, call: ir.Body) -> ir.Output | None:
    """Return an artifact of a step in a loop that is read as a list, None where there is none."""
    read = task.scope.frame.usage.gathered.get(step.name, set())
    return next((one for one in call.outputs if one.name in read and kinds.is_artifact(one.type)), None)


def _refuse_gathered(output: ir.Output | None, step: ir.Step) -> None:
    if output is not None:
        raise Refused(
            step.name_span,
            f"the artifacts `{output.name}` of a template that is called by reference cannot be gathered:"
            " it says itself where they are kept",
            "let a step of this pipeline in the same loop copy them",
        )


def _arguments(task: Task, step: ir.Step, call: ir.Body) -> None:
    """Give a template of a library its arguments, in form E as all templates of kfdsl take them."""
    declared = {entry.name: entry for entry in call.inputs}
    for name, value in step.arguments:
        entry = declared[name]
        own = argo_name(entry)
        if kinds.is_artifact(entry.type):
            _artifact(task, own, entry, value)
            if isinstance(entry.type, kinds.Optional):
                told = presence.path_or_absent(value, task, input_path(entry))
                task.arguments.append({"name": f"{own}-path", "value": told})
        elif isinstance(value, ir.KeyRef):
            task.arguments.append(
                {"name": own, "valueFrom": fields.config_key(value, task.scope.frame.pipeline)}
            )
        else:
            task.arguments.append({"name": own, "value": expressions.argument(value, task)})


def _artifact(task: Task, name: str, entry: ir.Input, value: ir.Expr) -> None:
    optional: Object = {"optional": True} if isinstance(entry.type, kinds.Optional) else {}
    task.artifacts.append({"name": name} | artifacts.source_of(value, task) | optional)


def _extern(task: Task, step: ir.Step, call: ir.Body, run: ir.BuiltIn, place: Place) -> Object:
    """Give a template of the cluster its arguments: as they are meant, since it knows nothing of form E."""
    found = external.named(run)
    if found is None or not found.template:
        raise Refused(
            run.span,
            "Argo calls `workflow-template/NAME/TEMPLATE` and `cluster-workflow-template/NAME/TEMPLATE`",
            *(("a whole object is run by `pipeline x = extern(…)`",) if found is not None else ()),
        )
    _refuse_gathered(_gathered(task, step, call), step)
    _check(place, CLUSTER if found.cluster else "WorkflowTemplate", "", step)
    given = dict(step.arguments)
    for entry in call.inputs:
        value = given.get(entry.name, entry.default)
        if value is not None:
            _plain_argument(task, entry, value)
    made: Object = {"name": found.name, "template": found.template}
    return made | ({"clusterScope": True} if found.cluster else {})


def _plain_argument(task: Task, entry: ir.Input, value: ir.Expr) -> None:
    """Give a template of others a value: what is absent is the empty text there."""
    name = argo_name(entry)
    if kinds.is_artifact(entry.type):
        _artifact(task, name, entry, value)
    elif isinstance(value, ir.KeyRef):
        selector = fields.config_key(value, task.scope.frame.pipeline)
        task.arguments.append({"name": name, "valueFrom": selector})
    else:
        if isinstance(value.type, kinds.Optional):
            nothing = ir.Literal("", kinds.STRING, value.span)
            value = ir.Binary("??", value, nothing, kinds.STRING, value.span)
        task.arguments.append({"name": name, "value": fields.field_text(value, task)})
