"""What Argo, or this target so far, cannot say: raised where it is found, reported as KF300."""

from __future__ import annotations

from kfdsl.codes import report
from kfdsl.diagnostics import Diagnostic, Label
from kfdsl.source import Span


class Refused(Exception):  # noqa: N818  # it never leaves the target
    """A construct has no form on Argo."""

    code = "not-on-argo"

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


class TooManySteps(Refused):
    """A graph cannot be split into DAGs that Argo takes."""

    code = "too-many-steps"


class TooLarge(Refused):
    """An object or a part of one holds more than Argo, Kubernetes or Linux takes."""

    code = "too-large"
