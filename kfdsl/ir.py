"""The checked program: names resolved, types known, settings merged, spans kept. Targets read nothing else.

Steps, groups and handlers' steps of one pipeline have one name space, so an output is named by its step
wherever that stands: `OutputRef("train", "auc")`. How a value gets from the step to its reader is the
target's business.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal as Word
from typing import TypeAlias

from kfdsl.kinds import Kind
from kfdsl.node import Node
from kfdsl.source import Span

Constant: TypeAlias = "str | int | float | bool | list[Constant] | dict[str, Constant] | None"


class Literal(Node):
    """A constant scalar; a duration or quantity is its text as written (`30min`, `2Gi`)."""

    value: str | int | float | bool
    type: Kind
    span: Span


class ListExpr(Node):
    """A list."""

    items: tuple[Expr, ...]
    type: Kind
    span: Span


class MapExpr(Node):
    """A map or record, entries in the order written."""

    entries: tuple[tuple[str, Expr], ...]
    type: Kind
    span: Span


class TextExpr(Node):
    """Text with values in it: str and expressions whose values are scalars."""

    parts: tuple[str | Expr, ...]
    type: Kind
    span: Span


class ParamRef(Node):
    """A `param` of the pipeline that the reader stands in."""

    name: str
    type: Kind
    span: Span


class InputRef(Node):
    """Inside a body: the value of an `in` parameter, or the local path of an `in` artifact."""

    name: str
    type: Kind
    span: Span


class OutputPath(Node):
    """Inside a body: the path that an `out` is to be written to; `artifact` tells whether it is one."""

    name: str
    type: Kind
    span: Span
    artifact: bool = False


class OutputRef(Node):
    """`step.output`, or `group.output`; in a loop that reader and step share, that of the same item."""

    step: str
    output: str
    type: Kind
    span: Span


class EachRef(Node):
    """`step.*.output`: the outputs of all items that ran, in input order; each loop between is a list level.

    `output` is None for `step.*`: a list of records of the value outputs and `item`.
    """

    step: str
    output: str | None
    type: Kind
    span: Span


class ItemOutputRef(Node):
    """`step["item"].output` of a loop over a literal list; `index` is the item's position, from 0.

    `item` is the item as JSON where it has to be found by it, since not all items may have run; else empty.
    """

    step: str
    index: int
    output: str
    item: str
    type: Kind
    span: Span


class ItemRef(Node):
    """A loop variable."""

    name: str
    type: Kind
    span: Span


class RunRef(Node):
    """`run.name`, `run.id`, `run.namespace`, `run.status`, …; `field` of `step.name` is `step.name`."""

    field: str
    type: Kind
    span: Span


class KeyRef(Node):
    """`secret["key"]` or `config["key"]`; `resource` is the declaration's name in `Pipeline.resources`."""

    resource: str
    key: Expr
    type: Kind
    span: Span


class PlaceRef(Node):
    """`store["key"]`; `store` is None for `artifacts["key"]`, the engine's default repository."""

    store: str | None
    key: Expr
    type: Kind
    span: Span


class LoadedRef(Node):
    """`load(…)` used as a value: an artifact from outside, or made of a text."""

    arguments: tuple[tuple[str, Expr], ...]
    type: Kind
    span: Span


class EngineRef(Node):
    """A value that exists in one place only: `last.exit_code`, `response.status`, `object.kind`."""

    root: str
    path: tuple[str, ...]
    type: Kind
    span: Span


class FieldOf(Node):
    """A field of a record, map or json; for artifacts `uri`, `name`, `metadata`."""

    base: Expr
    name: str
    type: Kind
    span: Span


class IndexOf(Node):
    """An item of a list or map."""

    base: Expr
    index: Expr
    type: Kind
    span: Span


class Unary(Node):
    """`-a`, `not a`."""

    operator: Word["-", "not"]
    operand: Expr
    type: Kind
    span: Span


class Binary(Node):
    """`a operator b`, with the operators of the language; `in` has a list or a text on its right."""

    operator: Word["or", "and", "==", "!=", "<", "<=", ">", ">=", "in", "??", "+", "-", "*", "/", "%"]
    left: Expr
    right: Expr
    type: Kind
    span: Span


class Cast(Node):
    """A `json` value read as the type that its place declares."""

    operand: Expr
    type: Kind
    span: Span


class PartOf(Node):
    """A file or folder inside an artifact: `artifact["path"]`."""

    base: Expr
    path: Expr
    type: Kind
    span: Span


