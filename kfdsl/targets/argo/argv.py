"""Entries of `command` and `args`; a list that may be absent is taken out by a few lines of shell."""

from __future__ import annotations

from typing import NamedTuple

from kfdsl import ir, kinds
from kfdsl.targets.argo import expressions, text
from kfdsl.targets.argo.expressions import NotConstant, argument
from kfdsl.targets.argo.leaf import Leaf
from kfdsl.targets.argo.refusal import Refused

PICK = """\
for n in $0; do
  while [ "${n#-}" -gt 0 ]; do
    case $n in
      -*) n=$((n + 1));;
      *) n=$((n - 1)); set -- "$@" "$1";;
    esac
    shift
  done
done
exec "$@"
"""
"""`$0` tells how many words to keep, or with a minus to drop, in turn; kept ones go to the end."""


class Part(NamedTuple):
    """Words that stand or fall together; `present` is the condition, empty for always."""

    words: list[str]
    present: str


def words(items: tuple[ir.Expr, ...], leaf: Leaf) -> list[str]:
    """Return entries none of which may be absent."""
    result: list[str] = []
    for part in _parts(items, leaf):
        if part.present:
            raise Refused(items[0].span, "a list that may be absent needs a `command` on Argo")
        result += part.words
    return result


def picked(
    command: tuple[ir.Expr, ...], args: tuple[ir.Expr, ...], leaf: Leaf
) -> tuple[list[str], list[str]]:
    """Return command and args, run through a shell where a part may be absent."""
    parts = _parts(command, leaf)
    rest = _parts(args, leaf)
    if not any(part.present for part in (*parts, *rest)):
        return [w for part in parts for w in part.words], [w for part in rest for w in part.words]
    parts = _joined([*parts, *rest])
    counts = " ".join(_count(part) for part in parts)
    return ["sh", "-c", text.shown(PICK)], [counts, *(word for part in parts for word in part.words)]


def _joined(parts: list[Part]) -> list[Part]:
    """Join neighbours that always stand."""
    result: list[Part] = []
    for part in parts:
        if result and not part.present and not result[-1].present:
            result[-1] = Part(result[-1].words + part.words, "")
        else:
            result.append(part)
    return result


def _count(part: Part) -> str:
    number = len(part.words)
    return expressions.tag(f"{part.present} ? {number} : -{number}") if part.present else str(number)


def _parts(items: tuple[ir.Expr, ...], leaf: Leaf) -> list[Part]:
    result: list[Part] = []
    for item in items:
        result += _part(item, leaf)
    return result


def _part(item: ir.Expr, leaf: Leaf) -> list[Part]:
    match item:
        case ir.ListExpr(items):
            return _parts(items, leaf)
        case ir.Binary("??", ir.ListExpr(items), right):
            own = Part([word for part in _parts(items, leaf) for word in part.words], _present(items, leaf))
            return [
                own,
                *(
                    Part(part.words, _but(part.present, own.present))
                    for part in _part(right, leaf)
                    if part.words
                ),
            ]
        case _:
            return [Part([written(item, leaf)], "")]


def _but(present: str, other: str) -> str:
    return f"!({other}) && {present}" if present else f"!({other})"


def _present(items: tuple[ir.Expr, ...], leaf: Leaf) -> str:
    """Return the condition that no optional value in a list is absent."""
    terms = []
    for item in items:
        for found in ir.walk(item):
            reference = expressions.reference(found, leaf) if isinstance(found.type, kinds.Optional) else None
            if reference is not None:
                terms.append(f"{reference.operand} != '{text.ABSENT}'")
    return " && ".join(terms) or "true"


def shown(constant: str, leaf: Leaf) -> str:
    """Return a constant for command, args or env."""
    leaf.brace = leaf.brace or text.has_tag(constant)
    return text.shown(constant)


def written(expr: ir.Expr, leaf: Leaf) -> str:
    """Return a value for command, args or env."""
    value = expressions.constant(expr)
    if not isinstance(value, NotConstant):
        return shown(text.of_constant(value), leaf)
    result = argument(expr, leaf)
    leaf.brace = leaf.brace or f"$({text.BRACE})" in result
    return result
