"""Where values are: a `Scope` for each template, which takes in what lives outside and gives out what is read there.

A `Frame` is one pipeline on its way to templates. Its steps and groups have a `Home`: the DAG and task that run
them. A value that is read in another DAG travels by inputs down and by outputs up, one template at a time.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, TypeAlias

from kfdsl import ir, kinds
from kfdsl.kinds import Kind
from kfdsl.node import Node
from kfdsl.targets.argo import names, text
from kfdsl.targets.argo.reference import Reference
from kfdsl.targets.argo.refusal import Refused

if TYPE_CHECKING:
    from kfdsl.source import Span
    from kfdsl.targets.argo.items import Items
    from kfdsl.targets.argo.usage import Usage

Object: TypeAlias = "dict[str, object]"
Key: TypeAlias = "tuple[str, ...]"


class Home:
    """The task that runs a step or group: `scope` is the DAG it stands in."""

    __slots__ = ("global_outputs", "node", "records", "scope", "stdout", "task", "tolerant")

    def __init__(self, node: ir.Step | ir.Group, task: Task) -> None:
        """Note where a step or group runs."""
        self.node = node
        self.task = task
        self.scope = task.scope
        self.tolerant = False
        self.stdout = False
        self.records = False


class Frame:
    """One pipeline: `in_workflow` tells that its params are the workflow's, readable in all templates."""

    __slots__ = ("homes", "in_workflow", "is_handler", "is_main", "pipeline", "usage")

    def __init__(self, pipeline: ir.Pipeline, usage: Usage, *, in_workflow: bool, is_handler: bool = False) -> None:
        """Begin without steps."""
        self.pipeline = pipeline
        self.usage = usage
        self.in_workflow = in_workflow
        self.is_handler = is_handler
        self.is_main = False
        self.homes: dict[str, Home] = {}


class Task:
    """A call in a DAG, before it is written.

    `conditions` are those of the `if` branches around it, with what they wait for in `needs`; `items` is its loop.
    `condition` is one that is written already, that of a handler's event.
    `guarded` names the steps after whose failure it may run. `inner` is the DAG that it calls, if it is one of its own.
    """

    __slots__ = (
        "arguments", "artifacts", "condition", "conditions", "guarded", "hooks", "inner", "items", "name", "needs", "node",
        "order", "own_when", "skippable", "scope", "span", "template", "tolerant",
    )  # fmt: skip

    def __init__(self, scope: Scope, name: str, node: ir.Step | ir.Group, span: Span) -> None:
        """Begin without arguments."""
        self.scope = scope
        self.name = name
        self.node = node
        self.span = span
        self.needs: dict[str, None] = {}
        self.condition = ""
        self.conditions: tuple[tuple[ir.Expr, bool], ...] = ()
        self.own_when: ir.Expr | None = None
        self.order: ir.Order | None = None
        self.skippable = False
        self.items: Items | None = None
        self.guarded: frozenset[str] = frozenset()
        self.arguments: list[Object] = []
        self.artifacts: list[Object] = []
        self.inner: Scope | None = None
        self.template: str | Object = ""
        self.tolerant = False
        self.hooks: Object = {}

    @property
    def is_conditional(self) -> bool:
        """Tell whether it may be skipped."""
        return bool(self.condition or self.conditions or self.own_when or self.skippable)

    def read(self, expr: ir.Expr) -> Reference:
        """Find a value for an argument or the condition of this call."""
        if self.items is not None:
            own = self.items.read(expr)
            if own is not None:
                return own
        found = self.scope.read(expr)
        if isinstance(expr, ir.OutputRef) and expr.step in self.guarded:
            return found._replace(guard=self.scope.frame.homes[expr.step].task.name)
        return found


    def find(self, expr: ir.Expr) -> Reference | None:
        """Find a field of a loop's item; None where it has to be computed."""
        if not isinstance(expr, ir.FieldOf) or not isinstance(expr.base, ir.ItemRef):
            return None
        if self.items is not None and self.items.binds(expr.base.name):
            return self.items.read(expr)
        return self.scope.find(expr)


class Position(Node):
    """The position of an item, six digits, in the loop of a task."""

    task: Task
    type: Kind
    span: Span


PREFIX: Final = "files"
"""The input that tells a called pipeline below which key its gathered artifacts are kept."""


class Prefix(Node):
    """The key below which a pipeline keeps the artifacts that it gathers."""

    type: Kind
    span: Span


