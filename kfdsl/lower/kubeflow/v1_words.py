"""Entries of a `component.yaml`: `inputValue`, `concat`, `if` and the like as those of version 2."""

from __future__ import annotations

from kfdsl import syntax as s
from kfdsl.lower.kubeflow import names
from kfdsl.lower.kubeflow.entries import Choice, Entry, concat
from kfdsl.lower.kubeflow.reader import Reader
from kfdsl.lower.kubeflow.words import Words
from kfdsl.lower.kubeflow.yaml_tree import Mapping, Scalar, Sequence, Value

_KINDS = (
    "inputValue", "inputPath", "inputUri", "outputPath", "outputUri", "concat", "if", "executorInput"
)  # fmt: skip


class V1Words:
    """Makes expressions from the entries of one component."""

    def __init__(self, reader: Reader, words: Words) -> None:
        """Take what makes expressions from entries of version 2."""
        self.reader = reader
        self.words = words

    def word(self, value: Value) -> s.Expression | None:
        """Return an entry; None where it is wrong, which is reported."""
        entry = self._entry(value)
        return self.words.word(entry, value.span.head) if entry is not None else None

    def _entry(self, value: Value) -> Entry | None:
        if isinstance(value, Scalar):
            text = self.reader.text(value, "an entry")
            return text.text if text is not None else None
        if isinstance(value, Sequence) or len(value.entries) != 1:
            self.reader.report(
                value.span,
                "an entry is a text or one placeholder",
                "a list" if isinstance(value, Sequence) else f"{len(value.entries)} keys",
                helps=("a placeholder is written `{inputValue: NAME}`",),
            )
            return None
        ((key, inner),) = value.entries.items()
        match key:
            case "concat":
                return self._concat(value, inner)
            case "if":
                return self._choice(inner)
            case "executorInput":
                return "{{$}}"
            case "inputValue" | "inputPath" | "inputUri" | "outputPath" | "outputUri":
                return self._placeholder(key, inner)
            case _:
                self.reader.mapping(value, "a placeholder", _KINDS)
                return None

    def _placeholder(self, kind: str, value: Value) -> str | None:
        name = self.reader.text(value, f"what `{kind}` names")
        if name is None:
            return None
        key = names.of_port(name.text)
        if kind == "inputValue":
            return f"{{{{$.inputs.parameters['{key}']}}}}"
        if kind in ("inputPath", "inputUri"):
            return f"{{{{$.inputs.artifacts['{key}'].{kind.removeprefix('input').lower()}}}}}"
        port = self.words.ports.outputs.get(key)
        if kind == "outputPath" and port is not None and port.kind:
            return f"{{{{$.outputs.parameters['{key}'].output_file}}}}"
        return f"{{{{$.outputs.artifacts['{key}'].{kind.removeprefix('output').lower()}}}}}"

    def _several(self, value: Value) -> list[Entry] | None:
        items = value.items if isinstance(value, Sequence) else [value]
        made = [self._entry(item) for item in items]
        return None if any(one is None for one in made) else [one for one in made if one is not None]

    def _concat(self, value: Mapping, inner: Value) -> Entry | None:
        if not isinstance(inner, Sequence):
            self.reader.report(inner.span, "`concat` is a list", "expected `- item`")
            return None
        items = self._several(inner)
        if items is None:
            return None
        try:
            return concat(items)
        except ValueError:
            self.reader.report(value.span, "a text is put together from texts", "an `if` inside has a list")
            return None

    def _choice(self, value: Value) -> Entry | None:
        reader = self.reader
        found = reader.mapping(value, "`if`", ("cond", "then", "else"))
        if found is None:
            return None
        condition = found.entries.get("cond")
        if (
            not isinstance(condition, Mapping)
            or list(condition.entries) != ["isPresent"]
            or "then" not in found.entries
        ):
            reader.report(
                found.span, "an `if` has `cond: {isPresent: NAME}` and `then`", "Kubeflow knows no other form"
            )
            return None
        name = reader.text(condition.entries["isPresent"], "what `isPresent` names")
        then, other = found.entries["then"], found.entries.get("else")
        branches = self._several(then), self._several(other) if other is not None else []
        if name is None or branches[0] is None or branches[1] is None:
            return None
        spliced = isinstance(then, Sequence) or isinstance(other, Sequence)
        return Choice(names.of_port(name.text), tuple(branches[0]), tuple(branches[1]), spliced)
