"""What all of lowering shares: findings in, sorted diagnostics out; and what an unknown word may mean."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from kfdsl.codes import report
from kfdsl.diagnostics import Diagnostic, Edit, Fix
from kfdsl.nearest import nearest
from kfdsl.source import Span


class Context:
    """Collects findings; the same finding at the same place is kept once."""

    def __init__(self) -> None:
        """Start without findings."""
        self.found: dict[tuple[int, int, int, str], Diagnostic] = {}

    def report(self, name: str, span: Span, message: str, **details: Any) -> None:  # noqa: ANN401  # fields of Diagnostic
        """Put down a finding by its name; `details` are the other fields of `Diagnostic`."""
        key = (id(span.source), span.start, span.end, name)
        if key not in self.found:
            self.found[key] = report(name, span, message, **details)

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """All findings, sorted by place."""
        return tuple(sorted(self.found.values(), key=lambda d: d.order))

    @property
    def failed(self) -> bool:
        """Tell whether there is an error."""
        return any(d.severity == "error" for d in self.found.values())


def did_you_mean(word: str, known: Iterable[str], span: Span) -> tuple[Fix, ...]:
    """Return the fix that writes the closest known word, none where none is close."""
    close = nearest(word, known)
    return (Fix(f"did you mean `{close}`?", (Edit(span, close),)),) if close else ()
