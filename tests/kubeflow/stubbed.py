"""A run in which each step does nothing but write an output of each type."""

from __future__ import annotations

from .containers import EXAMPLES, Stubs
from .engine import Engine, Run
from .pod import Cluster
from .spec import Spec


class _Keys(dict[str, str]):
    """A secret that has every key."""

    def get(self, key: str, _: object = None) -> str:
        return key


class _Objects(dict[str, dict[str, str]]):
    """Secrets of every name."""

    def get(self, *_: object) -> _Keys:
        return _Keys()


def stubbed(spec: Spec, root: str) -> Run:
    """Run an IR; a parameter that has to be given is an example of its type."""
    arguments = {
        name: EXAMPLES[definition["parameterType"]]
        for name, definition in spec.definitions("root", "input", "parameters").items()
        if not definition.get("isOptional") and "defaultValue" not in definition
    }
    return Engine(Stubs(), root, Cluster(_Objects(), _Objects())).run(spec, arguments)
