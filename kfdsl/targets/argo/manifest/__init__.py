"""The manifest around the templates: kind, metadata, arguments, settings of the run.

Here belongs what only a whole object has: what a run is told (`run_settings`, `schedule`), libraries, and what is done
when all templates are known, such as measuring them.
"""

from __future__ import annotations

from collections.abc import Mapping

from kfdsl import ir, kinds
from kfdsl.diagnostics import Diagnostic
from kfdsl.source import Span
from kfdsl.targets.argo import expressions, limits
from kfdsl.targets.argo.artifacts import places
from kfdsl.targets.argo.calls import external, references, template_ref
from kfdsl.targets.argo.expressions import text
from kfdsl.targets.argo.graph import dag, graphs, handlers
from kfdsl.targets.argo.graph.graphs import Builder
from kfdsl.targets.argo.manifest import measuring, metadata, quoting, run_settings
from kfdsl.targets.argo.objects import Object, sections
from kfdsl.targets.argo.refusal import Refused, TooManySteps
from kfdsl.targets.argo.schema import patches
from kfdsl.targets.argo.scopes.leaf import Leaf
from kfdsl.targets.argo.scopes.registry import Registry
from kfdsl.targets.argo.scopes.scope import Scope
from kfdsl.targets.argo.scopes.tasks import Frame
from kfdsl.targets.argo.settings import metrics
from kfdsl.targets.argo.settings.fields import config_key
from kfdsl.targets.common.constants import NotConstant, constant
from kfdsl.targets.common.patches.patched import Patched
from kfdsl.targets.common.usage import Usage, is_recursive


class Made:
    """A manifest as an object, and where its parts come from."""

    __slots__ = ("kind", "name", "object", "patched", "span")

    def __init__(self, made: Object, patched: Patched, span: Span) -> None:
        """Keep the parts; `span` is all of the source."""
        metadata = made["metadata"]
        named = metadata if isinstance(metadata, dict) else {}
        self.kind = str(made["kind"])
        self.name = str(named.get("name") or named.get("generateName"))
        self.object = made
        self.patched = patched
        self.span = span


def build(
    pipeline: ir.Pipeline, kind: str | None, parameters: Mapping[str, ir.Constant], version: str
) -> tuple[Made | None, tuple[Diagnostic, ...]]:
    """Return the manifest of a pipeline, or why there is none."""
    own = (
        kind
        or pipeline.kind
        or ("CronWorkflow" if pipeline.settings.get("schedule") is not None else "Workflow")
    )
    builder = Builder(references.Place(own, _text(pipeline.settings, "namespace"), None), version)
    made = None
    try:
        made = _build(builder, pipeline, own, parameters)
    except Refused as refused:
        builder.refuse(refused)
    return finished(builder, made, pipeline.name_span)


def _text(own: ir.Settings, name: str) -> str:
    """Return a setting that is a text written out."""
    value = own.expr(name)
    return str(value.value) if isinstance(value, ir.Literal) else ""


def finished(builder: Builder, made: Made | None, span: Span) -> tuple[Made | None, tuple[Diagnostic, ...]]:
    """Return what was made if nothing was refused, and all findings, each once."""
    patched = builder.registry.patched
    warned: list[Diagnostic] = []
    if made is not None and not builder.diagnostics:
        for refused in measuring.check(made.object, patched.spans, span):
            builder.refuse(refused)
        warned += measuring.warnings(made.object, patched.spans, span)
    # Diagnostics are equal wherever they stand.
    listed = [*builder.diagnostics, *patched.findings, *warned]
    each = {(found.order, found.message): found for found in listed}
    found = tuple(sorted(each.values(), key=lambda found: found.order))
    if builder.diagnostics or patched.failed:
        return None, found
    return made, found