class Scope:
    """A template: `task` is the call through which it takes in values, None for the root of a pipeline."""

    __slots__ = (
        "artifact_outputs", "artifacts", "depth", "frame", "given", "name", "outputs", "parameters", "record",
        "settings", "span", "taken", "task", "tasks", "taken_tasks", "target_all", "textual",
    )  # fmt: skip

    def __init__(self, frame: Frame, name: str, task: Task | None, span: Span, textual: Callable[[ir.Expr, Task], str],
                 record: Callable[[Home, Scope], str] = lambda _home, _scope: "") -> None:  # fmt: skip
        """Begin without tasks and inputs.

        `textual` writes an expression as the text of an argument; `record` one for all value outputs of a loop's step.
        """
        self.frame = frame
        self.name = name
        self.task = task
        self.span = span
        self.textual = textual
        self.record = record
        self.depth: int = task.scope.depth + 1 if task else 0
        self.taken: dict[Key, Reference] = {}
        self.given: dict[Key, str] = {}
        self.parameters: dict[str, Object] = {}
        self.artifacts: dict[str, Object] = {}
        self.outputs: dict[str, Object] = {}
        self.artifact_outputs: dict[str, Object] = {}
        self.tasks: list[Task] = []
        self.taken_tasks: set[str] = set()
        self.settings: Object = {}
        self.target_all = False

    def add_task(self, node: ir.Step | ir.Group, name: str, span: Span) -> Task:
        """Append a task under a name of its own."""
        own = names.unique(names.task_name(name), self.taken_tasks)
        self.taken_tasks.add(own)
        task = Task(self, own, node, span)
        self.tasks.append(task)
        return task

    # ---- values

    def read(self, expr: ir.Expr) -> Reference:
        """Find the value of a reference for this template."""
        match expr:
            case ir.ParamRef(name, kind):
                return self._param(name, kind)
            case ir.OutputRef(step, output, kind) | ir.EachRef(step, output, kind) | ir.ItemOutputRef(step, _, output, kind):
                home = self.frame.homes[step]
                if self.is_around(home.scope):
                    return self.fetch(home, output or "")
                if self.task is None and self.frame.is_handler and isinstance(expr, ir.OutputRef):
                    path = ("workflow", "outputs", "parameters", f"{step}-{output}")
                    return Reference(path, kind, encoded=False, nil=True, guard=home.task.name)
                return self.take(("output", step, output or ""), f"{step}-{output}", expr)
            case ir.ItemRef(name, kind):
                return self.take(("item", name), name, expr)
            case ir.FieldOf(ir.ItemRef(name), field):
                return self.take(("item", name, field), f"{name}-{field}", expr)
            case Prefix():
                if self.frame.in_workflow or self.frame.is_main:
                    return Reference(("workflow", "name"), kinds.DURATION, encoded=True)
                if self.task is None or self.task.scope.frame is not self.frame:
                    return Reference(("inputs", "parameters", PREFIX), kinds.DURATION, encoded=True)
                return self.take(("prefix",), PREFIX, expr)
            case Position(task):
                return self.take(("position", str(id(task))), "index", expr)
            case _:
                message = f"bug: {type(expr).__name__} is no reference to a value"
                raise TypeError(message)

    def _param(self, name: str, kind: Kind) -> Reference:
        if self.frame.in_workflow and not kinds.is_artifact(kind):
            marked = isinstance(kind, kinds.Optional)
            return Reference(("workflow", "parameters", name), kind, encoded=True, marked=marked)
        if self.task is None or self.task.scope.frame is not self.frame:
            return Reference(("inputs", "parameters", name), kind, encoded=True, marked=isinstance(kind, kinds.Optional))
        return self.take(("param", name), name, ir.ParamRef(name, kind, self.span))

    def find(self, expr: ir.Expr) -> Reference | None:
        """Find a field of a loop's item."""
        return self.read(expr)

    def take(self, key: Key, name: str, expr: ir.Expr) -> Reference:
        """Take a value in as an input that the call gives."""
        if key not in self.taken:
            if self.task is None and self.frame.is_handler:
                raise Refused(expr.span, "a handler of the run cannot read this on Argo")
            if self.task is None:
                message = f"bug: nothing gives {key}"
                raise LookupError(message)
            outer = self.task.find(expr) if isinstance(expr, ir.FieldOf) else self.task.read(expr)
            if outer is None:
                outer = Reference((), expr.type, encoded=True, marked=isinstance(expr.type, kinds.Optional))
            own = names.unique(names.parameter_name(name), self.parameters)
            self.parameters[own] = {"name": own}
            self.task.arguments.append({"name": own, "value": self.textual(expr, self.task)})
            self.taken[key] = outer._replace(
                path=("inputs", "parameters", own), encoded=True, nil=False, marked=outer.optional, guard=""
            )
        return self.taken[key]

    def fetch(self, home: Home, output: str) -> Reference:
        """Find an output of a step whose DAG is this one or one below."""
        kind = output_kind(home.node, output)
        if home.scope is self:
            task, name, levels, marked = home.task, output, 0, isinstance(kind, kinds.Optional)
        else:
            child = self.child_with(home.scope)
            name, inner = child.give(home, output)
            task, levels, marked = child.task_or_bug, inner.levels, inner.optional
        levels += task.items is not None
        path: tuple[str, ...] = ("tasks", task.name, "outputs", "parameters", name)
        if home.scope is self and is_stdout(home.node, output):
            path = ("tasks", task.name, "outputs", "result")
        return Reference(path, kind, encoded=False, nil=task.is_conditional, marked=marked, levels=levels)

    def give(self, home: Home, output: str) -> tuple[str, Reference]:
        """Give an output of a step in this DAG to the call; return its name there, and what it is here."""
        found = self.fetch(home, output)
        key = (home.node.name, output)
        if key not in self.given and not output:
            self.given[key] = "record"
            self.outputs["record"] = {"name": "record", "valueFrom": {"expression": self.record(home, self)}}
        elif key not in self.given:
            name = names.unique(output if home.scope is self else f"{home.node.name}-{output}", self.outputs)
            self.given[key] = name
            self.outputs[name] = {"name": name, "valueFrom": self._value_from(home, found)}
        return self.given[key], found

    def _value_from(self, home: Home, found: Reference) -> Object:
        if home.stdout and found.path[-1] == "result":
            self.outputs["stdout"] = {"name": "stdout", "valueFrom": {"parameter": found.tag, "default": ""}}
            return {"expression": f"{names.path_text(found.path[:-1])}?.result ?? ''"}
        default = "[]" if found.levels else text.ABSENT if found.optional or home.task.tolerant else None
        task = home.task if home.scope is self else self.child_with(home.scope).task_or_bug
        if task.tolerant and not found.levels:
            return {"expression": found._replace(nil=True, guard=task.name).code, "default": text.ABSENT}
        return {"parameter": found.tag} | ({} if default is None else {"default": default})

    # ---- places

    @property
    def task_or_bug(self) -> Task:
        """The call of this template."""
        if self.task is None:
            message = f"bug: {self.name} has no call"
            raise LookupError(message)
        return self.task

    def is_around(self, other: Scope) -> bool:
        """Tell whether another template is this one or called from it."""
        scope: Scope | None = other
        while scope is not None and scope.depth > self.depth:
            scope = scope.task.scope if scope.task else None
        return scope is self

    def child_with(self, other: Scope) -> Scope:
        """Return the template called here that is, or is around, another one."""
        while other.depth > self.depth + 1:
            other = other.task_or_bug.scope
        return other

    def task_of(self, name: str) -> Task | None:
        """Return the task here that runs a step or group, or the one it is in; None when it is not below."""
        home = self.frame.homes[name]
        if not self.is_around(home.scope):
            return None
        return home.task if home.scope is self else self.child_with(home.scope).task_or_bug


def is_stdout(node: ir.Step | ir.Group, output: str) -> bool:
    """Tell whether an output is what the step prints."""
    if isinstance(node, ir.Group) or not isinstance(node.call, ir.Body):
        return False
    return any(entry.name == output and entry.value == "stdout" for entry in node.call.outputs)


def output_kind(node: ir.Step | ir.Group, output: str) -> Kind:
    """Return the type of an output as its step declares it; that of a record of all its values for no name."""
    if not output:
        return kinds.MapOf(kinds.JSON)
    if isinstance(node, ir.Group) or isinstance(node.call, ir.Pipeline):
        outputs = node.outputs if isinstance(node, ir.Group) else node.call.outputs  # type: ignore[union-attr]
        return next((o.type for o in outputs if o.name == output), kinds.UNKNOWN)
    if isinstance(node.call, ir.PipelineRef):
        return kinds.UNKNOWN
    return next((o.type for o in node.call.outputs if o.name == output), kinds.UNKNOWN)
