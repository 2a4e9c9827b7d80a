"""`library NAME { … }`: a name space inside a file, with its components and pipelines."""

from __future__ import annotations

from collections import ChainMap

from kfdsl import syntax as s
from kfdsl.lower.module import Callee, Module
from kfdsl.source import Span

_ADVICE = {
    "param": "a library has no arguments of its own: its components and pipelines take them as `in` and `param`",
    "step": "steps stand in a pipeline of the library",
    "on": "handlers belong to a run, a group or a step",
}


class Library(Module):
    """The inside of a library: what its file declares is known in it, and hidden by what it declares itself."""

    def __init__(self, outer: Module, item: s.Library) -> None:
        """Collect what the library holds; report clashes and items that do not belong here."""
        self.outer = outer
        self.item = item
        self.settings: list[s.Setting] = []
        self.patches: list[s.Patch] = []
        super().__init__(outer.project, outer.source, outer.tree, outer.folder)

    def _collect(self) -> None:
        self.callables = ChainMap({}, self.outer.callables)
        self.lets = ChainMap({}, self.outer.lets)
        self.aliases = self.outer.aliases
        self.artifact_types = self.outer.artifact_types
        self.resources = list(self.outer.resources)
        for item in self.item.items:
            match item:
                case s.Component(name) | s.Pipeline(name) if self.declare("component", name):
                    self.callables[name.text] = Callee(self, item)
                    self.own.append(item)
                case s.Resource(_, name) if self.declare("value", name):
                    self.resources.append(item)
                case s.Let(name) if self.declare("value", name):
                    self.lets[name.text] = (self, item)
                case s.Setting():
                    self.settings.append(item)
                case s.Patch():
                    self.patches.append(item)
                case s.Defaults():
                    self.defaults.append(item)
                case s.Component() | s.Pipeline() | s.Resource() | s.Let():
                    pass  # of a name that exists already
                case _:
                    self._misplaced(item)

    def _misplaced(self, item: s.Item) -> None:
        word = item.span.text.split(maxsplit=1)[0]
        self.context.report(
            "misplaced-item",
            Span(self.source, item.span.start, item.span.start + len(word)),
            f"`{word}` does not belong into a library",
            label="not here",
            helps=(_ADVICE.get(word, "a library holds components, pipelines, resources and settings"),),
        )

    def find(self, name: str) -> Callee | None:
        """Return a component or pipeline that the library itself declares."""
        found = self.callables.get(name)
        return found if found is not None and found.module is self else None

    def exported(self) -> list[str]:
        """Return the names of the components and pipelines of the library."""
        return [item.name.text for item in self.own]

    def has_constant(self, name: str) -> bool:  # noqa: ARG002  # its `let`s are its own
        """Tell whether the outside can read a constant of this name."""
        return False

    def missing(self, name: str) -> bool:
        """Tell whether a name comes from an import that failed, which has been reported."""
        return self.outer.missing(name)
