"""Where values are: a `Scope` for each template takes in what lives outside and gives out what is read there.

A `Frame` is one pipeline on its way to templates. Its steps and groups have a `Home`: the DAG and task
that run them. A value that is read in another DAG travels by inputs down and by outputs up, template by
template.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, TypeAlias

from kfdsl import ir, kinds
from kfdsl.kinds import Kind
from kfdsl.targets.argo import names
from kfdsl.targets.argo.expressions import functions, sought, text
from kfdsl.targets.argo.expressions.reference import Reference
from kfdsl.targets.argo.expressions.wanted import Ended, Position, Prefix, Status, Wanted
from kfdsl.targets.argo.objects import Object
from kfdsl.targets.argo.refusal import Refused
from kfdsl.targets.argo.scopes import declared, facts, run_values
from kfdsl.targets.argo.scopes.tasks import PREFIX, Frame, Home, Task

if TYPE_CHECKING:
    from kfdsl.source import Span

Key: TypeAlias = "tuple[str, ...]"


class Scope:
    """A template: `task` is the call through which it takes in values, None for the root of a pipeline.

    `is_part` tells that its tasks are some of a graph that is too large for one DAG, `may_omit` that it may
    succeed without them; `targets` are tasks beside the last ones whose failure is its failure.
    """

    __slots__ = (
        "artifact_outputs",
        "artifacts",
        "frame",
        "given",
        "is_part",
        "may_omit",
        "name",
        "outputs",
        "parameters",
        "record",
        "settings",
        "span",
        "taken",
        "taken_tasks",
        "target_all",
        "targets",
        "task",
        "tasks",
        "textual",
    )  # fmt: skip

    def __init__(  # noqa: PLR0913, PLR0917  # one call, in `Builder`
        self,
        frame: Frame,
        name: str,
        task: Task | None,
        span: Span,
        textual: Callable[[Wanted, Task], str],
        record: Callable[[Home, Scope], str] = lambda _home, _scope: "",
    ) -> None:
        """Begin without tasks and inputs.

        `textual` writes an expression as the text of an argument; `record` writes one for all value outputs.
        """
        self.frame = frame
        self.name = name
        self.task = task
        self.span = span
        self.textual = textual
        self.record = record
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
        self.targets: dict[str, None] = {}
        self.is_part = False
        self.may_omit = False

    def add_task(self, node: ir.Step | ir.Group, name: str, span: Span) -> Task:
        """Append a task under a name of its own."""
        own = names.unique(names.task_name(name), self.taken_tasks)
        self.taken_tasks.add(own)
        task = Task(self, own, node, span)
        self.tasks.append(task)
        return task

    def read(self, expr: Wanted) -> Reference:  # one case a kind of reference
        """Find the value of a reference for this template."""
        match expr:
            case ir.ParamRef(name, kind):
                return self._param(name, kind)
            case ir.OutputRef() | ir.EachRef() | ir.ItemOutputRef():
                return self._output(expr)
            case ir.ItemRef(name, kind):
                return self.take(("item", name), name, expr)
            case ir.FieldOf(ir.ItemRef(name), field):
                return self.take(("item", name, field), f"{name}-{field}", expr)
            case ir.RunRef() | ir.FieldOf(ir.RunRef()):
                return self._of_run(expr)
            case Ended() | Prefix() | Position() | Status():
                return self._of_engine(expr)
            case _:
                message = f"bug: {type(expr).__name__} is no reference to a value"
                raise TypeError(message)

    def _of_engine(self, expr: Ended | Prefix | Position | Status) -> Reference:
        """Find what no author can name."""
        match expr:
            case Ended(step):
                home = self.frame.homes[step]
                if not self.is_around(home.scope):
                    return self.take(("ended", step), f"{step}-status", expr)
                task = self._task_with(home)
                path = ("outputs", "parameters", "status") if home.tolerant else ("status",)
                return Reference(("tasks", task.name, *path), kinds.DURATION, encoded=True)
            case Status(task, kind):
                if task.scope is self:
                    return Reference(("tasks", task.name, "status"), kind, encoded=True)
                return self.take(("ended", str(id(task))), f"{task.name}-status", expr)
            case Prefix():
                return self._prefix(expr)
            case Position(task):
                return self.take(("position", str(id(task))), "index", expr)

    def _of_run(self, expr: ir.RunRef | ir.FieldOf) -> Reference:
        if isinstance(expr, ir.RunRef) and expr.field == "step.attempt":
            return functions.run_value(expr.field, expr.type, expr.span)
        if not isinstance(expr, ir.RunRef) or expr.field != "status":
            return run_values.reference(expr, self.frame)
        if self.task is not None and self.task.scope.frame is self.frame and self.task.in_hook:
            return self.take(("status",), "status", expr)
        return Reference(("workflow", "status"), expr.type, encoded=True)

    def _prefix(self, expr: Prefix) -> Reference:
        if self.frame.in_workflow or self.frame.is_main:
            return Reference(("workflow", "name"), kinds.DURATION, encoded=True)
        if self.task is None or self.task.scope.frame is not self.frame:
            return Reference(("inputs", "parameters", PREFIX), kinds.DURATION, encoded=True)
        return self.take(("prefix",), PREFIX, expr)

    def _output(self, expr: ir.OutputRef | ir.EachRef | ir.ItemOutputRef) -> Reference:
        home, output = self.frame.homes[expr.step], expr.output or ""
        if declared.fact(home.node, output):
            facts.check_reader(expr, in_handler=self.frame.is_handler and not self.is_around(home.scope))
        if sought.is_meant(expr) or not output:
            facts.check_record(expr, home.node)
        if self.is_around(home.scope):
            found = self.fetch(home, "" if sought.is_meant(expr) else output)
            return found._replace(kind=_item_kind(expr, found)) if found.kind == kinds.UNKNOWN else found
        if self.task is None and self.frame.is_handler and isinstance(expr, ir.OutputRef):
            name = declared.global_name(home.node, output)
            guard = "" if expr.step in self.frame.told else home.task.name
            path = ("workflow", "outputs", "parameters", name)
            return Reference(path, expr.type, encoded=False, nil=True, guard=guard)
        position = str(expr.index) if isinstance(expr, ir.ItemOutputRef) else ""
        key = ("output", expr.step, output, position)
        return self.take(key, f"{expr.step}-{output or 'records'}", expr)

    def _param(self, name: str, kind: Kind) -> Reference:
        if self.frame.in_workflow and not kinds.is_artifact(kind):
            marked = isinstance(kind, kinds.Optional)
            return Reference(("workflow", "parameters", name), kind, encoded=True, marked=marked)
        if self.task is None or self.task.scope.frame is not self.frame:
            return Reference(
                ("inputs", "parameters", name), kind, encoded=True, marked=isinstance(kind, kinds.Optional)
            )
        return self.take(("param", name), name, ir.ParamRef(name, kind, self.span))

    def find(self, expr: Wanted) -> Reference | None:
        """Find a field of a loop's item."""
        return self.read(expr)

    def take(self, key: Key, name: str, expr: Wanted) -> Reference:
        """Take a value in as an input that the call gives."""
        if key not in self.taken:
            if self.task is None and self.frame.is_handler:
                raise Refused(
                    expr.span,
                    "a handler of the run cannot read lists out of loops on Argo",
                    "let a step gather the list and print or write it, and read that",
                )
            if self.task is None:
                message = f"bug: nothing gives {key}"
                raise LookupError(message)
            outer = self.task.find(expr) if isinstance(expr, ir.FieldOf) else self.task.read(expr)
            if outer is None:
                outer = Reference((), expr.type, encoded=True, marked=isinstance(expr.type, kinds.Optional))
            own = names.unique(names.parameter_name(name), self.parameters)
            self.parameters[own] = {"name": own}
            self.task.arguments.append({"name": own, "value": self.textual(expr, self.task)})
            if outer.levels:  # what is taken in has its types already, and no gaps
                outer = Reference((), expr.type, encoded=True, marked=isinstance(expr.type, kinds.Optional))
            if self.may_omit:  # a part without a value does not come to where it is read
                outer = outer._replace(guard="")
            self.taken[key] = outer._replace(
                path=("inputs", "parameters", own), encoded=True, nil=False, marked=outer.optional, guard=""
            )
        return self.taken[key]

    def fetch(self, home: Home, output: str) -> Reference:
        """Find an output of a step whose DAG is this one or one below."""
        kind, gaps = declared.output_kind(home.node, output), False
        if home.scope is self:
            task, name, levels = home.task, declared.engine_name(home.node, output), 0
            marked = isinstance(kind, kinds.Optional)
        else:
            child = self.child_with(home.scope)
            name, inner = child.give(home, output)
            task, levels, marked, gaps = child.task_or_bug, inner.levels, inner.optional, inner.gaps
        if task.items is not None:
            gaps, marked, levels = gaps or marked, False, levels + 1
        path: tuple[str, ...] = ("tasks", task.name, "outputs", "parameters", name)
        if home.scope is self and declared.is_stdout(home.node, output):
            path = ("tasks", task.name, "outputs", "result")
        fact = declared.fact(home.node, output)
        if fact and home.scope is self:
            return facts.reference(task, fact, kind)
        if fact == "ip" and _is_daemon(home.node):
            raise Refused(
                home.task.span,
                f"the address of `{home.node.name}` is read where it has ended: on Argo a daemon ends "
                "with its group or loop",
                "put the step beside the group, or what reads its address into it",
            )
        otherwise = facts.SKIPPED if fact == "status" else text.ABSENT
        nil = task.is_conditional
        return Reference(
            path, kind, encoded=False, nil=nil, marked=marked, levels=levels, gaps=gaps, otherwise=otherwise
        )

    def give(self, home: Home, output: str) -> tuple[str, Reference]:
        """Give an output of a step in this DAG to the call; return its name there, and what it is here."""
        found = self.fetch(home, output)
        key = (home.node.name, output)
        if key not in self.given and not output and home.scope is self:
            self.given[key] = "record"
            self.outputs["record"] = {"name": "record", "valueFrom": {"expression": self.record(home, self)}}
        elif key not in self.given:
            wanted = (
                output
                if home.scope is self and not self.is_part
                else f"{home.node.name}-{output or 'record'}"
            )
            name = names.unique(wanted, self.outputs)
            self.given[key] = name
            self.outputs[name] = {"name": name, "valueFrom": self._value_from(home, output, found)}
        task = self._task_with(home)
        if task.tolerant and not found.levels and not declared.fact(home.node, output):
            found = found._replace(marked=True)
        return self.given[key], found

    def _task_with(self, home: Home) -> Task:
        """Return the task here that runs a step, or the one it is in."""
        return home.task if home.scope is self else self.child_with(home.scope).task_or_bug

    def _value_from(self, home: Home, output: str, found: Reference) -> Object:
        if home.stdout and found.path[-2:] == ("outputs", "result"):
            self.outputs["stdout"] = {"name": "stdout", "valueFrom": {"parameter": found.tag, "default": ""}}
            return {"expression": f"{names.path_text(found.path[:-1])}?.result ?? ''"}
        if declared.fact(home.node, output):
            return facts.carried(found)
        lacking = found.optional or home.task.tolerant or self.may_omit
        default = "[]" if found.levels else text.ABSENT if lacking else None
        task = self._task_with(home)
        if task.tolerant and not found.levels:
            return {"expression": found._replace(nil=True, guard=task.name).code, "default": text.ABSENT}
        made: Object = {"parameter": found.tag}
        return made | ({} if default is None else {"default": default})

    @property
    def resources(self) -> Mapping[str, ir.Resource]:
        """The secrets, configs, volumes and stores in sight."""
        return self.frame.pipeline.resources

    @property
    def task_or_bug(self) -> Task:
        """The call of this template."""
        if self.task is None:
            message = f"bug: {self.name} has no call"
            raise LookupError(message)
        return self.task

    @property
    def depth(self) -> int:
        """How many templates are around it, up to the root of its pipeline."""
        return self.task.scope.depth + 1 if self.task else 0

    def is_around(self, other: Scope) -> bool:
        """Tell whether another template is this one or called from it."""
        scope: Scope | None = other
        while scope is not None and scope is not self:
            scope = scope.task.scope if scope.task else None
        return scope is self

    def child_with(self, other: Scope) -> Scope:
        """Return the template called here that is, or is around, another one."""
        while (outer := other.task_or_bug.scope) is not self:
            other = outer
        return other

    def task_of(self, name: str) -> Task | None:
        """Return the task here that runs a step or group, or the one it is in; None when it is not below."""
        home = self.frame.homes[name]
        return self._task_with(home) if self.is_around(home.scope) else None

    def task_around(self, name: str) -> Task | None:
        """Return the task that runs a step or group, or the one it is in, in the nearest DAG that is around it."""
        scope: Scope = self
        while (found := scope.task_of(name)) is None and scope.task is not None:
            scope = scope.task.scope
        return found


def _item_kind(expr: ir.Expr, found: Reference) -> Kind:
    """Return the type of what a call of the pipeline itself gives; in lists, that of an item."""
    kind = expr.type
    for _ in range(found.levels):
        bare = kinds.bare(kind)
        kind = bare.item if isinstance(bare, kinds.ListOf) else bare
    return kind


def _is_daemon(node: ir.Step | ir.Group) -> bool:
    return isinstance(node, ir.Step) and node.settings.get("daemon") is not None
