"""What holds at a place: conditions as facts, and when they guarantee that a step has run."""

from __future__ import annotations

from typing import Any

from kfdsl import ir
from kfdsl.node import Node
from kfdsl.source import Span

Fact = tuple[Any, ...]
"""A condition without types and places: equal when the conditions read the same."""


class BranchOf(Node):
    """Which arm of which `if` a condition is: arms of one `if … else` together cover everything."""

    choice: int
    index: int
    count: int
    exhaustive: bool


class Condition(Node):
    """One condition under which a step runs: the facts it consists of, and where it is written."""

    facts: frozenset[Fact]
    branch: BranchOf | None
    span: Span


def fact(expr: ir.Expr) -> Fact:
    """Return an expression as a fact."""
    match expr:
        case ir.Literal(value):
            return ("literal", type(value).__name__, value)
        case ir.Binary(sign, left, right):
            a, b = fact(left), fact(right)
            if sign in (">", ">="):
                return ("binary", "<" if sign == ">" else "<=", b, a)
            if sign in ("==", "!=") and repr(b) < repr(a):
                a, b = b, a
            return ("binary", sign, a, b)
        case ir.Unary("not", operand):
            return negated(fact(operand))
        case _:
            names = [f for f in type(expr)._fields if f not in ("type", "span")]
            return (type(expr).__name__, *(_part(getattr(expr, name)) for name in names))


def _part(value: Any) -> Any:  # noqa: ANN401  # fields of any node
    if isinstance(value, Node) and "type" in type(value)._fields:
        return fact(value)  # type: ignore[arg-type]  # nodes with a type are expressions
    if isinstance(value, tuple):
        return tuple(_part(v) for v in value)
    return value


_OPPOSITE = {"==": "!=", "!=": "=="}


def negated(one: Fact) -> Fact:
    """Return the fact that holds when this one does not."""
    if one[0] == "not":
        return one[1]  # type: ignore[no-any-return]  # a fact by construction
    if one[0] == "binary":
        _, sign, a, b = one
        if sign in _OPPOSITE:
            return ("binary", _OPPOSITE[sign], a, b)
        if sign == "<":
            return ("binary", "<=", b, a)
        if sign == "<=":
            return ("binary", "<", b, a)
    return ("not", one)


def conjuncts(one: Fact) -> frozenset[Fact]:
    """Return the facts that follow from one: the members of a conjunction."""
    if one[:2] == ("binary", "and"):
        return conjuncts(one[2]) | conjuncts(one[3])
    if one[0] == "not" and one[1][:2] == ("binary", "or"):
        return conjuncts(negated(one[1][2])) | conjuncts(negated(one[1][3]))
    return frozenset((one,))


def implied(wanted: Fact, known: frozenset[Fact]) -> bool:
    """Tell whether known facts guarantee another, comparisons with constants included."""
    if wanted in known:
        return True
    if any(_both(one, wanted) for one in known if one[:2] == ("binary", "or")):
        return True
    if wanted[:2] == ("binary", "or"):
        return implied(wanted[2], known) or implied(wanted[3], known)
    if wanted[:2] == ("binary", "and"):
        return implied(wanted[2], known) and implied(wanted[3], known)
    if wanted[0] == "binary":
        return any(_stronger(one, wanted) for one in known if one[0] == "binary")
    return False


def _both(choice: Fact, wanted: Fact) -> bool:
    """Tell whether each side of an `or` guarantees a fact."""
    return all(implied(wanted, conjuncts(side)) for side in choice[2:])


def _stronger(one: Fact, wanted: Fact) -> bool:
    """Tell whether `x == 5` gives `x != 6` or `3 < x`, and the like."""
    a, b = _bounds(one), _bounds(wanted)
    if a is None or b is None or a[0] != b[0]:
        return False
    _, sign, value = a
    _, other, limit = b
    if type(value) is not type(limit) and not {type(value), type(limit)} <= {int, float}:
        return False
    if sign == "==":
        holds = {
            "==": value == limit,
            "!=": value != limit,
            "<": value < limit,
            "<=": value <= limit,
            ">": value > limit,
            ">=": value >= limit,
        }
        return bool(holds[other])
    if sign in (">", ">=") and other in (">", ">=", "!="):
        return bool(
            value > limit
            or (value == limit and (sign, other) in ((">", ">"), (">=", ">="), (">", ">="), (">", "!=")))
        )
    if sign in ("<", "<=") and other in ("<", "<=", "!="):
        return bool(
            value < limit
            or (value == limit and (sign, other) in (("<", "<"), ("<=", "<="), ("<", "<="), ("<", "!=")))
        )
    return False


def _bounds(one: Fact) -> tuple[Fact, str, Any] | None:
    """Return `(x, sign, constant)` of a comparison with a constant."""
    _, sign, a, b = one
    flip = {"<": ">", "<=": ">=", "==": "==", "!=": "!="}
    if sign not in flip:
        return None
    if b[0] == "literal" and a[0] != "literal":
        return a, sign, b[2]
    if a[0] == "literal" and b[0] != "literal":
        return b, flip[sign], a[2]
    return None


def otherwise(facts: frozenset[Fact]) -> frozenset[Fact]:
    """Return what holds where some facts do not all hold, nothing where there are none."""
    if not facts:
        return frozenset()
    ordered = sorted(facts, key=repr)
    joined = ordered[0]
    for one in ordered[1:]:
        joined = ("binary", "and", joined, one)
    return frozenset((negated(joined),))


def contradict(facts: frozenset[Fact]) -> bool:
    """Tell whether facts cannot hold together."""
    return any(implied(negated(one), facts - {one}) for one in facts)


def covers(paths: list[tuple[BranchOf | None, ...]]) -> bool:
    """Tell whether steps with these remaining conditions cover all cases, such as the arms of `if … else`.

    A path holds the conditions that the reader does not already know, outermost first; None is a `when`.
    """
    if any(not path for path in paths):
        return True
    heads = [path[0] for path in paths]
    for head in heads:
        if head is None or not head.exhaustive:
            continue
        arms: dict[int, list[tuple[BranchOf | None, ...]]] = {}
        for path in paths:
            first = path[0]
            if first is not None and first.choice == head.choice:
                arms.setdefault(first.index, []).append(path[1:])
        if len(arms) == head.count and all(covers(rest) for rest in arms.values()):
            return True
    return False
