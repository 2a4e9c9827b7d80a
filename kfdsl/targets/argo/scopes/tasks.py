"""Calls in graphs before they are written: which step they run, over what they loop."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from kfdsl import ir
from kfdsl.targets.argo.expressions.reference import Reference
from kfdsl.targets.argo.expressions.wanted import Wanted
from kfdsl.targets.argo.objects import Object
from kfdsl.targets.argo.scopes import declared, facts

if TYPE_CHECKING:
    from kfdsl.source import Span
    from kfdsl.targets.argo.graph.items import Items
    from kfdsl.targets.argo.scopes.registry import Registry
    from kfdsl.targets.argo.scopes.scope import Scope
    from kfdsl.targets.common.usage import Usage

PREFIX: Final = "files"
"""The input that tells a called pipeline below which key its gathered artifacts are kept."""


_OUTPUTS: Final = (ir.OutputRef, ir.EachRef, ir.ItemOutputRef)


class Frame:
    """One pipeline: `in_workflow` tells that its params are the workflow's, readable in all templates.

    `told` are the DAGs that give to handlers of the run what a step or group in them gives.
    """

    __slots__ = ("homes", "in_workflow", "is_handler", "is_main", "pipeline", "registry", "told", "usage")

    def __init__(
        self,
        pipeline: ir.Pipeline,
        usage: Usage,
        registry: Registry,
        *,
        in_workflow: bool,
        is_handler: bool = False,
    ) -> None:
        """Begin without steps."""
        self.pipeline = pipeline
        self.usage = usage
        self.registry = registry
        self.in_workflow = in_workflow
        self.is_handler = is_handler
        self.is_main = False
        self.homes: dict[str, Home] = {}
        self.told: dict[str, Scope] = {}


class Home:
    """The task that runs a step or group."""

    __slots__ = ("global_outputs", "node", "records", "stdout", "task", "tolerant")

    def __init__(self, node: ir.Step | ir.Group, task: Task) -> None:
        """Note where a step or group runs."""
        self.node = node
        self.task = task
        self.tolerant = False
        self.stdout = False
        self.records = False

    @property
    def scope(self) -> Scope:
        """The DAG that the task stands in."""
        return self.task.scope


class Task:
    """A call in a DAG, before it is written.

    `conditions` are those of the branches around it, what they wait for is in `needs`; `items` is its loop.
    `ended` are steps outside that must have ended, in whatever way, before what it calls begins.
    `waits` names tasks that stand for no step; `joins` is the choice of artifacts that such a task makes.
    `condition` is one that is written already, that of a handler's event.
    `guarded` names the steps after whose failure it may run; `inner` is a DAG of its own that it calls.
    """

    __slots__ = (
        "arguments",
        "artifacts",
        "condition",
        "conditions",
        "ended",
        "guarded",
        "hooks",
        "inner",
        "is_hook",
        "items",
        "joins",
        "name",
        "needs",
        "node",
        "order",
        "own_when",
        "scope",
        "skippable",
        "span",
        "template",
        "tolerant",
        "waits",
    )  # fmt: skip

    def __init__(self, scope: Scope, name: str, node: ir.Step | ir.Group, span: Span) -> None:
        """Begin without arguments."""
        self.scope = scope
        self.name = name
        self.node = node
        self.span = span
        self.needs: dict[str, None] = {}
        self.ended: dict[str, ir.AfterStep] = {}
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
        self.hooks: dict[str, tuple[str, Task, str]] = {}
        self.is_hook = False
        self.joins: ir.Expr | None = None
        self.waits: dict[str, None] = {}

    @property
    def resources(self) -> Mapping[str, ir.Resource]:
        """The secrets, configs, volumes and stores in sight of the call."""
        return self.scope.resources

    @property
    def is_conditional(self) -> bool:
        """Tell whether it may be skipped."""
        return bool(self.condition or self.conditions or self.own_when or self.skippable)

    @property
    def in_hook(self) -> bool:
        """Tell whether it is a hook, or stands in what one runs."""
        task: Task | None = self
        while task is not None and not task.is_hook:
            task = task.scope.task
        return task is not None

    def read(self, expr: Wanted) -> Reference:
        """Find a value for an argument or the condition of this call."""
        if isinstance(expr, ir.RunRef) and expr.field == "status":
            return (
                Reference(("tasks", self.name, "status"), expr.type, encoded=True)
                if self.is_hook
                else self.scope.read(expr)
            )
        if self.items is not None:
            own = self.items.read(expr)
            if own is not None:
                return own
        found = self.scope.read(expr)
        if isinstance(expr, _OUTPUTS) and found.path[0] == "tasks" and self._may_follow_failure(expr.step):
            home = self.scope.frame.homes[expr.step]
            if isinstance(expr, ir.OutputRef) and declared.fact(home.node, expr.output):
                tolerant = home.tolerant and (expr.step in self.guarded or expr.step in self.ended)
                return facts.after_failure(expr, found, self, tolerant=tolerant)
            return found._replace(guard=found.path[1])
        return found

    def _may_follow_failure(self, step: str) -> bool:
        """Tell whether it may run although a step, or the group that hands on what the step gives, has failed."""
        ended = [name for name, entry in self.ended.items() if entry.result != "succeeded"]
        if step in self.guarded or step in ended:
            return True
        task = self.scope.task_of(step) if self.guarded or ended else None
        if task is None or task.node.name == step:
            return False
        homes = self.scope.frame.homes  # a group whose failure is handled hands on what there is
        groups = [name for name in (*self.guarded, *ended) if not homes[name].tolerant]
        return any(self.scope.task_of(name) is task for name in groups)

    def find(self, expr: Wanted) -> Reference | None:
        """Find a field of a loop's item; None where it has to be computed."""
        if not isinstance(expr, ir.FieldOf) or not isinstance(expr.base, ir.ItemRef):
            return None
        if self.items is not None and self.items.binds(expr.base.name):
            return self.items.read(expr)
        return self.scope.find(expr)


def loops_around(home: Home) -> list[Task]:
    """Return the tasks with loops that run a step, outermost first."""
    found: list[Task] = []
    task: Task | None = home.task
    while task is not None:
        if task.items is not None:
            found.append(task)
        task = task.scope.task
    return found[::-1]
