"""What a call loops over: `withItems` for literal lists, `withSequence` for ranges, `withParam` for the rest.

The items are in form E from the start, so that `{{item}}` is exact. Where the loop is a product,
or the position is needed, an item is a record with a field for each variable.
"""

from __future__ import annotations

import itertools
from typing import Final

from kfdsl import ir, kinds
from kfdsl.targets.argo import expressions, names
from kfdsl.targets.argo.expressions import text
from kfdsl.targets.argo.expressions.reference import Reference
from kfdsl.targets.argo.expressions.wanted import Position, Wanted
from kfdsl.targets.argo.objects import Object
from kfdsl.targets.argo.scopes.scope import Scope
from kfdsl.targets.argo.scopes.tasks import Task
from kfdsl.targets.common.constants import NOT_CONSTANT, NotConstant, constant

EXACT: Final = 2**53


class Items:
    """The loop of one call; `positions` tells that items carry their position."""

    __slots__ = ("loop", "positions", "task")

    def __init__(self, loop: ir.Loop, task: Task) -> None:
        """Keep the loop; its lists are written later, when all names are known."""
        self.loop = loop
        self.task = task
        self.positions = False

    @property
    def is_keyed(self) -> bool:
        """Tell whether an item is a record made here."""
        return self.positions or len(self.loop.variables) > 1

    @property
    def index(self) -> str:
        """The field of the position."""
        return names.unique("index", [name for name, _, _ in self.loop.variables])

    def binds(self, name: str) -> bool:
        """Tell whether a loop variable is one of this loop."""
        return any(own == name for own, _, _ in self.loop.variables)

    def read(self, expr: Wanted) -> Reference | None:
        """Find a loop variable, a field of one, or the position; None for what is not of this loop."""
        match expr:
            case ir.ItemRef(name, kind) if self.binds(name):
                return Reference(("item", name) if self.is_keyed else ("item",), kind, encoded=True)
            case ir.FieldOf(ir.ItemRef(name), field, kind) if self.binds(name) and not self.is_keyed:
                missing = isinstance(kind, kinds.Optional)
                return Reference(
                    ("item", field), kind, encoded=True, nil=missing and not self.is_literal, marked=missing
                )
            case Position(task) if task is self.task:
                return Reference(("item", self.index), kinds.DURATION, encoded=True)
            case _:
                return None

    @property
    def is_literal(self) -> bool:
        """Tell whether all lists are constants."""
        return all(not isinstance(listed(xs), NotConstant) for _, xs, _ in self.loop.variables)

    @property
    def may_be_empty(self) -> bool:
        """Tell whether there may be no item."""
        return not self.is_literal or any(not listed(xs) for _, xs, _ in self.loop.variables)

    def write(self, scope: Scope) -> Object:
        """Return the fields of the task."""
        lists = [listed(xs) for _, xs, _ in self.loop.variables]
        if all(isinstance(values, list) for values in lists):
            return self._literal(lists)  # type: ignore[arg-type]  # just checked
        if not self.is_keyed:
            return {"withParam": expressions.sequence(self.loop.variables[0][1], scope)}
        return {"withParam": self._computed(scope)}

    def _literal(self, lists: list[list[ir.Constant]]) -> Object:
        variables = [name for name, _, _ in self.loop.variables]
        if not self.is_keyed:
            (items,) = lists
            _, values, kind = self.loop.variables[0]
            if isinstance(values, ir.FunctionCall) and _counts(items):
                return {"withSequence": _sequence(items[0], items[-1])}
            return _as_items([_complete(item, kind) for item in items])
        rows = []
        for number, row in enumerate(itertools.product(*lists)):
            position: dict[str, ir.Constant] = {self.index: f"{number:06}"} if self.positions else {}
            rows.append(position | dict(zip(variables, row, strict=True)))
        return _as_items(list(rows))

    def _computed(self, scope: Scope) -> str:
        variables = self.loop.variables
        codes = [expressions.parsed(xs, scope) for _, xs, _ in variables]
        if len(variables) == 1:
            fields = f"{text.literal(variables[0][0])}: #"
            code = codes[0]
        else:
            code = self._product(codes)
            fields = ", ".join(
                f"{text.literal(name)}: {names.path_text(('#', name))}" for name, _, _ in variables
            )
        if self.positions:
            position = f"{text.literal(self.index)}: sprig.trunc(-6, '00000' + string(#index))"
            code = f"map({code}, ({{{position}, {fields}}}))"
        return expressions.tag(f"sprig.toJson({code})")

    def _product(self, codes: list[str]) -> str:
        last = len(codes) - 1
        keys = [text.literal(name) for name, _, _ in self.loop.variables]
        fields = ", ".join(f"{key}: {'#' if n == last else f'v{n}'}" for n, key in enumerate(keys))
        code = f"map({codes[last]}, ({{{fields}}}))"
        for number in range(last - 1, -1, -1):
            code = f"map({codes[number]}, let v{number} = #; {code})"
        return f"flatten({code})"


def listed(expr: ir.Expr) -> list[ir.Constant] | NotConstant:
    """Return the items of a list that is known."""
    match expr:
        case ir.FunctionCall("range", arguments):
            bounds = [constant(argument) for argument in arguments]
            if all(isinstance(bound, int) for bound in bounds):
                return list(range(*bounds))  # type: ignore[arg-type]  # just checked
            return NOT_CONSTANT
        case _:
            value = constant(expr)
            return value if isinstance(value, list) else NOT_CONSTANT


def _counts(items: list[ir.Constant]) -> bool:
    """Tell whether whole numbers go up or down by one, as `withSequence` has them."""
    numbers = [item for item in items if isinstance(item, int)]
    steps = {after - before for before, after in itertools.pairwise(numbers)}
    return bool(numbers) and len(numbers) == len(items) and (steps <= {1} or steps == {-1})


def _sequence(first: ir.Constant, last: ir.Constant) -> Object:
    if isinstance(last, int) and first == 0 and last >= 0:
        return {"count": str(last + 1)}
    return {"start": str(first), "end": str(last)}


def _complete(item: ir.Constant, kind: kinds.Kind) -> ir.Constant:
    """Fill in the fields that a record may lack."""
    if isinstance(item, dict) and isinstance(kind, kinds.Record):
        return (
            {name: item.get(name) for name, _ in kind.fields}
            if any(n not in item for n, _ in kind.fields)
            else item
        )
    return item


def _as_items(items: list[ir.Constant]) -> Object:
    if not items or any(isinstance(item, list) for item in items):
        return {"withParam": text.encode(text.of_constant(items))}
    return {"withItems": [_item(item) for item in items]}


def _item(value: ir.Constant) -> object:
    match value:
        case bool():
            return value
        case int():
            return value if abs(value) < EXACT else str(value)
        case dict():
            return {key: _field(entry) for key, entry in value.items()}
        case _:
            return text.encoded_constant(value)


def _field(value: ir.Constant) -> object:
    return (
        text.encoded_constant(value)
        if isinstance(value, (str, float, list, dict)) or value is None
        else _item(value)
    )
