"""Spelling suggestions: bounded by what is looked through, whatever the number of names."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

from kfdsl.nearest import MOST, nearest


def test_closest_word() -> None:
    assert nearest("tran", ["train", "test", "load"]) == "train"


def test_no_more_names_are_read_than_are_looked_through() -> None:
    read = []

    def names() -> Iterator[str]:
        for number in count():
            read.append(number)
            yield f"name{number}"

    assert nearest("name", names()) is None
    assert len(read) == MOST + 1
