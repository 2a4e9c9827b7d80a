"""Sources, diagnostics and reports, made in one line each, for the tests of reports."""

from __future__ import annotations

from typing import Any

from kfdsl.diagnostics import Diagnostic, Edit, Fix, Severity
from kfdsl.report import text
from kfdsl.source import Source, Span


def churn(lines: dict[int, str], end: str = "\n") -> Source:
    """Return a source with these lines, by number, and empty ones between."""
    return Source("churn.pipe", "".join(lines.get(at, "") + end for at in range(1, max(lines) + 1)))


def at(source: Source, line: int, part: str) -> Span:
    """Return the span of `part` in a line."""
    start = source.text.index(part, source.starts[line - 1])
    return Span(source, start, start + len(part))


def point(source: Source, line: int, column: int) -> Span:
    """Return an empty span; both numbers from 1."""
    offset = source.starts[line - 1] + column - 1
    return Span(source, offset, offset)


def finding(span: Span, label: str = "here", severity: Severity = "error", **more: Any) -> Diagnostic:  # noqa: ANN401  # any field
    """Return a diagnostic of which only the place matters."""
    return Diagnostic("KF999", "some-rule", severity, "it is wrong", span, label, **more)


def shown(diagnostic: Diagnostic) -> str:
    """Return the report, between two line ends, as the expected texts have them."""
    return f"\n{text.render([diagnostic], color=False)}\n"


def body(diagnostic: Diagnostic) -> str:
    """Return the report without headline and place."""
    return "\n" + shown(diagnostic).split("\n", 3)[3]


def fixed(source: Source, *edits: Edit, line: int = 1) -> str:
    """Return what is shown below the title of a fix."""
    diagnostic = finding(point(source, line, 1), fixes=(Fix("change it", edits),))
    return "\n" + shown(diagnostic).split("help: change it\n")[1]
