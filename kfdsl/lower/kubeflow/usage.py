"""How the command of a `component.yaml` reads each input: as a value or as a file."""

from __future__ import annotations

from kfdsl.lower.kubeflow.yaml_tree import Mapping, Scalar, Sequence, Value
from kfdsl.node import Node
from kfdsl.source import Span

_AS_FILE = ("inputPath", "inputUri", "inputMetadata")


class Place(Node):
    """A placeholder: its word and where it stands."""

    word: str
    span: Span


class Use(Node):
    """Where an input is read as a value, and where as a file."""

    value: Place | None
    file: Place | None

    @property
    def is_value(self) -> bool:
        """Tell whether it is read as a value only."""
        return self.value is not None and self.file is None


def uses_of(container: Mapping) -> dict[str, Use]:
    """Return how inputs are read in a container, by their names in the file."""
    found: dict[str, Use] = {}
    waiting: list[Value] = [
        value for key, value in container.entries.items() if key in ("command", "args", "env")
    ]
    seen: set[int] = set()
    while waiting:
        value = waiting.pop()
        if id(value) in seen:
            continue
        seen.add(id(value))
        if isinstance(value, Sequence):
            waiting += value.items
        elif isinstance(value, Mapping):
            for key, inner in value.entries.items():
                if isinstance(inner, Scalar) and (key == "inputValue" or key in _AS_FILE):
                    _add(found, inner.text, Place(key, value.keys[key]))
                else:
                    waiting.append(inner)
    return found


def _add(found: dict[str, Use], name: str, place: Place) -> None:
    use = found.get(name, Use(None, None))
    if place.word == "inputValue":
        found[name] = Use(place, use.file)
    else:
        found[name] = Use(use.value, place)