def _build(builder: Builder, pipeline: ir.Pipeline, kind: str, parameters: Mapping[str, ir.Constant]) -> Made:
    called = template_ref.of_whole(pipeline) if kind in ("Workflow", "CronWorkflow") else None
    usage = Usage(pipeline)
    builder.registry.run, builder.registry.kind = pipeline, kind
    leaf = _reader(pipeline, usage, kind)
    arguments = _arguments(builder, pipeline, parameters, leaf)
    spec = external.of_run(pipeline, kind, parameters, leaf)
    if spec is None:
        spec = _reference(called, arguments) if called else _graph(builder, pipeline, arguments, usage, kind)
    listed = spec.pop("templates", None)
    spec |= run_settings.of_run(pipeline.settings, leaf, one_body=pipeline.body is not None)
    measured = [metrics.metric(entry, leaf, of_run=True) for entry in pipeline.metrics]
    if measured:
        spec["metrics"] = {"prometheus": measured}
    claims = claims_of(builder)
    if claims:
        spec["volumeClaimTemplates"] = claims
    if listed is not None:
        spec["templates"] = listed
        quoting.repair(spec)
    described = metadata.of_object(pipeline, kind, leaf)
    patched = builder.registry.patched
    of_pods = tuple(patch for patch in pipeline.patches if patch.path[0] == "pod")
    patches.apply(of_pods, spec, "WorkflowSpec", patched, pipeline.name_span)
    patches.finish_pod(spec, patched, pipeline.name_span)
    of_runs = metadata.of_runs(pipeline, kind, leaf)
    if kind == "CronWorkflow":
        from kfdsl.targets.argo.manifest.schedule import cron  # noqa: PLC0415  # few pipelines have one

        spec = cron(pipeline, leaf) | of_runs | {"workflowSpec": spec}
    else:
        spec = of_runs | spec
    made: Object = {"apiVersion": "argoproj.io/v1alpha1", "kind": kind, "metadata": described, "spec": spec}
    builder.spans[id(spec)] = pipeline.name_span
    of_all = tuple(patch for patch in pipeline.patches if patch.path[0] != "pod")
    patches.apply(of_all, made, kind, patched, pipeline.name_span)
    return Made(made, patched, pipeline.span)


def _reference(called: tuple[Object, list[Object]], arguments: Object) -> Object:
    """Return the beginning of a spec that runs what another object says."""
    reference, constants = called
    given = arguments.get("parameters")
    # What has no value is left to the other object, which may have a default.
    own = [one for one in given if {"value", "valueFrom"} & set(one)] if isinstance(given, list) else []
    files = arguments.get("artifacts")
    given = sections([*own, *constants], files if isinstance(files, list) else [])
    made: Object = {"arguments": given} if given else {}
    return made | {"workflowTemplateRef": reference}


def _graph(builder: Builder, pipeline: ir.Pipeline, arguments: Object, usage: Usage, kind: str) -> Object:
    """Return the beginning of a spec, and its templates."""
    entrypoint = template_ref.entrypoint(pipeline)
    builder.registry.taken.add(entrypoint)
    in_workflow = kind in ("Workflow", "CronWorkflow") and not is_recursive(pipeline)
    frame = builder.pipeline(pipeline, entrypoint, in_workflow=in_workflow, used=usage)
    on_exit, hooks = handlers.of_run(builder, frame)
    roots = [entrypoint, *([on_exit] if on_exit else []), *(str(hook["template"]) for hook in hooks.values())]
    spec: Object = {"entrypoint": entrypoint}
    spec |= {"arguments": arguments} if arguments else {}
    spec |= {"onExit": on_exit} if on_exit else {}
    spec |= {"hooks": hooks} if hooks else {}
    return spec | {"templates": templates(builder, roots, pipeline.name_span)}


def _reader(pipeline: ir.Pipeline, usage: Usage, kind: str) -> Leaf:
    """What settings of the run read values through."""
    return Leaf(
        Frame(pipeline, usage, Registry(pipeline, kind), in_workflow=True),
        graphs.settings_body(pipeline),
        None,
        expressions.argument,
    )


