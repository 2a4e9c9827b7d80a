"""Graphs: DAG templates with their tasks, from the places that `plan` gave to the steps."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from kfdsl import ir, kinds
from kfdsl.targets.argo import artifacts, expressions, settings
from kfdsl.targets.argo.artifacts import gathered as gathered_files
from kfdsl.targets.argo.artifacts import places, presence
from kfdsl.targets.argo.calls import overrides, references
from kfdsl.targets.argo.expressions import text
from kfdsl.targets.argo.expressions.wanted import Position, Prefix
from kfdsl.targets.argo.graph import handlers, order, outputs, plan, records, splitting, told
from kfdsl.targets.argo.objects import Object
from kfdsl.targets.argo.pods import bodies
from kfdsl.targets.argo.refusal import Refused
from kfdsl.targets.argo.scopes import declared
from kfdsl.targets.argo.scopes.leaf import Leaf, argo_name
from kfdsl.targets.argo.scopes.registry import Registry
from kfdsl.targets.argo.scopes.scope import Scope
from kfdsl.targets.argo.scopes.tasks import PREFIX, Frame, Task, loops_around
from kfdsl.targets.argo.settings import fields
from kfdsl.targets.common import usage
from kfdsl.targets.common.constants import NotConstant, constant
from kfdsl.targets.common.patches.patched import Patched
from kfdsl.targets.common.usage import Usage

if TYPE_CHECKING:
    from kfdsl.diagnostics import Diagnostic
    from kfdsl.source import Span


class Builder:
    """Turns the pipelines of one manifest into templates."""

    __slots__ = ("callees", "claims", "diagnostics", "place", "registry", "root", "spans")

    def __init__(self, place: references.Place, version: str) -> None:
        """Begin without templates, in an object for a version of Argo."""
        self.place = place
        self.claims: dict[int, ir.Resource | None] = {}
        self.registry = Registry(patched=Patched(version))
        self.diagnostics: list[Diagnostic] = []
        self.callees: dict[str, list[tuple[ir.Pipeline, ir.Pipeline, str]]] = {}
        self.spans: dict[int, Span] = self.registry.patched.spans
        self.root: Frame | None = None

    def refuse(self, refused: Refused) -> None:
        """Note a construct that has no form here, and go on with the others."""
        self.diagnostics.append(refused.diagnostic)

    def pipeline(
        self, pipeline: ir.Pipeline, name: str, *, in_workflow: bool, used: Usage | None = None
    ) -> Frame:
        """Build the templates of a pipeline; the entrypoint's has the name."""
        frame = Frame(pipeline, used or Usage(pipeline), self.registry, in_workflow=in_workflow)
        if self.root is None:
            self.root = frame
            frame.is_main = True
            self.callees[pipeline.name] = [(pipeline, pipeline, name)]
        if pipeline.body is not None:
            self._one_body(frame, pipeline.body, name)
            return frame
        scope = Scope(frame, name, None, pipeline.span, expressions.argument, records.code)
        self.registry.scopes[name] = scope
        if not in_workflow:
            declare_params(scope, pipeline)
        else:
            declare_artifacts(scope, pipeline, in_workflow=True)
        if pipeline.graph is not None:
            plan.graph(pipeline.graph, scope)
            plan.outside_needs(scope)
            splitting.split(scope)
        reader = Leaf(frame, settings_body(pipeline), None, expressions.argument)
        called = frame is not self.root
        self.attempt(
            lambda: scope.settings.update(
                settings.of_graph(pipeline.settings, pipeline.metrics, reader, called=called)
            )
        )
        self.attempt(partial(splitting.fits, scope, pipeline.settings))
        self.tasks(scope)
        for step, inner in frame.told.items():
            self.attempt(partial(told.tell, inner, step))
        for entry in pipeline.outputs:
            self.attempt(partial(outputs.give, scope, entry))
        return frame

    def attempt(self, action: Callable[[], None]) -> None:
        """Do something; note what is refused in it."""
        try:
            action()
        except Refused as refused:
            self.refuse(refused)

    def _one_body(self, frame: Frame, body: ir.Body, name: str) -> None:
        leaf = Leaf(frame, body, None, expressions.argument)
        leaf.name = name
        pipeline = frame.pipeline
        if not frame.in_workflow:
            declare_params(leaf, pipeline)
        for param in pipeline.params:
            if kinds.is_artifact(param.type):
                leaf.artifact_params.add(param.name)
        try:
            own = settings.of_body(pipeline, body, called=frame is not self.root)
            template = bodies.template(leaf, own, pipeline.arguments)
        except Refused as refused:
            self.refuse(refused)
            return
        template["name"] = name
        self.spans[id(template)] = body.span
        self.registry.keep(template, leaf)

    def tasks(self, scope: Scope) -> None:
        """Build what the tasks of a DAG call, and those of the DAGs below."""
        for task in scope.tasks:
            self.attempt(partial(self._task, task))

    def _task(self, task: Task) -> None:
        node = task.node
        if task.template:
            return  # it runs no step, but what is made by hand
        if task.inner is not None:
            task.inner.name = self.registry.reserve(task.inner.name)
            self.registry.scopes[task.inner.name] = task.inner
            task.template = task.inner.name
            self.tasks(task.inner)
        elif isinstance(node, ir.Step):
            self.call(task, node)
        home = task.scope.frame.homes[node.name]
        if home.task is task:
            if isinstance(node, ir.Group) and task.inner is not None:
                for entry in node.outputs:
                    outputs.give(task.inner, entry)
                task.inner.settings |= settings.of_graph(node.settings, (), _reader(task.inner), called=True)
            handlers.of_step(self, task, node.handlers)

    def call(self, task: Task, step: ir.Step) -> None:
        """Build what a step runs, and give it its arguments."""
        call = step.call
        referred = references.of_body(task, step, self.place) if isinstance(call, ir.Body) else None
        if referred is not None:
            task.template = referred
            return
        if isinstance(call, ir.Body):
            leaf = Leaf(task.scope.frame, call, task, expressions.argument)
            _place_artifacts(leaf, step)
            template = bodies.template(leaf, step.settings, step.arguments)
            _globals(template, step, task.scope.frame.usage)
            task.template = name = self.registry.add(template, leaf)
            self.spans.setdefault(id(self.registry.leaves[name].template), call.span)
            return
        self._arguments(task, step)
        applied = references.of_pipeline(step, call, self.place) if isinstance(call, ir.Pipeline) else None
        visible = task.scope.frame.pipeline.resources
        made, arguments = overrides.of_call(step, call, visible, by_reference=applied is not None)
        if applied is not None:
            task.template = applied
            if isinstance(call, ir.Pipeline) and call.applied is None:
                self._refuse_claims(call, step)
            return
        for name, value in arguments:
            task.arguments.append({"name": name, "value": expressions.argument(value, task)})
        task.template = self.callee(call, made, step)

    def _refuse_claims(self, call: ir.Pipeline, step: ir.Step) -> None:
        """Refuse a reference to templates that mount a claim of their own run: this run does not make it."""
        if id(call) not in self.claims:
            inner = Builder(self.place, self.registry.patched.version)
            inner.pipeline(call, call.name, in_workflow=False)
            found = (entry.claim for entry in inner.registry.leaves.values())
            self.claims[id(call)] = next((claim for claim in found if claim is not None), None)
        claim = self.claims[id(call)]
        if claim is not None:
            raise Refused(
                step.name_span,
                f"`{call.name}` is called by reference, and its volume `{claim.name}` is one of its own run",
                "run it as a whole: `pipeline x = …`; or give it `ephemeral(…)` or a `claim(…)` that exists",
            )

    def callee(
        self, call: ir.Pipeline | ir.PipelineRef, made: ir.Pipeline | ir.PipelineRef, step: ir.Step
    ) -> str:
        """Return the name of the template of a called pipeline; `made` has the settings of the call in it."""
        known = self.callees.setdefault(call.name, [])
        if isinstance(made, ir.PipelineRef) or isinstance(call, ir.PipelineRef):
            call = made = _declared(call)
            if known and known[0][0].name_span == call.name_span:
                return known[0][2]  # as it was declared, or with other values for a run
        if not known and call.patches:
            raise Refused(
                call.patches[0].span.head,
                f"`{call.name}` is called here and becomes a template, so that nothing is left to patch",
                "patch the pipeline that calls it, or the steps",
            )
        if known and known[0][0] is not call and known[0][0] != call:
            raise Refused(
                step.span, f"two pipelines are called `{call.name}`", "import one under another name"
            )
        if not known and made is not call and usage.is_recursive(call):
            self.callee(call, call, step)  # what it calls is itself, without the settings of this call
        name = next((name for _, other, name in known if other is made or other == made), "")
        if not name:
            name = self.registry.reserve(call.name)
            known.append((call, made, name))
            self.pipeline(made, name, in_workflow=False)
        return name

    def _arguments(self, task: Task, step: ir.Step) -> None:
        """Give a called pipeline its params."""
        if isinstance(step.call, ir.Pipeline) and plan.keeps_files(step.call):
            home = task.scope.frame.homes[step.name]
            positions = [
                task.read(Position(loop, kinds.DURATION, step.span)).tag for loop in loops_around(home)
            ]
            prefix = task.read(Prefix(kinds.DURATION, step.span)).tag
            task.arguments.append({"name": PREFIX, "value": "/".join([prefix, step.name, *positions])})
        called = _declared(step.call) if isinstance(step.call, ir.PipelineRef) else step.call
        if isinstance(called, ir.Pipeline):
            given = dict(step.arguments)
            task.arguments += [
                {"name": param.name, "valueFrom": fields.config_key(param.default, called)}
                for param in called.params
                if param.name not in given and isinstance(param.default, ir.KeyRef)
            ]
        for name, value in step.arguments:
            if not kinds.is_artifact(value.type):
                task.arguments.append({"name": name, "value": expressions.argument(value, task)})
                continue
            optional: Object = {"optional": True} if isinstance(value.type, kinds.Optional) else {}
            task.artifacts.append({"name": name} | artifacts.source_of(value, task) | optional)
            if _is_optional(called, name):
                flag = presence.flag(value, task)
                task.arguments.append({"name": presence.flag_name(name), "value": flag})


