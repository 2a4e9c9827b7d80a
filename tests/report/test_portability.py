"""The table of targets, and what the JSON report has of it."""

from __future__ import annotations

import json

import pytest
from jsonschema import Draft202012Validator

from kfdsl.codes import report
from kfdsl.diagnostics import Diagnostic
from kfdsl.report import machine
from kfdsl.report.portability import Checked, render
from kfdsl.source import Source, Span

from .test_machine import SCHEMA

SOURCE = Source("churn.pipe", "pipeline p {\n  sidecar x\n  cache\n}\n")
OTHER = Source("lib.pipe", "component a\n")

REFUSED = report(
    "not-on-kfp", Span(SOURCE, 15, 22), "there are no `sidecars`, which is said at some length here"
)
DIFFERS = report("differs-on-kfp", Span(SOURCE, 27, 32), "it differs")
WARNING = report("large-template", Span(OTHER, 10, 11), "it is large")
SHARED = report("missing-image", Span(SOURCE, 0, 8), "there is no image")

FILES = (
    Checked("churn.pipe", {"argo": (WARNING,), "kfp": (REFUSED, DIFFERS, WARNING)}, wrong=False),
    Checked("same.pipe", {"argo": (), "kfp": (DIFFERS,)}, wrong=False),
    Checked("wrong.pipe", {}, wrong=True),
)
TARGETS = ("argo", "kfp")


def test_each_finding_stands_once_below_its_file() -> None:
    assert render(FILES[:1], TARGETS, color=False, width=60).split("\n") == [
        "                                            argo     kfp",
        "churn.pipe                                  yes      no",
        "  2:3            KF310 there are no         -        error",
        "                 `sidecars`, which is said",
        "                 at some length here",
        "  3:3            KF312 it differs           -        differs",
        "  lib.pipe:1:11  KF305 it is large          warning  warning",
    ]


def test_a_file_without_findings_takes_one_line() -> None:
    assert render([Checked("a.pipe", {}, wrong=False)], TARGETS, color=False, width=40).split("\n") == [
        "                        argo     kfp",
        "a.pipe                  yes      yes",
    ]


@pytest.mark.parametrize("checked", FILES, ids=lambda checked: str(checked.file))
def test_a_verdict_is_the_worst_that_was_found(checked: Checked) -> None:
    expected = {"churn.pipe": ["yes", "no"], "same.pipe": ["yes", "differs"], "wrong.pipe": ["no", "no"]}

    assert [checked.verdict(target) for target in TARGETS] == expected[checked.file]


@pytest.mark.parametrize("width", [1, 40, 80, 110])
def test_a_table_is_as_wide_as_it_may_be(width: int) -> None:
    lines = render(FILES, TARGETS, color=False, width=width).split("\n")

    assert max(map(len, lines)) <= max(width, 55)


def test_colours_change_no_text() -> None:
    plain = render(FILES, TARGETS, color=False, width=80)
    painted = render(FILES, TARGETS, color=True, width=80)

    assert painted != plain
    assert "\x1b[1;31mno\x1b[0m" in painted
    assert (
        "".join(
            part.partition("m")[2] if number else part for number, part in enumerate(painted.split("\x1b["))
        )
        == plain
    )


def test_json_says_which_targets_a_finding_is_of() -> None:
    found: list[Diagnostic] = [REFUSED, DIFFERS, WARNING, SHARED]
    made = json.loads(machine.render(found, FILES, TARGETS))

    Draft202012Validator(SCHEMA).validate(made)
    assert {one["name"]: one["targets"] for one in made["diagnostics"]} == {
        "not-on-kfp": ["kfp"],
        "differs-on-kfp": ["kfp"],
        "large-template": ["argo", "kfp"],
        "missing-image": ["argo", "kfp"],
    }
    assert made["portability"] == [
        {"file": "churn.pipe", "verdicts": {"argo": "yes", "kfp": "no"}},
        {"file": "same.pipe", "verdicts": {"argo": "yes", "kfp": "differs"}},
        {"file": "wrong.pipe", "verdicts": {"argo": "no", "kfp": "no"}},
    ]
