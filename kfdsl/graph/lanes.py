"""Rows in, the lines on their left out: a lane runs from each row down to the last one that needs it."""

from __future__ import annotations

from collections.abc import Sequence

from kfdsl.graph.rows import Row
from kfdsl.node import Node

_SIGNS = {
    "ud": "│", "udr": "├", "udl": "┤", "udlr": "┼", "dr": "╭", "dl": "╮", "ur": "╰", "ul": "╯",
    "dlr": "┬", "ulr": "┴", "lr": "─",
}  # fmt: skip


class Beside(Node):
    """What stands beside the mark of one row.

    `joint` is the line above that leads into it from other lanes, empty where none is needed.
    `left` and `right` are the lanes on its sides; `into` tells that a lane leads into it, `open` that one
    leads out of it.
    """

    joint: str
    left: str
    right: str
    open: bool
    into: bool = False


def beside(rows: Sequence[Row], most: int) -> list[Beside] | None:
    """Return the lines beside all rows, None where more than `most` lanes would run side by side."""
    last = {need: number for number, row in enumerate(rows) for need in row.needs if need < number}
    lanes: list[int | None] = []
    found = []
    for number, row in enumerate(rows):
        joined = {at for at, lane in enumerate(lanes) if lane in row.needs}
        before = [lane is not None for lane in lanes]
        for at in joined:
            if last[lanes[at] or 0] == number:
                lanes[at] = None
        closed = [at for at in joined if lanes[at] is None]
        free = [at for at, lane in enumerate(lanes) if lane is None and (at in closed or not before[at])]
        slot = min(closed, default=min(free, default=len(lanes)))
        if slot == len(lanes):
            lanes.append(None)
            before.append(False)
        if len(lanes) > most:
            return None
        lanes[slot] = number
        joint = _joint(before, [lane is not None for lane in lanes], joined, slot)
        open_ = last.get(number, number) > number
        signs = ["│" if lane is not None else " " for lane in lanes]
        left, right = "".join(f"{s} " for s in signs[:slot]), "".join(f" {s}" for s in signs[slot + 1 :])
        found.append(Beside(joint, left, right.rstrip(), open_, bool(joined)))
        if not open_:
            lanes[slot] = None
        while lanes and lanes[-1] is None:
            lanes.pop()
    return found


def _joint(before: list[bool], after: list[bool], joined: set[int], slot: int) -> str:
    """Return the line that leads from the joined lanes to the slot; nothing where they are one."""
    if joined <= {slot}:
        return ""
    first, end = min(joined | {slot}), max(joined | {slot})
    signs = []
    for at in range(len(before)):
        inside = first <= at <= end
        if inside and at in joined | {slot}:
            ways = ("u" if before[at] and at in joined else "") + ("d" if after[at] else "")
            ways += ("l" if at > first else "") + ("r" if at < end else "")
            sign = _SIGNS[ways]
        elif before[at]:
            sign = "│"
        else:
            sign = "─" if inside else " "
        signs.append(sign + ("─" if first <= at < end else " "))
    return "".join(signs).rstrip()
