"""DAGs and their tasks, and how a value gets from where it is made to where it is read.

A task reads only what is in its own DAG: inputs of that DAG and outputs of tasks beside it. `Dag.local` makes
a value of another DAG readable: it is given as an output by every DAG that it leaves, and as an input to every
DAG that it enters.
"""

from __future__ import annotations

from typing import Final

from kfdsl import ir, kinds
from kfdsl.kinds import Kind
from kfdsl.source import Span
from kfdsl.targets.kfp import names, types
from kfdsl.targets.kfp.findings import Findings
from kfdsl.targets.kfp.refusal import Refused
from kfdsl.targets.kfp.types import Object
from kfdsl.targets.yaml_text import Value

AFTER_ALL: Final = "ALL_UPSTREAM_TASKS_COMPLETED"
"""The strategy of exit tasks."""


ONE_OF_LIST: Final = (
    "the engine of Kubeflow hands only one artifact of a list into a group, loop or called pipeline"
)
"""What is said of a list of artifacts that enters a DAG."""


class Source:
    """A value in a DAG: one of its inputs, or an output of one of its tasks.

    `channel` is what inputs are called that pass it on. How a task has ended is a value too: it has a `selector`,
    which computes the language's word from what the engine gives.
    """

    __slots__ = ("channel", "dag", "key", "kind", "selector", "task")

    def __init__(self, dag: Dag, key: str, kind: Kind, channel: str, task: Task | None = None) -> None:
        """Name an input of a DAG, or with `task` an output of that task."""
        self.dag = dag
        self.key = key
        self.kind = kind
        self.channel = channel
        self.task = task
        self.selector = ""

    @property
    def is_artifact(self) -> bool:
        """Tell whether it is an artifact."""
        return kinds.is_artifact(self.kind)

    def binding(self) -> Object:
        """Return it as an input of a task of its DAG has it."""
        if self.is_artifact:
            if self.task is None:
                return {"componentInputArtifact": self.key}
            return {"taskOutputArtifact": {"outputArtifactKey": self.key, "producerTask": self.task.name}}
        if self.task is None:
            return {"componentInputParameter": self.key}
        if self.selector:
            final: Object = {"taskFinalStatus": {"producerTask": self.task.name}}
            return final | {"parameterExpressionSelector": self.selector}
        return {"taskOutputParameter": {"outputParameterKey": self.key, "producerTask": self.task.name}}


class Task:
    """A task: a call of a component that is a container or a DAG.

    `node` is the step or group that it comes from. `order` are the names of tasks that it waits for.
    """

    __slots__ = (
        "artifacts", "component", "component_name", "condition", "conditional", "dag", "depends", "executor",
        "fields", "inner", "iterator", "made", "name", "node", "parameters", "patches", "platform", "span", "strategy",
    )  # fmt: skip

    def __init__(self, dag: Dag, name: str, span: Span, node: ir.Step | ir.Group | None = None) -> None:
        """Begin without inputs."""
        self.dag = dag
        self.name = name
        self.span = span
        self.node = node
        self.inner: Dag | None = None
        self.component: Object | None = None
        self.component_name = name
        self.executor: Object = {}
        self.platform: Object = {}
        self.patches: tuple[ir.Patch, ...] = ()
        self.parameters: Object = {}
        self.artifacts: Object = {}
        self.depends: dict[str, None] = {}
        self.condition = ""
        self.conditional = False
        self.iterator: Object = {}
        self.strategy = ""
        self.made: dict[str, Source] = {}
        self.fields: Object = {}

    def give(self, name: str, source: Source) -> None:
        """Bind an input to a value of the task's DAG."""
        (self.artifacts if source.is_artifact else self.parameters)[name] = source.binding()
        if source.task is not None:
            self.depends[source.task.name] = None

    def give_constant(self, name: str, value: Value) -> None:
        """Bind an input to a constant."""
        self.parameters[name] = {"runtimeValue": {"constant": value}}

    def take(self, source: Source) -> str:
        """Give a task a value that its component does not ask for; return the input's name."""
        local = self.dag.local(source)
        name = f"{names.CHANNEL}{source.channel}"
        self.give(name, local)
        return name

    def wait_for(self, task: Task) -> None:
        """Let this task start after another one of its DAG."""
        if task is not self:
            self.depends[task.name] = None

    def export(self, source: Source) -> Source:
        """Give a value from inside the task's DAG as its output."""
        inner = self.inner
        if inner is None:
            message = f"bug: {self.name} has no DAG"
            raise LookupError(message)
        local = inner.local(source)
        key = inner.give_out(local)
        kind = kinds.ListOf(local.kind) if self.iterator else local.kind
        return Source(self.dag, key, kind, source.channel, self)


