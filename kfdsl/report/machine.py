"""Diagnostics in, the report that programs read out, JSON as docs/report.schema.json says: `render`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

from kfdsl.diagnostics import Diagnostic, Fix
from kfdsl.report.portability import Checked
from kfdsl.report.tally import tally
from kfdsl.source import Source, Span

Json: TypeAlias = "str | int | list[Json] | Mapping[str, Json]"

FORMAT_VERSION = "1.0"


def render(
    diagnostics: Iterable[Diagnostic], files: Sequence[Checked] = (), targets: Sequence[str] = ()
) -> str:
    """Return one JSON object, in ASCII, of one line without its end; diagnostics are sorted.

    `files` are what several `targets` found. Halves of surrogate pairs, which many JSON readers refuse, become
    U+FFFD.
    """
    ordered = sorted(diagnostics, key=lambda diagnostic: diagnostic.order)
    listed = [_diagnostic(diagnostic) for diagnostic in ordered]
    report: dict[str, Json] = {
        "format_version": FORMAT_VERSION,
        "diagnostics": [*listed],
        "summary": tally(ordered)._asdict(),
    }
    if targets:
        found = _found_by(files)
        for diagnostic, shown in zip(ordered, listed, strict=True):
            own = found.get(_key(diagnostic), ())
            shown["targets"] = [target for target in targets if not own or target in own]
        report["portability"] = [
            {
                "file": readable(checked.file),
                "verdicts": {target: checked.verdict(target) for target in targets},
            }
            for checked in files
        ]
    return json.dumps(report)


def _found_by(files: Iterable[Checked]) -> Mapping[tuple[object, ...], set[str]]:
    """Return the targets that found something of their own, by what they found."""
    found: dict[tuple[object, ...], set[str]] = {}
    for checked in files:
        for target, own in checked.found.items():
            for one in own:
                found.setdefault(_key(one), set()).add(target)
    return found


def _key(diagnostic: Diagnostic) -> tuple[object, ...]:
    return diagnostic.order, diagnostic.message


def _diagnostic(diagnostic: Diagnostic) -> dict[str, Json]:
    return {
        "code": diagnostic.code,
        "name": diagnostic.name,
        "severity": diagnostic.severity,
        "message": readable(diagnostic.message),
        "span": place(diagnostic.span),
        "label": readable(diagnostic.label),
        "labels": [
            {"span": place(label.span), "message": readable(label.text)} for label in diagnostic.labels
        ],
        "fixes": [_fix(fix) for fix in diagnostic.fixes],
        "helps": [readable(text) for text in diagnostic.helps],
        "notes": [readable(text) for text in diagnostic.notes],
    }


def _fix(fix: Fix) -> Json:
    return {
        "title": readable(fix.title),
        "applicability": "safe" if fix.safe else "unsafe",
        "edits": [{"span": place(edit.span), "text": readable(edit.text)} for edit in fix.edits],
    }


def place(span: Span) -> Json:
    """Return a span as in docs/report.schema.json."""
    return {
        "file": readable(span.source.name),
        "start": _position(span.source, span.start),
        "end": _position(span.source, span.end),
    }


def _position(source: Source, offset: int) -> Json:
    line, column = source.position(offset)
    return {"line": line, "column": column, "offset": offset}


def readable(text: str) -> str:
    """Return a text that every JSON reader takes."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
