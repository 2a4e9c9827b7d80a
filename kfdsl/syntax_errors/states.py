"""What a parser could take next: `simulate`, `accepted`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kfdsl.parse import Parser


def simulate(parser: Parser, states: list[int], terminal: str) -> list[int] | None:
    """Return the stack of states after a terminal was taken, or None where it does not fit."""
    states = list(states)
    table, rules = parser.machine.states, parser.machine.rules
    while True:
        row = table[states[-1]]
        action = row if isinstance(row, int) else row.get(terminal)
        if action is None:
            return None
        if action > 0:
            states.append(action - 1)
            return states
        rule = rules[-action - 1]
        if rule[0]:
            del states[-rule[0] :]
        goto = table[states[-1]]
        if isinstance(goto, int) or rule[6] not in goto:
            return None
        states.append(goto[rule[6]] - 1)


def accepted(parser: Parser, states: list[int]) -> set[str]:
    """Return the terminals that fit next."""
    row = parser.machine.states[states[-1]]
    candidates = parser.terminals if isinstance(row, int) else [t for t in row if t.isupper()]
    return {t for t in candidates if simulate(parser, states, t) is not None}