class Frame:
    """One call of a pipeline: where its steps are, and what its params are in its outermost DAG.

    `homes` are the tasks that make the outputs of a step or group: several where it has copies of which one
    runs. `groups` are those with outputs; `joined` steps of which several make one value; `gathered` those
    whose outputs are gathered from loops. `edges` are what tasks wait for; `joins` the values made already;
    `lenient` tells that what is brought out may be nothing, or an empty list.
    Of the outermost pipeline, `claims` are the volumes that its run makes, `workspaces` those that steps mount.
    """

    __slots__ = (
        "claims", "edges", "findings", "gathered", "groups", "homes", "joined", "joins", "lenient", "params", "parent",
        "pipeline", "root", "workspaces",
    )  # fmt: skip

    def __init__(self, pipeline: ir.Pipeline, findings: Findings, parent: Frame | None = None) -> None:
        """Begin without steps; `parent` is the call that this one is made from."""
        self.parent = parent
        self.findings = findings
        self.pipeline = pipeline
        self.root: Dag | None = None
        self.lenient = ""
        self.homes: dict[str, list[Task]] = {}
        self.groups: dict[str, list[tuple[ir.Group, Dag]]] = {}
        self.params: dict[str, Source] = {}
        self.joined: set[str] = set()
        self.gathered: set[str] = set()
        self.edges: list[tuple[Task, tuple[ir.Need, ...]]] = []
        self.joins: dict[tuple[Source, ...], Source] = {}
        self.claims: dict[str, tuple[ir.Resource, Source]] = {}
        self.workspaces: list[ir.Resource] = []


