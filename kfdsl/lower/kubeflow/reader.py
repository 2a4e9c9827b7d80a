"""What stands at a place of a file, read as it must be there: maps, lists and texts, with findings for others."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from kfdsl import syntax as s
from kfdsl.lower.context import Context, did_you_mean
from kfdsl.lower.kubeflow.yaml_tree import Mapping, Scalar, Sequence, Value
from kfdsl.source import Span


class Reader:
    """Reads the values of one file."""

    def __init__(self, context: Context) -> None:
        """Report to a context."""
        self.context = context

    def report(self, span: Span, message: str, label: str = "", **details: Any) -> None:  # noqa: ANN401  # fields of Diagnostic
        """Put down that a file is not what it has to be."""
        self.context.report("invalid-component", _first_line(span), message, label=label, **details)

    def refuse(self, span: Span, what: str, *helps: str) -> None:
        """Put down that a file is right, but has something that is not taken over."""
        self.context.report(
            "untaken-part",
            _first_line(span),
            f"{what} cannot be imported",
            label="not taken over",
            helps=helps,
        )

    def mapping(self, value: Value | None, what: str, known: Collection[str] = ()) -> Mapping | None:
        """Return a map; report another value, and keys that are none of those `known` if there are any."""
        if value is None or (isinstance(value, Scalar) and value.is_null):
            return None
        if not isinstance(value, Mapping):
            self.report(value.span, f"{what} is a map", "expected `key: value`")
            return None
        for key, span in value.keys.items():
            if known and key not in known:
                self.report(
                    span,
                    f"{what} has no `{key}`",
                    f"known: {', '.join(known)}",
                    helps=similar(key, known, span),
                )
        return value

    def items(self, value: Value | None, what: str) -> list[Value]:
        """Return the items of a list; report another value."""
        if value is None or (isinstance(value, Scalar) and value.is_null):
            return []
        if isinstance(value, Sequence):
            return value.items
        self.report(value.span, f"{what} is a list", "expected `- item`")
        return []

    def text(self, value: Value | None, what: str) -> Scalar | None:
        """Return a text, exactly as the file has it: `1e3`, `y` and `0o7` are what is written."""
        if value is None:
            return None
        if isinstance(value, Scalar) and not value.is_null:
            return value
        self.report(
            value.span, f"{what} is a text", "nothing here" if isinstance(value, Scalar) else "not a text"
        )
        return None

    def child(self, mapping: Mapping, *path: str) -> Mapping:
        """Return the map at a path, an empty one where there is none."""
        found: Mapping | None = mapping
        for key in path:
            found = self.mapping(found.entries.get(key), f"`{key}`") if found is not None else None
        return found if found is not None else Mapping(mapping.span)

    def flag(self, value: Value | None, what: str) -> bool:
        """Return whether something is so; not where it is not said, and to have no more findings where it is wrong."""
        if value is None:
            return False
        if isinstance(value, Scalar) and value.text.lower() in ("true", "false"):
            return value.text.lower() == "true"
        self.report(value.span, f"{what} is `true` or `false`", "neither")
        return True


def similar(word: str, known: Collection[str], span: Span) -> tuple[str, ...]:
    """Return the advice to write the closest known word: no fix, since those change the program only."""
    return tuple(fix.title for fix in did_you_mean(word, known, span))


def text_node(scalar: Scalar) -> s.Text:
    """Return a text of a file as one of the language."""
    return s.Text(scalar.text, "verbatim", scalar.span)


def name_node(text: str, span: Span) -> s.Name:
    """Return a name at a place."""
    return s.Name(text, span)


def _first_line(span: Span) -> Span:
    return span.head
