"""Calls of other objects, and artifacts of one item."""

from __future__ import annotations

import pytest

from kfdsl.targets.argo.leaf import INPUTS

from .programs import manifest, manifests, task, template

SHARED = """edition 2026
pipeline shared {
  kind = "WorkflowTemplate"
  param n: int = 1
  param w: string
  step show { image = "busybox", command = ["echo", "${n}", w] }
}
"""


def test_a_pipeline_that_is_a_call_of_an_object_refers_to_it() -> None:
    _, made = manifests(SHARED + 'pipeline main = shared(n = 2, w = "{{x}}") { labels = { a = "b" } }')

    assert made["metadata"]["labels"] == {"a": "b"}
    assert made["spec"] == {
        "workflowTemplateRef": {"name": "shared"},
        "arguments": {"parameters": [{"name": "n", "value": "2"}, {"name": "w", "value": "$(KF_LB){x}}"}]},
    }


def test_params_of_the_same_names_are_handed_on() -> None:
    _, made = manifests(
        SHARED
        + """
        pipeline main = shared(n = n, w = w) {
          schedule = "0 3 * * *"
          param n: int = 5
          param w: string
        }
        """
    )

    assert made["spec"]["workflowSpec"] == {
        "workflowTemplateRef": {"name": "shared"},
        "arguments": {"parameters": [{"name": "n", "value": "5"}]},
    }


@pytest.mark.parametrize(
    "text",
    [
        'pipeline main = shared(n = m, w = "a") { param m: int = 5 }',
        'pipeline main { step shared = shared(w = "a") }',
    ],
)
def test_other_calls_are_steps(text: str) -> None:
    _, made = manifests(SHARED + text)

    assert task(made, "shared")["templateRef"] == {"name": "shared", "template": "shared"}


def test_the_artifact_of_one_item_is_read_by_its_key() -> None:
    made = manifest("""
      step f for m in ["a", "b"] {
        command = ["echo", s]
        out s: Model
      }
      step e { in s = f["b"].s, command = ["ls", s] }
    """)

    assert task(made, "e")["arguments"]["artifacts"] == [
        {"name": "s", "s3": {"key": "{{workflow.name}}/f/000001"}}
    ]
    assert template(made, "e")["inputs"]["artifacts"] == [
        {"name": "s", "path": f"{INPUTS}s", "mode": 0o777, "recurseMode": True}
    ]
    assert template(made, "f")["outputs"]["artifacts"][0]["s3"] == {
        "key": "{{workflow.name}}/f/{{inputs.parameters.index}}"
    }
