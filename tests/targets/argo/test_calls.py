"""Calls of other objects, and artifacts of one item."""

from __future__ import annotations

from pathlib import Path

import pytest

from kfdsl.compiler import compile_file
from kfdsl.targets.argo.scopes.leaf import INPUTS

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


MUTUAL = """
pipeline a {
  param n: int
  step go { image = "busybox", command = ["echo", "${n}"] }
  step next = b(n = n + 1) after go when n < 3
}
pipeline b {
  param n: int
  step back = a(n = n + 1) when n < 3
}
"""


@pytest.mark.parametrize("order", [1, -1])
@pytest.mark.parametrize("starts", [("a",), ("b",), ("b", "a"), ("a", "b")])
def test_pipelines_that_call_each_other_may_be_begun_with_any(order: int, starts: tuple[str, ...]) -> None:
    """Whichever is checked first holds the other; the other, called alone, holds a reference to it."""
    steps = "".join(f"  step s-{name} = {name}(n = 0)\n" for name in starts)
    first, second = [f"pipeline{part}" for part in MUTUAL.split("pipeline")[1:]][::order]
    (made,) = manifests(f"edition 2026\n\n{first}{second}pipeline c {{\n{steps}}}\n")

    assert sorted(one["name"] for one in made["spec"]["templates"]) == ["a", "b", "c", "go"]
    assert {name: task(made, name)["template"] for name in ("next", "back")} == {"next": "b", "back": "a"}
    for name in starts:
        assert task(made, f"s-{name}")["template"] == name


@pytest.mark.parametrize("own", [False, True])
def test_imported_pipelines_that_call_each_other_keep_their_names_apart(tmp_path: Path, *, own: bool) -> None:
    (tmp_path / "other.pipe").write_text(f"edition 2026\n{MUTUAL}", encoding="utf-8")
    mine = 'pipeline a { step x { image = "busybox", command = ["true"] } }\n' if own else ""
    step = "step mine = a()" if own else ""
    main = tmp_path / "main.pipe"
    main.write_text(
        f'edition 2026\n\nimport "other.pipe" as other\n\n{mine}'
        f"pipeline c {{\n  {step}\n  step s = other.b(n = 0)\n}}\n",
        encoding="utf-8",
    )
    result = compile_file(str(main))

    assert [found.message for found in result.diagnostics] == (
        ["two pipelines are called `a`"] if own else []
    )
    assert ("name: back" in result.text) is not own


def test_pipelines_of_a_library_that_call_each_other_are_called_by_a_third() -> None:
    inner = MUTUAL.replace("\n", "\n  ").replace("}\n  pipeline b", "}\n  pipeline b")
    text = f"edition 2026\n\nlibrary all {{{inner}  pipeline c {{ step start = b(n = 0) }}\n}}\n"
    (made,) = manifests(text)

    assert task(made, "start")["template"] == "b"
    assert task(made, "back")["template"] == "a"
