"""What patches did: which fields of the result are theirs, and where they say so."""

from __future__ import annotations

from typing import Any, TypeAlias

from kfdsl.diagnostics import Diagnostic
from kfdsl.source import Span

Object: TypeAlias = "dict[str, Any]"


class Patched:
    """What the patches of one manifest did.

    `findings` are their mistakes and what they override. `spans` are the places of the maps of the manifest,
    which move where a map is merged.
    """

    __slots__ = ("_written", "findings", "spans", "version")

    def __init__(self, version: str = "") -> None:
        """Begin without patches; `version` is that of the engine, where it has several."""
        self.version = version
        self.findings: list[Diagnostic] = []
        self.spans: dict[int, Span] = {}
        self._written: dict[
            int, tuple[Object, dict[str, Span]]
        ] = {}  # holds the maps, so that ids stay theirs

    @property
    def failed(self) -> bool:
        """Tell whether a patch has a mistake."""
        return any(found.severity == "error" for found in self.findings)

    def written(self, owner: Object, field: str) -> Span | None:
        """Return where a patch says a field of a map; None where it is not of a patch."""
        found = self._written.get(id(owner))
        return None if found is None else found[1].get(field)

    def any_written(self, owner: Object) -> Span | None:
        """Return where a patch says any field of a map."""
        found = self._written.get(id(owner))
        return None if found is None else next(iter(found[1].values()), None)

    def write(self, owner: Object, field: str, span: Span) -> None:
        """Note that a field comes of a patch."""
        self._written.setdefault(id(owner), (owner, {}))[1][field] = span

    def move(self, old: Object, new: Object) -> None:
        """Note that a map takes the place of another."""
        if id(old) in self.spans:
            self.spans[id(new)] = self.spans.pop(id(old))
        if id(old) in self._written:
            self._written[id(new)] = new, self._written[id(old)][1]
