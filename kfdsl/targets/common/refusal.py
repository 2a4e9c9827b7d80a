"""What a target cannot say: raised where it is found, reported under the target's own code."""

from __future__ import annotations

from typing import ClassVar

from kfdsl.codes import report
from kfdsl.diagnostics import Diagnostic, Label
from kfdsl.source import Span


class Refused(Exception):  # noqa: N818  # it never leaves the target
    """A construct has no form on a target; each target has a class of its own.

    `code` is the finding that it becomes, `engine` what sentences call the target.
    """

    code: ClassVar[str]
    engine: ClassVar[str]

    def __init__(self, span: Span, message: str, *helps: str, labels: tuple[Label, ...] = ()) -> None:
        """Keep where and why."""
        super().__init__(message)
        self.span = span
        self.message = message
        self.helps = helps
        self.labels = labels

    @property
    def diagnostic(self) -> Diagnostic:
        """The finding."""
        return report(self.code, self.span, self.message, helps=self.helps, labels=self.labels)
