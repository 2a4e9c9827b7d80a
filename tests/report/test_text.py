"""Reports as a whole: order, prose, colour, counts."""

from __future__ import annotations

import re

import pytest

from kfdsl.diagnostics import Diagnostic, Edit, Fix, Label, Severity
from kfdsl.report import text
from kfdsl.source import Source, Span

from .sample import at, churn, finding, shown


def test_control_characters_of_messages_do_not_reach_the_terminal() -> None:
    source = Source("a\x1b[2J.pipe", "a")
    fixes = (Fix("f\x1b", (Edit(Span(source, 0, 1), "x\x1b"),)),)
    diagnostic = Diagnostic(
        "KF999",
        "some-rule",
        "error",
        "m\x1b\nm",
        at(source, 1, "a"),
        "l\x1b",
        (),
        fixes,
        ("h\x1b",),
        ("\x07",),
    )

    assert re.findall(r"[\x00-\x09\x0b-\x1f\x7f]", shown(diagnostic)) == []


def test_a_note_of_many_lines_is_indented() -> None:
    source = churn({1: "a"})

    assert shown(finding(at(source, 1, "a"), notes=("one\ntwo",))).endswith("\n  |\nnote: one\n      two\n")


def test_helps_and_notes_are_wrapped_at_the_width() -> None:
    source = churn({1: "a"})
    note = "名前 " * 8 + "and   an-aligned-word-that-is-too-long-for-the-width-of-it"

    report = text.render([finding(at(source, 1, "a"), notes=(note,))], color=False, width=40)
    expected = """note: 名前 名前 名前 名前 名前 名前 名前
      名前 and
      an-aligned-word-that-is-too-long-for-the-width-of-it"""

    assert report.split("  |\n")[-1] == expected


def test_a_width_that_is_too_small_is_widened() -> None:
    source = churn({1: "a"})

    report = text.render([finding(at(source, 1, "a"), notes=("word " * 8 + "end",))], color=False, width=1)

    assert report.endswith("note: word word word word word word\n      word word end")


def test_reports_are_sorted_by_place_and_separated() -> None:
    source = churn({1: "a b"})
    found = [finding(at(source, 1, "b"), "second"), finding(at(source, 1, "a"), "first", "warning")]
    expected = """\
warning: it is wrong  [some-rule KF999]
 --> churn.pipe:1:1
  |
1 | a b
  | ^ first

error: it is wrong  [some-rule KF999]
 --> churn.pipe:1:3
  |
1 | a b
  |   ^ second"""

    assert text.render(found, color=False) == expected


def test_no_diagnostics_have_an_empty_report() -> None:
    assert text.render([], color=False) == ""


@pytest.mark.parametrize(("severity", "code"), [("error", "1;31"), ("warning", "1;33"), ("note", "36")])
def test_colour_marks_severity_and_gutter(severity: Severity, code: str) -> None:
    source = churn({1: "a b"})
    diagnostic = finding(at(source, 1, "b"), "", severity, labels=(Label(at(source, 1, "a"), ""),))

    report = text.render([diagnostic], color=True).replace("\x1b", "")

    assert report == (
        f"[{code}m{severity}[0m[1m: it is wrong[0m  [some-rule KF999]\n"
        "[34m -->[0m churn.pipe:1:3\n"
        "[34m  |[0m\n"
        "[34m1 |[0m a b\n"
        f"[34m  |[0m [34m-[0m [{code}m^[0m"
    )


def test_colour_adds_nothing_but_codes() -> None:
    source = churn({1: "a", 2: "b", 5: "c"})
    fixes = (Fix("x", (Edit(at(source, 1, "a"), "b"), Edit(at(source, 2, "b\n"), ""))),)
    diagnostic = finding(at(source, 5, "c"), fixes=fixes, helps=("h",), notes=("n",))

    colored = text.render([diagnostic], color=True)

    painted = re.findall(r"\x1b\[36m(.*?)\x1b\[0m", colored)
    assert painted == ["help:", "~", "-", "help:", "note:"]
    assert re.sub(r"\x1b\[[0-9;]*m", "", colored) == text.render([diagnostic], color=False)


@pytest.mark.parametrize(
    ("severities", "files", "expected"),
    [
        ("", 1, "no problems in 1 file"),
        ("", 0, "no problems in 0 files"),
        ("e", 1, "1 error in 1 file"),
        ("ewe", 3, "2 errors, 1 warning in 3 files"),
        ("wwnn", 2, "2 warnings, 2 notes in 2 files"),
        ("eweF", 3, "3 errors, 1 warning in 3 files, 1 fixable"),
        ("U", 1, "1 error in 1 file"),
    ],
)
def test_summary_counts(severities: str, files: int, expected: str) -> None:
    source = churn({1: "a"})
    edits = (Edit(at(source, 1, "a"), "b"),)
    kinds = {
        "e": finding(at(source, 1, "a"), fixes=(Fix("no edit", ()),)),
        "w": finding(at(source, 1, "a"), severity="warning"),
        "n": finding(at(source, 1, "a"), severity="note"),
        "F": finding(at(source, 1, "a"), fixes=(Fix("safe", edits),)),
        "U": finding(at(source, 1, "a"), fixes=(Fix("unsafe", edits, safe=False),)),
    }

    assert text.summary([kinds[kind] for kind in severities], files) == expected