def templates(builder: Builder, roots: list[str], span: Span) -> list[Object]:
    """Return the templates in the order in which they are called, the entrypoint first."""
    registry = builder.registry
    prepared = _prepared(builder)
    if builder.diagnostics:
        return []
    made: dict[str, Object] = {}
    stack = roots[::-1]
    while stack:
        name = stack.pop()
        if name in made:
            continue
        if name in registry.plain:
            outer, inner = registry.plain[name]
            made[name], made[str(inner["name"])] = outer, inner
        if name not in registry.scopes:
            made.setdefault(name, registry.leaf(name))
            continue
        scope = registry.scopes[name]
        made[name] = dag.template(scope, prepared[name])
        builder.spans[id(made[name])] = scope.span
        called: list[str] = []
        for task in scope.tasks:
            builder.spans[id(prepared[name][task.name])] = task.span
            called += [str(task.template)] if isinstance(task.template, str) else []
            called += [hook[0] for hook in task.hooks.values()]
        called += [str(one["template"]) for one in prepared[name].values() if "template" in one]
        stack += called[::-1]
    listed = list(made.values())
    if len(listed) > limits.TEMPLATES:
        from kfdsl.targets.argo.manifest import inlining  # noqa: PLC0415  # few manifests need it

        listed = inlining.inlined(listed, roots, span)
    return listed


def _prepared(builder: Builder) -> dict[str, dict[str, Object]]:
    """Return the tasks of all DAGs; note those that cannot be written."""
    prepared: dict[str, dict[str, Object]] = {}
    for name, found in builder.registry.scopes.items():
        try:
            prepared[name] = dag.prepare(found)
            if len(found.tasks) > limits.TASKS:
                raise _too_many(found)
        except Refused as refused:
            builder.refuse(refused)
    return prepared


def _too_many(scope: Scope) -> Refused:
    """Say that choices of artifacts, which are tasks too, have made a graph too large."""
    return TooManySteps(
        scope.span.head,
        f"{len(scope.tasks)} tasks in one graph: Argo takes {limits.TASKS}",
        "put some of the steps into a `group`",
    )


def claims_of(builder: Builder) -> list[Object]:
    found: dict[str, Object] = {}
    for entry in builder.registry.leaves.values():
        found |= entry.claims
    return list(found.values())


def _arguments(
    builder: Builder, pipeline: ir.Pipeline, parameters: Mapping[str, ir.Constant], leaf: Leaf
) -> Object:
    listed: list[Object] = []
    files: list[Object] = []
    for param in pipeline.params:
        if not kinds.is_artifact(param.type):
            made = _argument(param, pipeline, parameters)
            builder.spans[id(made)] = param.span
            listed.append(made)
        elif param.default is not None or not isinstance(param.type, kinds.Optional):
            files.append({"name": param.name} | _artifact(param, leaf))
    return sections(listed, files)


def _argument(param: ir.Param, pipeline: ir.Pipeline, parameters: Mapping[str, ir.Constant]) -> Object:
    made: Object = {"name": param.name}
    if param.name in parameters:
        made["value"] = text.encoded_constant(parameters[param.name])
    elif isinstance(param.default, ir.KeyRef):
        made["valueFrom"] = config_key(param.default, pipeline)
    elif param.default is not None:
        value = constant(param.default)
        if isinstance(value, NotConstant):
            raise Refused(param.default.span, "a default must be a constant on Argo")
        made["value"] = text.encoded_constant(value)
    elif isinstance(param.type, kinds.Optional):
        made["value"] = text.ABSENT
    if isinstance(kinds.bare(param.type), kinds.Enum) and "value" in made:
        made["enum"] = list(kinds.bare(param.type).members)  # type: ignore[union-attr]  # just checked
    if param.doc:
        made["description"] = param.doc
    return made


def _artifact(param: ir.Param, leaf: Leaf) -> Object:
    return (
        places.located(param.default, leaf) if isinstance(param.default, (ir.PlaceRef, ir.LoadedRef)) else {}
    )


__all__ = ["Made", "build"]