class FunctionCall(Node):
    """A call of a function of the language: `len`, `json`, `present`, …."""

    function: str
    arguments: tuple[Expr, ...]
    type: Kind
    span: Span


class VariableRef(Node):
    """`$(NAME)` of Kubernetes, in the command of an imported component: a variable of its container."""

    name: str
    type: Kind
    span: Span


class IfPresent(Node):
    """The words `then` where an optional `in` is given, else `otherwise`; of imported components."""

    input: Expr
    then: ListExpr
    otherwise: ListExpr
    type: Kind
    span: Span


class KubeflowWord(Node):
    """An entry of the command of an imported component.

    `text` is how Kubeflow takes it; `meaning` is what it is in the language. There is none where `foreign`
    names a placeholder that only Kubeflow fills in.
    """

    text: str
    meaning: Expr | None
    foreign: str
    type: Kind
    span: Span


Expr: TypeAlias = (
    Literal
    | ListExpr
    | MapExpr
    | TextExpr
    | ParamRef
    | InputRef
    | OutputPath
    | OutputRef
    | EachRef
    | ItemOutputRef
    | ItemRef
    | RunRef
    | KeyRef
    | PlaceRef
    | LoadedRef
    | EngineRef
    | FieldOf
    | IndexOf
    | Unary
    | Binary
    | Cast
    | PartOf
    | FunctionCall
    | VariableRef
    | IfPresent
    | KubeflowWord
)


class RangeExpr(Node):
    """`low..high` of `cpu memory disk`; a single value stands on both sides; a side left out is None."""

    low: Expr | None
    high: Expr | None
    span: Span


class Settings:
    """Settings by name, checked for shape and merged: step over component over the nearest `defaults`.

    A value is an expression (maps as `MapExpr`, lists as `ListExpr`, shapes as in docs/language.md) or a
    `RangeExpr`.
    """

    __slots__ = ("values",)

    def __init__(self, values: Mapping[str, Expr | RangeExpr]) -> None:
        """Keep the values."""
        self.values = values

    def get(self, name: str) -> Expr | RangeExpr | None:
        """Return a setting, None where it is not set."""
        return self.values.get(name)

    def expr(self, name: str) -> Expr | None:
        """Return a setting that is no range."""
        value = self.values.get(name)
        return None if isinstance(value, RangeExpr) else value

    def __eq__(self, other: object) -> bool:
        """Compare the values."""
        return isinstance(other, Settings) and dict(self.values) == dict(other.values)

    def __hash__(self) -> int:
        """Hash the names: values are compared when these are equal."""
        return hash(tuple(self.values))


class Patch(Node):
    """`patch argo.template = text`: `path` is `("argo", "template")`; the text is YAML, at `span`."""

    path: tuple[str, ...]
    text: str
    span: Span


class Metric(Node):
    """`metric NAME { … }`; its settings are those of `kfdsl.lower.settings_table.METRIC`."""

    name: str
    settings: Settings
    span: Span


class Container(Node):
    """A `sidecar`, `init` or `container` of a body; `after` names containers of the same body."""

    kind: Word["container", "sidecar", "init"]
    name: str
    after: tuple[str, ...]
    run: Command | Script | None
    settings: Settings
    patches: tuple[Patch, ...]
    span: Span


class Input(Node):
    """`in name: T`; `at` is its path, `options` (mode, name, recurse) are constants."""

    name: str
    type: Kind
    default: Expr | None
    at: Expr | None
    options: tuple[tuple[str, Constant], ...]
    doc: str
    span: Span


class Output(Node):
    """`out name: T`; `value` is None (a file at `at` or /tmp/outputs/name), `"stdout"`, or an expression.

    `to` is where an artifact is put; `options` are archive, gc, default, global, name; `metadata` the rest.
    """

    name: str
    type: Kind
    value: Expr | Word["stdout"] | None
    at: Expr | None
    to: PlaceRef | None
    options: tuple[tuple[str, Constant], ...]
    metadata: tuple[tuple[str, Expr], ...]
    doc: str
    span: Span


class Command(Node):
    """`command` and `args`; None where not written. Items are texts, values, or lists to splice."""

    command: tuple[Expr, ...] | None
    args: tuple[Expr, ...] | None
    span: Span


