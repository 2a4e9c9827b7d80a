"""A value that Argo can name: its path, and in which form the text there is."""

from __future__ import annotations

from typing import NamedTuple

from kfdsl.kinds import Kind
from kfdsl.targets.argo import names
from kfdsl.targets.argo.expressions import text


class Reference(NamedTuple):
    """A path such as `tasks.a.outputs.parameters.x`.

    `encoded` tells that its text is in form E, as inputs and params are; outputs of tasks are raw.
    `nil` tells that there may be nothing at all: the producer may have been skipped.
    `marked` tells that its text may be the marker for an absent value.
    `levels` counts the loops it was gathered over: so many list levels hold texts, whatever the type.
    `gaps` tells that rounds of those loops may have left the marker in place of a text.
    `guard` is a task whose success is asked for first, or empty; `skips` one that must not have been skipped.
    `otherwise` is the text where there is nothing; other than the marker it is a value like any.
    `holes` tells that the marker may stand inside its text.
    """

    path: tuple[str, ...]
    kind: Kind
    encoded: bool
    nil: bool = False
    marked: bool = False
    levels: int = 0
    guard: str = ""
    gaps: bool = False
    skips: str = ""
    otherwise: str = text.ABSENT
    holes: bool = False

    @property
    def loaded(self) -> bool:
        """Tell whether its text may hold what Argo or Kubernetes would read."""
        return text.is_loaded(self.kind)

    @property
    def raw(self) -> bool:
        """Tell whether its text must be encoded before it goes into an argument."""
        return not self.encoded and self.loaded

    @property
    def optional(self) -> bool:
        """Tell whether the marker may come out of `code`."""
        absent = (self.nil and self.otherwise == text.ABSENT) or bool(self.skips)
        return not self.levels and (absent or self.marked or bool(self.guard))

    @property
    def tag(self) -> str:
        """The path as a simple tag."""
        return "{{" + ".".join(self.path) + "}}"

    @property
    def is_plain(self) -> bool:
        """Tell whether a simple tag does."""
        return not (self.nil or self.guard or self.skips)

    @property
    def code(self) -> str:
        """The text of the value in an expression; the marker, or an empty list, where it is absent."""
        if self.is_plain:
            return names.path_text(self.path)
        default = "'[]'" if self.levels else f"'{self.otherwise}'"
        if self.path[0] == "workflow" and not self.guard:
            return f"{names.path_text(self.path, safe_from=2)} ?? {default}"
        if self.path[0] == "workflow":
            failed = f"any(fromJSON(fromJSON(workflow.failures)) ?? [], .displayName == '{self.guard}')"
            return f"{failed} ? {default} : ({names.path_text(self.path, safe_from=2)} ?? {default})"
        if self.skips:
            skipped = f"{names.path_text(('tasks', self.skips, 'status'))} in ['Skipped', 'Omitted']"
            return f"{skipped} ? {default} : {names.path_text(self.path)}"
        read = f"{names.path_text(self.path, safe_from=3)} ?? {default}"
        if self.guard:
            return f"{names.path_text(('tasks', self.guard, 'status'))} == 'Succeeded' ? ({read}) : {default}"
        return read

    @property
    def decoded(self) -> str:
        """`code` out of form E."""
        code = f"replace({self.code}, '{text.ABSENT}', '')" if self.holes else self.code
        return text.decoder(code)

    @property
    def operand(self) -> str:
        """`code` as a part of an expression."""
        return self.code if self.is_plain else f"({self.code})"
