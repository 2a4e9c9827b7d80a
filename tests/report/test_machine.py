"""The JSON report: its text, and that it keeps to docs/report.schema.json."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, ValidationError

from kfdsl.diagnostics import Diagnostic, Edit, Fix, Label
from kfdsl.report import machine
from kfdsl.source import Source, Span

SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "report.schema.json").read_text("utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA)

SOURCE = Source("churn.pipe", "task a {\n  in x = 名b.y\n}\n")


def span(start: int, end: int) -> Span:
    """Return a span of the sample."""
    return Span(SOURCE, start, end)


FULL = Diagnostic(
    "KF101",
    "unknown-task",
    "error",
    "no task named `名b`",
    span(18, 20),
    "not found",
    labels=(Label(span(5, 6), "similar name, defined here"),),
    fixes=(
        Fix("did you mean `a`?", (Edit(span(18, 20), "a"),)),
        Fix("remove the line", (Edit(span(9, 23), ""),), safe=False),
    ),
    helps=("define it",),
    notes=("names are case-sensitive",),
)

BARE = Diagnostic("KF201", "unused-task", "warning", "task `a` is unused", span(5, 6))


def report(*diagnostics: Diagnostic) -> Any:  # noqa: ANN401  # JSON
    """Return the report, read again."""
    return json.loads(machine.render(diagnostics))


def place(line: int, column: int, offset: int) -> dict[str, int]:
    """Return a position as the report has it."""
    return {"line": line, "column": column, "offset": offset}


def test_report_has_all_there_is() -> None:
    wrong = {"file": "churn.pipe", "start": place(2, 10, 18), "end": place(2, 12, 20)}
    name = {"file": "churn.pipe", "start": place(1, 6, 5), "end": place(1, 7, 6)}
    line = {"file": "churn.pipe", "start": place(2, 1, 9), "end": place(3, 1, 23)}

    assert report(FULL) == {
        "format_version": "1.0",
        "diagnostics": [
            {
                "code": "KF101",
                "name": "unknown-task",
                "severity": "error",
                "message": "no task named `名b`",
                "span": wrong,
                "label": "not found",
                "labels": [{"span": name, "message": "similar name, defined here"}],
                "fixes": [
                    {
                        "title": "did you mean `a`?",
                        "applicability": "safe",
                        "edits": [{"span": wrong, "text": "a"}],
                    },
                    {
                        "title": "remove the line",
                        "applicability": "unsafe",
                        "edits": [{"span": line, "text": ""}],
                    },
                ],
                "helps": ["define it"],
                "notes": ["names are case-sensitive"],
            }
        ],
        "summary": {"error": 1, "warning": 0, "note": 0, "fixable": 1},
    }


def test_report_is_sorted_and_counted() -> None:
    result = report(FULL, BARE)

    assert [diagnostic["code"] for diagnostic in result["diagnostics"]] == ["KF201", "KF101"]
    assert result["summary"] == {"error": 1, "warning": 1, "note": 0, "fixable": 1}


def test_report_of_nothing() -> None:
    assert machine.render([]) == (
        '{"format_version": "1.0", "diagnostics": [], '
        '"summary": {"error": 0, "warning": 0, "note": 0, "fixable": 0}}'
    )


@pytest.mark.parametrize(
    ("raw", "read"),
    [
        ("a\ud800b", "a\ufffdb"),
        ("a\udcff", "a\ufffd"),
        ("\udc00\ud800", "\ufffd\ufffd"),
        ("\ud83d\ude00", "😀"),
        ("😀", "😀"),
        ("\x00\x1b\x7f\u2028\n", "\x00\x1b\x7f\u2028\n"),
    ],
)
def test_odd_characters_stay_readable(raw: str, read: str) -> None:
    where = Span(Source(raw, raw), 0, 1)
    fix = Fix(raw, (Edit(where, raw),))
    label = Label(where, raw)
    odd = Diagnostic("KF999", "some-rule", "error", raw, where, raw, (label,), (fix,), (raw,), (raw,))

    output = machine.render([odd])

    assert output.isascii()
    (found,) = json.loads(output)["diagnostics"]
    assert [
        found["message"],
        found["label"],
        found["span"]["file"],
        found["labels"][0]["message"],
        found["fixes"][0]["title"],
        found["fixes"][0]["edits"][0]["text"],
        *found["helps"],
        *found["notes"],
    ] == [read] * 8


def test_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)

    assert SCHEMA["properties"]["format_version"] == {"const": machine.FORMAT_VERSION}


@pytest.mark.parametrize("diagnostics", [(), (BARE,), (FULL, BARE)], ids=["none", "bare", "both"])
def test_report_keeps_to_the_schema(diagnostics: tuple[Diagnostic, ...]) -> None:
    assert [error.message for error in VALIDATOR.iter_errors(report(*diagnostics))] == []


def paths(value: object, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Return the ways to all keys of objects in `value`."""
    found: list[tuple[str | int, ...]] = []
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        found += [(*path, key)] if isinstance(value, dict) else []
        found += paths(inner, (*path, key))
    return found


@pytest.mark.parametrize("path", paths(report(FULL)), ids=lambda path: ".".join(map(str, path)))
def test_schema_refuses_a_report_that_lacks_a_key_or_has_another(path: tuple[str | int, ...]) -> None:
    """Each object of the report is closed and complete, so that the schema can find a mistake."""
    lacks = holder = report(FULL)
    for key in path[:-1]:
        holder = holder[key]
    value = holder.pop(path[-1])

    with pytest.raises(ValidationError):
        VALIDATOR.validate(lacks)
    holder |= {path[-1]: value, "unheard_of": value}
    with pytest.raises(ValidationError):
        VALIDATOR.validate(lacks)
