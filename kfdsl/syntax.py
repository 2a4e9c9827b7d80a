"""The syntax tree: what the author wrote, right or wrong; node names are the grammar's rule names."""

from __future__ import annotations

from typing import Literal, TypeAlias

from kfdsl.node import Node
from kfdsl.source import Span


class Name(Node):
    """A word: a reference, or the name that a declaration gives."""

    text: str
    span: Span


class Number(Node):
    """A number, quantity or duration literal as written: `10_000`, `500m`, `1h30min`."""

    text: str
    span: Span


class Bool(Node):
    """`true` or `false`."""

    value: bool
    span: Span


class Text(Node):
    """Text without values in it; `value` is what it means, escapes and indentation resolved.

    `style` tells how it was written: `"…"`, `'…'` or a block of three or more quotes.
    """

    value: str
    style: Literal["quoted", "verbatim", "block"]
    span: Span


class Interpolation(Node):
    """Text with values: an alternation of str and expressions, empty strings left out."""

    parts: tuple[str | Expression, ...]
    style: Literal["quoted", "block"]
    span: Span


class ListLiteral(Node):
    """`[a, b]`."""

    items: tuple[Expression, ...]
    span: Span


class Entry(Node):
    """`key = value` in a map."""

    key: Name
    value: Expression
    span: Span


class MapLiteral(Node):
    """`{ key = value }`."""

    entries: tuple[Entry, ...]
    span: Span


class Field(Node):
    """`base.name`."""

    base: Expression
    name: Name
    span: Span


class Each(Node):
    """`base.*`: all items of a loop."""

    base: Expression
    span: Span


class Index(Node):
    """`base[index]`."""

    base: Expression
    index: Expression
    span: Span


class Argument(Node):
    """`name = value` in a call; `name` is None for a positional argument."""

    name: Name | None
    value: Expression
    span: Span


class Call(Node):
    """`function(arguments)`."""

    function: Expression
    arguments: tuple[Argument, ...]
    span: Span


UnaryOperator = Literal["-", "not"]
BinaryOperator = Literal["or", "and", "==", "!=", "<", "<=", ">", ">=", "in", "??", "+", "-", "*", "/", "%"]


class Unary(Node):
    """`-a`, `not a`."""

    operator: UnaryOperator
    operand: Expression
    span: Span


class Binary(Node):
    """`a operator b`."""

    operator: BinaryOperator
    left: Expression
    right: Expression
    span: Span


class Parenthesis(Node):
    """`( a )`: kept, since the formatter and `after` need to know."""

    inner: Expression
    span: Span


class VariableRef(Node):
    """`$(NAME)` of Kubernetes: a variable of the container. Only imported components have it."""

    name: str
    span: Span


class IfPresent(Node):
    """The words `then` where the optional input is given, else `otherwise`. Only imported components have it."""

    input: Name
    then: ListLiteral
    otherwise: ListLiteral
    span: Span


class KubeflowWord(Node):
    """An entry of an imported command: `text` is how Kubeflow takes it, `meaning` what it is in the language.

    `foreign` is the placeholder that only Kubeflow fills in; then there is no meaning.
    """

    text: str
    meaning: Expression | None
    foreign: str
    span: Span


class Range(Node):
    """`low..high` as the value of a setting; a side that is left out is None."""

    low: Expression | None
    high: Expression | None
    span: Span


Expression: TypeAlias = (
    Name
    | Number
    | Bool
    | Text
    | Interpolation
    | ListLiteral
    | MapLiteral
    | Field
    | Each
    | Index
    | Call
    | Unary
    | Binary
    | Parenthesis
    | VariableRef
    | IfPresent
    | KubeflowWord
)


class TypeName(Node):
    """A type by name: `string`, `Model`, a declared artifact type."""

    name: str
    span: Span


class GenericType(Node):
    """`list<T>`, `map<T>`."""

    name: str
    item: Type
    span: Span


class EnumType(Node):
    """`enum("a", "b")`."""

    members: tuple[Expression, ...]
    span: Span


class FieldType(Node):
    """`name: T` in a record."""

    name: Name
    type: Type
    span: Span


class RecordType(Node):
    """`{ name: T, … }`."""

    fields: tuple[FieldType, ...]
    span: Span


class OptionalType(Node):
    """`T?`."""

    item: Type
    span: Span


Type: TypeAlias = TypeName | GenericType | EnumType | RecordType | OptionalType


class Binding(Node):
    """`x in LIST` of a `for`."""

    name: Name
    values: Expression
    span: Span


class Option(Node):
    """`at_most = 3` of a `for`; `table = "t"` of a test's `with`."""

    name: Name
    value: Expression
    span: Span


class ForClause(Node):
    """`for x in xs, y in ys, at_most = 3`."""

    bindings: tuple[Binding, ...]
    options: tuple[Option, ...]
    span: Span


class After(Node):
    """`after a, b.failed`."""

    conditions: tuple[Expression, ...]
    span: Span


class When(Node):
    """`when CONDITION`."""

    condition: Expression
    span: Span


Clause: TypeAlias = ForClause | After | When


