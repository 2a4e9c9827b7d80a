"""Values that somebody gives for params, and where they stand: `Given`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kfdsl.node import Node
from kfdsl.source import Span

Path = tuple[str | int, ...]
"""The way to a value inside values: the name of a param, then keys and indices."""


class Given(Node):
    """Values by the names of params.

    `places` are where in a file values stand, by the path to them. A value with a place has a type of its own,
    as in YAML; one without may be a text that is read as the type of its param, as `--set epochs=10` gives.
    """

    values: Mapping[str, Any]
    places: Mapping[Path, Span] = {}  # never changed

    def place(self, path: Path) -> Span | None:
        """Return where a value stands, or what it is part of."""
        while path and path not in self.places:
            path = path[:-1]
        return self.places.get(path)


def given(values: Mapping[str, Any] | Given | None) -> Given:
    """Return values as `Given`."""
    return values if isinstance(values, Given) else Given(values or {})