class Script(Node):
    """A script. `interpreter` is its command line (`("bash",)`); `text` the author's text, dedented.

    `variables` are what the text gets: environment names and values (`OutputPath` for outputs), in the order
    ins, outs, loop variables, params, run values. `function` is set for `file("x.py").name`: it is called by
    keyword. `origin` names the file and line that the text comes from, for tracebacks.
    """

    interpreter: tuple[str, ...]
    text: str
    variables: tuple[tuple[str, Expr], ...]
    function: str | None
    origin: tuple[str, int]
    span: Span

    @property
    def is_python(self) -> bool:
        """Tell whether values arrive as variables of their types."""
        return len(self.interpreter) == 1 and self.interpreter[0].startswith("python")


class BuiltIn(Node):
    """A built-in component: approve, wait, http, kubernetes, load, extern."""

    name: str
    arguments: tuple[tuple[str, Expr], ...]
    span: Span

    def argument(self, name: str) -> Expr | None:
        """Return an argument by name."""
        return next((value for key, value in self.arguments if key == name), None)


class Containers(Node):
    """Several containers in one pod; outputs come from `main`."""

    containers: tuple[Container, ...]
    span: Span


class Applied(Node):
    """A template of a library, which its users refer to: the object that holds it, and its name there.

    `given` is the name that the library sets for its object, or empty.
    """

    library: str
    given: str
    kind: str
    namespace: str
    template: str

    def beside(self, other: Applied) -> bool:
        """Tell whether two templates stand in one object."""
        return (self.library, self.given, self.kind) == (other.library, other.given, other.kind)


class Body(Node):
    """What one step runs. `name` is the component's name, or the step's where it has a body of its own.

    `resources` are the secrets, configs, volumes and stores visible in it.
    `shared` tells that it is a component, which several steps may call; `applied` that it stands in a library,
    whose settings it has then.
    """

    name: str
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    run: Command | Script | BuiltIn | Containers | None
    settings: Settings
    sidecars: tuple[Container, ...]
    inits: tuple[Container, ...]
    metrics: tuple[Metric, ...]
    patches: tuple[Patch, ...]
    resources: Mapping[str, Resource]
    shared: bool
    doc: str
    span: Span
    applied: Applied | None = None


class Resource(Node):
    """A `secret`, `config`, `volume` or `store`; `value` is its Kubernetes name; else there is a `call`."""

    kind: Word["secret", "config", "volume", "store"]
    name: str
    call: str
    value: Expr | None
    arguments: tuple[tuple[str, Expr], ...]
    optional: bool
    span: Span


Result: TypeAlias = Word["", "succeeded", "failed", "skipped", "done", "any_succeeded", "all_failed"]
"""How a step must have ended; "" for a plain `after x`: succeeded or skipped."""


class AfterStep(Node):
    """`after step.result`."""

    step: str
    result: Result
    span: Span


class AfterAll(Node):
    """`a and b`, `a, b`."""

    terms: tuple[Order, ...]


class AfterAny(Node):
    """`a or b`."""

    terms: tuple[Order, ...]


Order: TypeAlias = AfterStep | AfterAll | AfterAny


class Need(Node):
    """An edge: this waits for `step` because of what is at `span`: a reference if `data`, else an `after`."""

    step: str
    data: bool
    span: Span


class Loop(Node):
    """`for x in xs, y in ys, at_most = n`: the product of the lists; `key` is what stands after `key =`."""

    variables: tuple[tuple[str, Expr, Kind], ...]
    at_most: Expr | None
    key: Expr | None
    span: Span


class Handler(Node):
    """`on EVENT when condition { graph }`.

    Events are exit, success and failure of runs and groups; running and any word of steps.
    """

    event: str
    when: Expr | None
    graph: Graph
    span: Span


class Step(Node):
    """A step. `call` is what it runs: a body of its own or of a component, or a pipeline.

    `arguments` give values to the inputs of the body, or to the params of the pipeline, in the callee's
    order; those left to their defaults are not in it. `settings` are the merged ones for a body; for a
    pipeline those of the step.
    `needs` are all steps and groups that it waits for, each once, in the order they are written.
    """

    name: str
    call: Body | Pipeline | PipelineRef
    arguments: tuple[tuple[str, Expr], ...]
    settings: Settings
    loop: Loop | None
    after: Order | None
    when: Expr | None
    needs: tuple[Need, ...]
    handlers: tuple[Handler, ...]
    doc: str
    span: Span
    name_span: Span


