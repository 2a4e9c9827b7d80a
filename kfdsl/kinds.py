"""The types of the language, and which goes where."""

from __future__ import annotations

from typing import TypeAlias

from kfdsl.node import Node

SCALARS = ("string", "int", "float", "bool", "duration", "quantity", "json")
ARTIFACTS = (
    "Artifact",
    "Dataset",
    "Model",
    "Metrics",
    "ClassificationMetrics",
    "SlicedClassificationMetrics",
    "HTML",
    "Markdown",
)


class Scalar(Node):
    """`string int float bool duration quantity json`."""

    name: str


class ListOf(Node):
    """`list<T>`; of artifacts: a folder with one entry an item."""

    item: Kind


class MapOf(Node):
    """`map<T>`; keys are strings."""

    item: Kind


class Enum(Node):
    """`enum("a", "b")`."""

    members: tuple[str, ...]


class Record(Node):
    """`{ name: T }`; a field whose type is `Optional` may be missing."""

    fields: tuple[tuple[str, Kind], ...]


class Artifact(Node):
    """A file or folder; `schema` is `name@version` of a foreign type, else empty."""

    name: str
    schema: str = ""


class Optional(Node):
    """`T?`: a `T`, or absent."""

    item: Kind


class Unknown(Node):
    """The type of what is wrong: fits everywhere, so that one mistake is reported once."""


Kind: TypeAlias = Scalar | ListOf | MapOf | Enum | Record | Artifact | Optional | Unknown

STRING, INT, FLOAT, BOOL = Scalar("string"), Scalar("int"), Scalar("float"), Scalar("bool")
DURATION, QUANTITY, JSON = Scalar("duration"), Scalar("quantity"), Scalar("json")
UNKNOWN = Unknown()


def fits(given: Kind, wanted: Kind) -> bool:  # noqa: C901  # one rule a kind
    """Tell whether a value of one type may stand where another is wanted.

    `int` goes for `float`, any value for `json`, an enum for `string` and for an enum with its members, a
    record for one with the same fields or fewer, any artifact for `Artifact` and the reverse; `T` for `T?`;
    all of it inside lists, maps and records too. A list without items is a `list<Unknown>`.
    """
    if isinstance(given, Unknown) or isinstance(wanted, Unknown) or given == wanted:
        return True
    if isinstance(wanted, Optional):
        return fits(given.item if isinstance(given, Optional) else given, wanted.item)
    if isinstance(given, Optional):
        return False
    if isinstance(wanted, Scalar):
        if wanted == JSON:
            return not is_artifact(given)
        return (given == INT and wanted == FLOAT) or (isinstance(given, Enum) and wanted == STRING)
    if isinstance(wanted, Enum):
        return isinstance(given, Enum) and set(given.members) <= set(wanted.members)
    if isinstance(wanted, ListOf):
        return isinstance(given, ListOf) and fits(given.item, wanted.item)
    if isinstance(wanted, MapOf):
        if isinstance(given, Record):
            return all(fits(kind, wanted.item) for _, kind in given.fields)
        return isinstance(given, MapOf) and fits(given.item, wanted.item)
    if isinstance(wanted, Record):
        if not isinstance(given, Record):
            return False
        own = dict(given.fields)
        return all(fits(own[n], k) if n in own else isinstance(k, Optional) for n, k in wanted.fields)
    if not isinstance(given, Artifact):
        return False
    same_schema = given.schema != "" and given.schema == wanted.schema
    return same_schema or given.name == "Artifact" or wanted.name == "Artifact"


_JSON_TYPES: dict[str, tuple[type, ...]] = {"bool": (bool,), "int": (int,), "float": (int, float)}


def holds(kind: Kind, value: object) -> bool:
    """Tell whether a JSON value is one of a type."""
    match kind:
        case Optional(item):
            return value is None or holds(item, value)
        case ListOf(item):
            return isinstance(value, list) and all(holds(item, one) for one in value)
        case MapOf(item):
            return isinstance(value, dict) and all(holds(item, one) for one in value.values())
        case Record(fields):
            return isinstance(value, dict) and all(holds(k, value.get(n)) for n, k in fields)
        case Enum(members):
            return value in members
        case Scalar(name):
            return type(value) in _JSON_TYPES.get(name, (str,)) or name == "json"
        case Unknown():
            return True
        case Artifact():
            return False


def is_artifact(kind: Kind) -> bool:
    """Tell whether values of the type are files: artifacts, optional ones, lists of them."""
    if isinstance(kind, (Optional, ListOf)):
        return is_artifact(kind.item)
    return isinstance(kind, Artifact)


def bare(kind: Kind) -> Kind:
    """Return the type without its `?`."""
    return kind.item if isinstance(kind, Optional) else kind


def optional(kind: Kind) -> Kind:
    """Return the type with a `?`, never with two."""
    return kind if isinstance(kind, (Optional, Unknown)) else Optional(kind)


def is_number(kind: Kind) -> bool:
    """Tell whether the type is `int` or `float`."""
    return kind in (INT, FLOAT)


def is_text(kind: Kind) -> bool:
    """Tell whether the type is `string` or an enum."""
    return kind == STRING or isinstance(kind, Enum)


def common(kinds: list[Kind]) -> Kind:
    """Return the type that all of a list's items fit: `json` where they have nothing else in common."""
    result: Kind = UNKNOWN
    for kind in kinds:
        if isinstance(result, Unknown) or (fits(result, kind) and not fits(kind, result)):
            result = kind
        elif isinstance(result, Record) and isinstance(kind, Record):
            result = _merge(result, kind)
        elif not fits(kind, result):
            result = STRING if is_text(kind) and is_text(result) else JSON
    return result


def _merge(a: Record, b: Record) -> Record:
    """Return the record type of two: fields that only one has are optional."""
    left, right = dict(a.fields), dict(b.fields)
    fields: list[tuple[str, Kind]] = []
    for name in dict.fromkeys((*left, *right)):
        if name in left and name in right:
            fields.append((name, common([left[name], right[name]])))
        else:
            fields.append((name, optional(left.get(name) or right[name])))
    return Record(tuple(fields))


def show(kind: Kind) -> str:
    """Return the type as an author writes it."""
    match kind:
        case Scalar(name):
            return name
        case ListOf(item):
            return f"list<{show(item)}>"
        case MapOf(item):
            return f"map<{show(item)}>"
        case Enum(members):
            return f"enum({', '.join(repr_text(m) for m in members)})"
        case Record(fields):
            return "{ " + ", ".join(f"{n}: {show(k)}" for n, k in fields) + " }" if fields else "{ }"
        case Artifact(name, _):
            return name
        case Optional(item):
            return f"{show(item)}?"
        case Unknown():
            return "?"


def repr_text(text: str) -> str:
    """Return a text in double quotes, for messages."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
