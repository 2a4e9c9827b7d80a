"""Conditions over objects of Kubernetes: what a label selector can say, and what is refused."""

from __future__ import annotations

import pytest

from .programs import manifest, refused, template

PROGRAM = """
      param workers: int = 2
      param name: string = "x"
      step job = kubernetes("create", manifest = \"\"\"
        apiVersion: batch/v1
        kind: Job
        metadata: {{ name: j }}
      \"\"\", success = {0})
"""


@pytest.mark.parametrize(
    ("condition", "selector"),
    [
        ("object.status.succeeded == 2", "status.succeeded == 2"),
        ("object.status.succeeded == workers", "status.succeeded == {{workflow.parameters.workers}}"),
        ("object.status.succeeded > workers", "status.succeeded > {{workflow.parameters.workers}}"),
        (
            'object.status.failed < 1 and object.status.phase != "Failed"',
            "status.failed < 1,status.phase != Failed",
        ),
        ('object.status.phase in ["A", "B"]', "status.phase in (A, B)"),
    ],
)
def test_a_condition_is_a_selector(condition: str, selector: str) -> None:
    made = manifest(PROGRAM.format(condition))

    assert template(made, "job")["resource"]["successCondition"] == selector


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        ('object.status.phase == "two words"', "Argo compares with texts here that a label could have"),
        ('object.status.phase in ["a,b"]', "Argo compares with texts here that a label could have"),
        ('object.status.phase > "a"', "Argo compares whole numbers by `>` here"),
        ("object.status.phase == name", "must be an `int` or `bool` here on Argo"),
        ("object.a == 1 or object.b == 2", "Argo takes comparisons of fields"),
        ("object.a >= 1", "Argo takes comparisons of fields"),
    ],
)
def test_what_a_selector_cannot_say_is_refused(condition: str, message: str) -> None:
    found = refused(PROGRAM.format(condition))

    assert len(found) == 1
    assert message in found[0]
