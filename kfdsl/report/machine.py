"""Diagnostics in, the report that programs read out, JSON as docs/report.schema.json says: `render`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import TypeAlias

from kfdsl.diagnostics import Diagnostic, Fix
from kfdsl.report.tally import tally
from kfdsl.source import Source, Span

Json: TypeAlias = "str | int | list[Json] | Mapping[str, Json]"

FORMAT_VERSION = "1.0"


def render(diagnostics: Iterable[Diagnostic]) -> str:
    """Return one JSON object, in ASCII, of one line without its end; diagnostics are sorted.

    Halves of surrogate pairs, which many JSON readers refuse, become U+FFFD.
    """
    ordered = sorted(diagnostics, key=lambda diagnostic: diagnostic.order)
    report = {
        "format_version": FORMAT_VERSION,
        "diagnostics": [_diagnostic(diagnostic) for diagnostic in ordered],
        "summary": tally(ordered)._asdict(),
    }
    return json.dumps(report)


def _diagnostic(diagnostic: Diagnostic) -> Json:
    return {
        "code": diagnostic.code,
        "name": diagnostic.name,
        "severity": diagnostic.severity,
        "message": _text(diagnostic.message),
        "span": _span(diagnostic.span),
        "label": _text(diagnostic.label),
        "labels": [{"span": _span(label.span), "message": _text(label.text)} for label in diagnostic.labels],
        "fixes": [_fix(fix) for fix in diagnostic.fixes],
        "helps": [_text(text) for text in diagnostic.helps],
        "notes": [_text(text) for text in diagnostic.notes],
    }


def _fix(fix: Fix) -> Json:
    return {
        "title": _text(fix.title),
        "applicability": "safe" if fix.safe else "unsafe",
        "edits": [{"span": _span(edit.span), "text": _text(edit.text)} for edit in fix.edits],
    }


def _span(span: Span) -> Json:
    return {
        "file": _text(span.source.name),
        "start": _position(span.source, span.start),
        "end": _position(span.source, span.end),
    }


def _position(source: Source, offset: int) -> Json:
    line, column = source.position(offset)
    return {"line": line, "column": column, "offset": offset}


def _text(text: str) -> str:
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
