"""Blocks: what stands in them, at the top or at any depth."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kfdsl import syntax as s


def items_of(block: s.Block | None) -> tuple[s.Item, ...]:
    """Return the items of a block that may be missing."""
    return block.items if block is not None else ()


def walk(
    items: Iterable[s.Declaration | s.Item], into: type | tuple[type, ...] = object
) -> Iterator[s.Declaration | s.Item]:
    """Yield items and all that stands inside them, outer ones first.

    Besides `if`, only items of the kinds of `into` are entered.
    """
    for item in items:
        yield item
        if isinstance(item, s.If):
            for branch in item.branches:
                yield from walk(branch.block.items, into)
        block = getattr(item, "block", None)
        if isinstance(block, s.Block) and isinstance(item, into):
            yield from walk(block.items, into)
