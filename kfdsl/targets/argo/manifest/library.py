"""Libraries: templates that are applied as one object, to be called by reference."""

from __future__ import annotations

from kfdsl import ir, kinds
from kfdsl.diagnostics import Diagnostic
from kfdsl.targets.argo import expressions, manifest, names, settings
from kfdsl.targets.argo.calls.references import Place, object_name
from kfdsl.targets.argo.expressions import text
from kfdsl.targets.argo.graph.graphs import Builder
from kfdsl.targets.argo.manifest import metadata, quoting
from kfdsl.targets.argo.objects import Object
from kfdsl.targets.argo.pods import bodies
from kfdsl.targets.argo.refusal import Refused
from kfdsl.targets.argo.schema import patches
from kfdsl.targets.argo.scopes.leaf import Leaf, argo_name
from kfdsl.targets.argo.scopes.tasks import Frame
from kfdsl.targets.argo.settings.fields import constant_of
from kfdsl.targets.common.usage import Usage


def build(library: ir.Library, version: str) -> tuple[manifest.Made | None, tuple[Diagnostic, ...]]:
    """Return the manifest of a library; or why there is none."""
    namespace = library.settings.expr("namespace")
    place = Place(
        library.kind,
        str(namespace.value) if isinstance(namespace, ir.Literal) else "",
        next((one.applied for one in library.members), None),
    )
    builder = Builder(place, version)
    made = None
    try:
        made = _build(builder, library)
    except Refused as refused:
        builder.refuse(refused)
    return manifest.finished(builder, made, library.span)


def _build(builder: Builder, library: ir.Library) -> manifest.Made:
    builder.root = frame = _frame(builder, library)
    stable = [names.template_name(one.name) for one in library.members]
    builder.registry.taken.update(stable)
    # A call inside the library finds the others by these names, whichever is built first.
    builder.callees |= {
        one.name: [(one, one, name)]
        for one, name in zip(library.members, stable, strict=True)
        if isinstance(one, ir.Pipeline)
    }
    for one, name in zip(library.members, stable, strict=True):
        if isinstance(one, ir.Pipeline):
            builder.pipeline(one, name, in_workflow=False)
        else:
            _body(builder, frame, one, name)
    listed = manifest.templates(builder, stable, library.span)
    _refuse_claims(builder)
    metadata = _metadata(library)
    spec: Object = _begin(library) | {"templates": listed}
    quoting.repair(spec)
    made: Object = {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": library.kind,
        "metadata": metadata,
        "spec": spec,
    }
    builder.spans[id(spec)] = library.name_span
    patches.apply(library.patches, made, library.kind, builder.registry.patched, library.name_span)
    return manifest.Made(made, builder.registry.patched, library.span)


def _begin(library: ir.Library) -> Object:
    """Return what a run of the object begins with, and the arguments that it takes."""
    entrypoint = library.settings.expr("entrypoint")
    if entrypoint is None:
        return {}
    name = constant_of(entrypoint, "entrypoint")
    member = next(one for one in library.members if one.name == name)
    params = member.params if isinstance(member, ir.Pipeline) else member.inputs
    arguments = [
        _argument(one, argo_name(one) if isinstance(one, ir.Input) else one.name)
        for one in params
        if not kinds.is_artifact(one.type)
    ]
    made: Object = {"entrypoint": names.template_name(member.name)}
    return made | ({"arguments": {"parameters": arguments}} if arguments else {})


def _argument(param: ir.Input | ir.Param, name: str) -> Object:
    made: Object = {"name": name}
    if param.default is not None:
        made["value"] = text.encoded_constant(constant_of(param.default, "a default"))
    elif isinstance(param.type, kinds.Optional):
        made["value"] = text.ABSENT
    return made | ({"description": param.doc} if param.doc else {})


def _frame(builder: Builder, library: ir.Library) -> Frame:
    """Return what stands for a pipeline around the templates: there is none, so it has nothing."""
    empty = ir.Pipeline(
        library.name, library.kind, (), None, None, (), (), (), ir.Settings({}), (), (), {}, "", library.span,
        library.name_span,
    )  # fmt: skip
    return Frame(empty, Usage(empty), builder.registry, in_workflow=False)


def _body(builder: Builder, frame: Frame, body: ir.Body, name: str) -> None:
    leaf = Leaf(frame, body, None, expressions.argument)
    leaf.name, leaf.open = name, True
    try:
        template = bodies.template(leaf, body.settings, ())
    except Refused as refused:
        builder.refuse(refused)
        return
    template["name"] = name
    builder.spans[id(template)] = body.span
    builder.registry.keep(template, leaf)


def _refuse_claims(builder: Builder) -> None:
    for entry in builder.registry.leaves.values():
        volume = entry.claim
        if volume is not None:
            raise Refused(
                volume.span,
                f"the claim `{volume.name}` belongs to a run, and a template that is called cannot bring it",
                "an `ephemeral(…)` belongs to the pod, an `empty(…)` too; or name a `claim(…)` that exists",
            )


def _metadata(library: ir.Library) -> Object:
    own = library.settings
    made: Object = {"name": object_name(library.name, library.given)}
    namespace = own.expr("namespace")
    if namespace is not None:
        metadata.refuse_namespace(library.kind, namespace)
        made["namespace"] = constant_of(namespace, "namespace")
    labels, annotations = own.expr("labels"), own.expr("annotations")
    if labels is not None:
        made["labels"] = constant_of(labels, "labels")
    display = own.expr("display")
    notes: Object = {settings.TITLE: constant_of(display, "display")} if display is not None else {}
    if annotations is not None:
        given = constant_of(annotations, "annotations")
        notes |= given if isinstance(given, dict) else {}
    if library.doc:
        notes.setdefault(settings.DESCRIPTION, library.doc)
    return made | ({"annotations": notes} if notes else {})


__all__ = ["build"]
