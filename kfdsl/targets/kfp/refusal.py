"""What Kubeflow's pipelines cannot say or run: raised where it is found, reported as KF310 or KF311."""

from __future__ import annotations

from kfdsl.codes import report
from kfdsl.diagnostics import Diagnostic
from kfdsl.source import Span


class Refused(Exception):  # noqa: N818  # it never leaves the target
    """A construct has no form in the IR."""

    code = "not-on-kfp"

    def __init__(self, span: Span, message: str, *helps: str) -> None:
        """Keep where and why."""
        super().__init__(message)
        self.span = span
        self.message = message
        self.helps = helps

    @property
    def diagnostic(self) -> Diagnostic:
        """The finding."""
        return report(self.code, self.span, self.message, helps=self.helps)


class Unplaced(Refused):
    """A step is read that could not be placed, which has been told."""