def _declared(call: ir.Pipeline | ir.PipelineRef) -> ir.Pipeline:
    """Return the pipeline that a call runs, also where that comes back to one around it."""
    found = call.declared.pipeline if isinstance(call, ir.PipelineRef) else call
    if found is None:
        message = f"bug: `{call.name}` has not been lowered"
        raise LookupError(message)
    return found


def _is_optional(call: ir.Body | ir.Pipeline | ir.PipelineRef, name: str) -> bool:
    """Tell whether a pipeline may be called without an artifact."""
    params = call.params if isinstance(call, ir.Pipeline) else ()
    return any(param.name == name and isinstance(param.type, kinds.Optional) for param in params)


def declare_params(scope: Scope, pipeline: ir.Pipeline) -> None:
    """Make the params of a pipeline inputs of its template."""
    for param in pipeline.params:
        if kinds.is_artifact(param.type):
            continue
        made: Object = {"name": param.name}
        if param.default is not None:
            value = constant(param.default)
            if not isinstance(value, NotConstant):
                made["default"] = text.encoded_constant(value)
        elif isinstance(param.type, kinds.Optional):
            made["default"] = text.ABSENT
        scope.parameters[param.name] = made
    declare_artifacts(scope, pipeline, in_workflow=False)
    if plan.keeps_files(pipeline):
        scope.parameters[PREFIX] = {"name": PREFIX, "default": "{{workflow.name}}"}