class Dag:
    """A component of tasks; `task` calls it, None for the root. `items` are the loop variables that it brings."""

    __slots__ = (
        "ended", "exported", "frame", "inputs", "items", "known", "name", "output_docs", "output_kinds", "outputs",
        "task", "tasks",
    )  # fmt: skip

    def __init__(self, name: str, task: Task | None, frame: Frame | None = None) -> None:
        """Begin without tasks; with a frame it is the outermost DAG of that."""
        self.name = name
        self.task = task
        self.tasks: dict[str, Task] = {}
        self.inputs: dict[str, tuple[Object, bool]] = {}
        self.outputs: dict[str, Object] = {}
        self.output_kinds: dict[str, Kind] = {}
        self.output_docs: dict[str, str] = {}
        self.exported: dict[Source, str] = {}
        self.items: dict[str, Source] = {}
        self.ended: Source | None = None
        self.known: dict[Source, Source] = {}
        if task is not None:
            task.inner = self
        if frame is not None:
            frame.root = self
        self.frame: Frame = frame if frame is not None else self.task_or_bug.dag.frame

    @property
    def parent(self) -> Dag | None:
        """The DAG around it."""
        return self.task.dag if self.task is not None else None

    def around(self) -> list[Dag]:
        """Return this DAG and those around it, innermost first."""
        found: list[Dag] = []
        dag: Dag | None = self
        while dag is not None:
            found.append(dag)
            dag = dag.parent
        return found

    def add(self, name: str, span: Span, node: ir.Step | ir.Group | None = None) -> Task:
        """Add a task under a free name."""
        own = names.free(names.label(name), self.tasks)
        task = self.tasks[own] = Task(self, own, span, node)
        return task

    def child(self, name: str, span: Span, node: ir.Step | ir.Group | None = None) -> Dag:
        """Add a task that calls a DAG of its own, and return that."""
        task = self.add(name, span, node)
        return Dag(task.name, task)

    def declare(self, name: str, definition: Object, *, artifact: bool) -> None:
        """Declare an input."""
        self.inputs[name] = definition, artifact

    def status(self, span: Span) -> Source:
        """Return how that has ended which the nearest handler around this DAG, or in it, waits for."""
        for dag in self.around():
            found = dag.ended
            if found is not None:
                return found
        raise Refused(span, "on Kubeflow, `run.status` is known in handlers only")

    def local(self, source: Source) -> Source:
        """Return a value as this DAG has it."""
        if source.dag is self:
            return source
        found = self.known.get(source)
        if found is None:
            found = self.known[source] = self._brought(source)
        return found

    def _brought(self, source: Source) -> Source:
        outside = source.dag.around()
        if self in outside:  # made in a DAG in here
            inner = outside[outside.index(self) - 1]
            return inner.task_or_bug.export(source)
        task = self.task_or_bug
        outer = task.dag.local(source)
        if outer.is_artifact and isinstance(kinds.bare(outer.kind), kinds.ListOf):
            self.frame.findings.unrunnable(task.span, ONE_OF_LIST, "read the list in a step beside it")
        name = names.free(f"{names.CHANNEL}{source.channel}", self.inputs)
        task.give(name, outer)
        self.declare(name, types.definition(outer.kind), artifact=outer.is_artifact)
        return Source(self, name, outer.kind, source.channel)

    def give_out(self, source: Source, name: str = "", doc: str = "") -> str:
        """Give a value of this DAG as its output; return the output's name."""
        if not name and source in self.exported:
            return self.exported[source]
        if source.task is None:
            message = f"bug: {source.key} is an input of {self.name}"
            raise LookupError(message)
        if source.task.conditional:
            self._check(source)
        key = name or names.free(f"{names.CHANNEL}{source.channel}", self.outputs)
        producer = {"producerSubtask": source.task.name}
        if source.is_artifact:
            self.outputs[key] = {"artifactSelectors": [{"outputArtifactKey": source.key} | producer]}
        else:
            self.outputs[key] = {"valueFromParameter": {"outputParameterKey": source.key} | producer}
        looped = self.task is not None and self.task.iterator
        self.output_kinds[key] = kinds.ListOf(source.kind) if looped else source.kind
        self.output_docs[key] = doc
        self.exported[source] = key
        return key

    def _check(self, source: Source) -> None:
        """Refuse to bring out what may not be there: who reads it would fail, not be skipped."""
        span = source.task.span if source.task is not None else self.frame.pipeline.span
        if self.frame.lenient == "nothing":
            return
        if self.frame.lenient or any(dag.task is not None and dag.task.iterator for dag in self.around()):
            self.frame.findings.unrunnable(
                span,
                f"the engine of Kubeflow cannot gather `{source.channel}` where items are skipped or there are none",
                "let every item make it, of a list that is never empty",
            )
        else:
            raise Refused(
                span,
                f"Kubeflow cannot bring `{source.channel}`, which may be skipped, out of the group that it is in",
                "let the steps that read it stand beside the step, or choose a value in the group: `??`",
            )

    @property
    def task_or_bug(self) -> Task:
        """The call of this DAG."""
        if self.task is None:
            message = f"bug: {self.name} has no call"
            raise LookupError(message)
        return self.task

    def task_around(self, inner: Task) -> Task | None:
        """Return the task of this DAG that is, or is around, another task; None when there is none."""
        while inner.dag is not self:
            if inner.dag.task is None:
                return None
            inner = inner.dag.task
        return inner
