"""What kfdsl has to say about a program: `Diagnostic`, its labels and fixes, and the table of codes."""

from __future__ import annotations

from typing import Literal, NamedTuple

from kfdsl.node import Node
from kfdsl.source import Span

Severity = Literal["error", "warning", "note"]


class Label(Node):
    """A second place that belongs to a finding, and what to say there."""

    span: Span
    text: str


class Edit(Node):
    """Replace the characters of `span` (which may be empty: an insertion) by `text`."""

    span: Span
    text: str


class Fix(Node):
    """A change that mends the finding.

    `title` is shown after `help: `, in lower case: "did you mean `rows`?".
    `safe` is False where the change may alter what a correct program means.
    """

    title: str
    edits: tuple[Edit, ...]
    safe: bool = True


class Diagnostic(Node):
    """One finding.

    `code` and `name` are the two spellings of the rule, `KF101` and `unknown-step`.
    `message` states the fact in one lower-case sentence, the author's words in backquotes.
    `label` is printed at `span`, the smallest text that is wrong; `labels` say where the other half is.
    `fixes` can be applied; `helps` are advice that no edit expresses; `notes` say why.
    """

    code: str
    name: str
    severity: Severity
    message: str
    span: Span
    label: str = ""
    labels: tuple[Label, ...] = ()
    fixes: tuple[Fix, ...] = ()
    helps: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def order(self) -> tuple[str, int, int, str]:
        """The key by which reports sort: file, place, code."""
        return self.span.source.name, self.span.start, self.span.end, self.code


class Code(NamedTuple):
    """A row of the code table; `about` is one sentence for `kfdsl explain` and the docs."""

    code: str
    about: str
    severity: Severity = "error"