class Group(Node):
    """`group` or `for`: a graph of its own. An anonymous one has a `name` that no author can write.

    `settings` are its own: `defaults` reach its steps, not the group.
    """

    name: str
    anonymous: bool
    loop: Loop | None
    after: Order | None
    when: Expr | None
    needs: tuple[Need, ...]
    graph: Graph
    outputs: tuple[GraphOutput, ...]
    handlers: tuple[Handler, ...]
    settings: Settings
    doc: str
    span: Span


class Choice(Node):
    """`if … elif … else`: the first branch whose condition holds; the condition of `else` is None."""

    branches: tuple[tuple[Expr | None, Graph], ...]
    needs: tuple[Need, ...]
    span: Span


class Graph(Node):
    """Steps and groups in the order written."""

    nodes: tuple[Step | Group | Choice, ...]
    span: Span

    def steps(self) -> Iterator[Step]:
        """Yield all steps, those of groups and branches included, handlers' not."""
        for node in self.nodes:
            if isinstance(node, Step):
                yield node
            elif isinstance(node, Group):
                yield from node.graph.steps()
            else:
                for _, graph in node.branches:
                    yield from graph.steps()


class GraphOutput(Node):
    """`out name: T = value` of a group or pipeline."""

    name: str
    type: Kind
    value: Expr
    doc: str
    span: Span


class Param(Node):
    """`param name: T = default where predicate`; `default` is constant or `config["key"]`."""

    name: str
    type: Kind
    default: Expr | None
    where: Expr | None
    doc: str
    span: Span


class Pipeline(Node):
    """A pipeline: a graph, or one body, whose inputs are bound by `arguments`.

    `kind` is what the author asked for, or empty. `settings` are those of the pipeline (schedule, ttl, …).
    `recursive` tells that it calls itself, directly or not; `applied` that it stands in a library.
    """

    name: str
    kind: str
    params: tuple[Param, ...]
    graph: Graph | None
    body: Body | None
    arguments: tuple[tuple[str, Expr], ...]
    outputs: tuple[GraphOutput, ...]
    handlers: tuple[Handler, ...]
    settings: Settings
    metrics: tuple[Metric, ...]
    patches: tuple[Patch, ...]
    resources: Mapping[str, Resource]
    doc: str
    span: Span
    name_span: Span
    applied: Applied | None = None


class Declared:
    """A pipeline that is known once it has been lowered; the calls that come before that refer to it."""

    __slots__ = ("pipeline",)

    def __init__(self) -> None:
        """Begin without the pipeline."""
        self.pipeline: Pipeline | None = None


class PipelineRef(Node):
    """Stands for a pipeline inside itself: a recursive call; `declared` leads to it."""

    name: str
    span: Span
    declared: Declared


class Library(Node):
    """Templates that are applied as one object, without one that a run begins with."""

    name: str
    given: str
    kind: str
    settings: Settings
    members: tuple[Body | Pipeline, ...]
    patches: tuple[Patch, ...]
    doc: str
    span: Span
    name_span: Span


class Program(Node):
    """What a file compiles to: its libraries and its pipelines that are compiled, each in file order."""

    pipelines: tuple[Pipeline, ...]
    name: str
    span: Span
    libraries: tuple[Library, ...] = ()


def children(expr: Expr) -> tuple[Expr, ...]:  # noqa: C901, PLR0912  # a match over expressions
    """Return the expressions directly inside an expression."""
    match expr:
        case ListExpr(items):
            return items
        case MapExpr(entries):
            return tuple(value for _, value in entries)
        case TextExpr(parts):
            return tuple(part for part in parts if not isinstance(part, str))
        case KeyRef(_, key) | PlaceRef(_, key):
            return (key,)
        case LoadedRef(arguments):
            return tuple(value for _, value in arguments)
        case FieldOf(base):
            return (base,)
        case IndexOf(base, index):
            return (base, index)
        case Unary(_, operand) | Cast(operand):
            return (operand,)
        case PartOf(base, path):
            return (base, path)
        case Binary(_, left, right):
            return (left, right)
        case FunctionCall(_, arguments_):
            return arguments_
        case IfPresent(value, then, otherwise):
            return (value, then, otherwise)
        case KubeflowWord(_, meaning) if meaning is not None:
            return (meaning,)
        case _:
            return ()


def walk(expr: Expr) -> Iterator[Expr]:
    """Yield an expression and all inside it, outermost first."""
    yield expr
    for child in children(expr):
        yield from walk(child)