class Block(Node):
    """`{ items }`."""

    items: tuple[Item, ...]
    span: Span


class Edition(Node):
    """`edition 2026`."""

    number: str
    span: Span


class Imported(Node):
    """`name as alias` in an import list; `alias` is `name` where none is given."""

    name: Name
    alias: Name
    span: Span


class Import(Node):
    """`import "path" { a, b as c }` or, with `alias`, `import "path" as alias`."""

    path: Text
    names: tuple[Imported, ...]
    alias: Name | None
    span: Span


class Let(Node):
    """`let name: type = value`; a type need not be there."""

    name: Name
    type: Type | None
    value: Expression
    span: Span


class Component(Node):
    """`component NAME { … }`, or `component NAME = call { … }`."""

    name: Name
    call: Expression | None
    block: Block | None
    doc: str
    span: Span


class Pipeline(Node):
    """`pipeline NAME { … }`, or `pipeline NAME = call { … }`."""

    name: Name
    call: Expression | None
    block: Block | None
    doc: str
    span: Span


class Library(Node):
    """`library NAME { … }`: templates that are applied together."""

    name: Name
    items: tuple[Component | Pipeline | Item, ...]
    doc: str
    span: Span


class ArtifactType(Node):
    """`artifact NAME = "schema@version"`."""

    name: Name
    value: Expression
    span: Span


class Step(Node):
    """`step NAME [= call] clauses [{ … }]`."""

    name: Name
    call: Expression | None
    clauses: tuple[Clause, ...]
    block: Block | None
    doc: str
    span: Span


class Branch(Node):
    """One arm of an `if`; `condition` is None for `else`."""

    condition: Expression | None
    block: Block
    span: Span


class If(Node):
    """`if … { } elif … { } else { }`."""

    branches: tuple[Branch, ...]
    span: Span


class For(Node):
    """`for x in xs { … }`, an anonymous group."""

    clauses: tuple[Clause, ...]
    block: Block
    span: Span


class Group(Node):
    """`group NAME clauses { … }`."""

    name: Name
    clauses: tuple[Clause, ...]
    block: Block
    doc: str
    span: Span


class Param(Node):
    """`param name: T = default where predicate`."""

    name: Name
    type: Type
    default: Expression | None
    where: Expression | None
    doc: str
    span: Span


class In(Node):
    """`in name: T = value at path { options }`; `short` marks the form `in a.x`."""

    name: Name
    type: Type | None
    value: Expression | None
    at: Expression | None
    to: Expression | None
    options: MapLiteral | None
    short: bool
    doc: str
    span: Span


class Out(Node):
    """`out name: T = value at path to place { options }`."""

    name: Name
    type: Type | None
    value: Expression | None
    at: Expression | None
    to: Expression | None
    options: MapLiteral | None
    doc: str
    span: Span


ResourceKind = Literal["secret", "config", "volume", "store"]


class Resource(Node):
    """`secret`, `config`, `volume` or `store` NAME = value."""

    kind: ResourceKind
    name: Name
    value: Expression
    options: MapLiteral | None
    span: Span


class Defaults(Node):
    """`defaults { settings }`."""

    block: Block
    span: Span


class Script(Node):
    """`script LANGUAGE = TEXT`; the language is a name or a list, the command line."""

    language: Expression
    text: Expression
    span: Span


class Setting(Node):
    """`name = value`."""

    name: Name
    value: Expression | Range
    span: Span


class Patch(Node):
    """`patch argo.template = text`; `path` is `("argo", "template")`."""

    path: tuple[Name, ...]
    text: Expression
    span: Span


class Handler(Node):
    """`on EVENT when condition { … }`."""

    event: Name
    when: When | None
    block: Block
    span: Span


class Metric(Node):
    """`metric NAME { … }`."""

    name: Name
    block: Block
    span: Span


class Container(Node):
    """`container`, `sidecar` or `init` NAME { … }."""

    kind: Literal["container", "sidecar", "init"]
    name: Name
    after: After | None
    block: Block
    span: Span


class With(Node):
    """`with a = 1, b = 2` of a test."""

    options: tuple[Option, ...]
    span: Span


class Stub(Node):
    """`stub step attempt 1 { outputs }` or `stub step = "failed"`."""

    step: Expression
    attempt: str | None
    outputs: MapLiteral | None
    end: Expression | None
    span: Span


class Expect(Node):
    """`expect condition`."""

    condition: Expression
    span: Span


class Test(Node):
    """`test "title" for PIPELINE { … }`."""

    title: Expression
    pipeline: Name
    items: tuple[With | Stub | Expect, ...]
    span: Span


Item: TypeAlias = (
    Let
    | Step
    | If
    | For
    | Group
    | Param
    | In
    | Out
    | Resource
    | Defaults
    | Script
    | Setting
    | Patch
    | Handler
    | Metric
    | Container
)
Declaration: TypeAlias = Edition | Import | Component | Pipeline | Library | ArtifactType | Test | Item


class File(Node):
    """A whole text."""

    declarations: tuple[Declaration, ...]
    span: Span