def settings_body(pipeline: ir.Pipeline) -> ir.Body:
    """Return a body without contents: what settings of a pipeline read values through."""
    return ir.Body(
        pipeline.name,
        (),
        (),
        None,
        ir.Settings({}),
        (),
        (),
        (),
        (),
        pipeline.resources,
        shared=False,
        doc="",
        span=pipeline.span,
    )


def _reader(scope: Scope) -> Leaf:
    """Return what the settings of a group read values through: what they take in, its graph takes in."""
    leaf = Leaf(scope.frame, settings_body(scope.frame.pipeline), scope.task, expressions.argument)
    leaf.name = scope.name
    leaf.parameters, leaf.taken = scope.parameters, scope.taken
    return leaf


def declare_artifacts(scope: Scope, pipeline: ir.Pipeline, *, in_workflow: bool) -> None:
    """Make the artifact params of a pipeline inputs of its template: there is no other way to read them."""
    for param in pipeline.params:
        if kinds.is_artifact(param.type):
            optional = isinstance(param.type, kinds.Optional)
            scope.artifacts[param.name] = {"name": param.name} | ({"optional": True} if optional else {})
            if not in_workflow and isinstance(param.default, (ir.PlaceRef, ir.LoadedRef)):
                scope.artifacts[param.name] |= places.located(param.default, scope)
            if optional:
                presence.declare(scope, param)


def _place_artifacts(leaf: Leaf, step: ir.Step) -> None:
    """Give the artifacts that are gathered a key below a common one, named by the positions of the items."""
    gathered = leaf.frame.usage.gathered.get(step.name, set())
    home = leaf.frame.homes[step.name]
    for entry in leaf.body.outputs:
        if entry.name in gathered and kinds.is_artifact(entry.type):
            loops = loops_around(home)
            leaf.output_keys[entry.name] = gathered_files.key(leaf, step.name, entry.name, loops)


def _globals(template: Object, step: ir.Step, usage: Usage) -> None:
    """Name the outputs that handlers of the run read."""
    found = template.get("outputs")
    call = step.call
    if not isinstance(found, dict) or not isinstance(call, ir.Body):
        return
    flags: list[Object] = []
    for kind in ("parameters", "artifacts"):
        for made in list(found.get(kind, ())):
            for entry in call.outputs:
                if (step.name, entry.name) in usage.handled and argo_name(entry) == made["name"]:
                    made["globalName"] = declared.global_name(step, entry.name)
                    if kind == "artifacts":
                        flags.append(presence.told_at_the_end(str(made["name"]), str(made["globalName"])))
    if flags:
        found["parameters"] = [*found.get("parameters", ()), *flags]


__all__ = ["Builder", "order"]
