"""Manifests of small programs."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from kfdsl.compiler import Result, compile_text
from kfdsl.targets.argo.expressions import text

from .programs import task, template

COINFLIP = """
  step flip-coin {
    image = "python:alpine"
    script python = "print('heads')"
    out result: string = stdout
  }
  step heads when flip-coin.result == "heads" { image = "busybox", command = ["echo", "it was heads"] }
"""


def compiled(body: str, **options: Any) -> Result:  # noqa: ANN401  # options of compile_text
    result = compile_text(f"edition 2026\n\npipeline p {{\n{body}\n}}\n", name="p.pipe", **options)
    assert not [found for found in result.diagnostics if found.severity == "error"]
    return result


def manifest(body: str, **options: Any) -> dict[str, Any]:  # noqa: ANN401  # the same
    loaded: dict[str, Any] = yaml.safe_load(compiled(body, **options).text)
    return loaded


def refused(body: str) -> list[str]:
    result = compile_text(f"edition 2026\n\npipeline p {{\n{body}\n}}\n", name="p.pipe")
    assert not result.manifests
    return [found.message for found in result.diagnostics if found.code == "KF300"]


def test_a_simple_program_reads_as_if_written_by_hand() -> None:
    text = compiled(COINFLIP).text

    assert (
        text.partition("\n")[2]
        == """\
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata:
  generateName: p-
spec:
  entrypoint: p
  templates:
  - name: p
    dag:
      tasks:
      - name: flip-coin
        template: flip-coin
      - name: heads
        depends: flip-coin
        template: heads
        when: "{{= tasks['flip-coin'].outputs.result == 'heads' }}"
  - name: flip-coin
    script:
      image: python:alpine
      command: [python]
      source: "print('heads')"
  - name: heads
    container:
      image: busybox
      command: [echo, it was heads]
"""
    )


def test_equal_input_gives_equal_bytes() -> None:
    assert compiled(COINFLIP).text == compiled(COINFLIP).text


def test_equal_templates_are_emitted_once() -> None:
    made = manifest("""
      step a { image = "busybox", command = ["true"] }
      step b { image = "busybox", command = ["true"] }
    """)

    assert [t["name"] for t in made["spec"]["templates"]] == ["p", "a"]
    assert task(made, "b")["template"] == "a"


@pytest.mark.parametrize(
    ("condition", "code"),
    [
        ("n > 3", "asInt(workflow.parameters.n) > 3"),
        ("not on", "workflow.parameters.on != 'true'"),
        ('s == "a$b"', "workflow.parameters.s == 'a$$b'"),
        (
            's == "{{{"',
            text.decoder("workflow.parameters.s") + " == fromBase64('e3t7')",
        ),
        ('s in ["a", "b"]', "workflow.parameters.s in ['a', 'b']"),
        ("x * 2 < 1.5 or on", "asFloat(workflow.parameters.x) * 2 < 1.5 || workflow.parameters.on == 'true'"),
        ("present(o)", "workflow.parameters.o != '$(KF_NONE)'"),
    ],
)
def test_conditions(condition: str, code: str) -> None:
    made = manifest(f"""
      param n: int = 1
      param x: float = 0.5
      param on: bool = true
      param s: string = ""
      param o: string?
      step a when {condition} {{ image = "busybox", command = ["true"] }}
    """)

    assert task(made, "a")["when"] == "{{= " + code + " }}"


def test_a_value_from_outside_a_group_comes_in_and_one_from_inside_goes_out() -> None:
    made = manifest("""
      step make { image = "busybox", script sh = 'echo 1 > "$n"', out n: int }
      group g {
        step inner { in n = make.n, image = "busybox", script sh = 'echo 2 > "$m"', out m: int }
      }
      step use { image = "busybox", command = ["echo", "${inner.m}"] }
    """)

    assert task(made, "g")["arguments"]["parameters"] == [
        {"name": "make-n", "value": "{{tasks.make.outputs.parameters.n}}"}
    ]
    assert template(made, "g")["inputs"] == {"parameters": [{"name": "make-n"}]}
    assert task(made, "inner")["arguments"]["parameters"][0]["value"] == "{{inputs.parameters.make-n}}"
    assert template(made, "g")["outputs"]["parameters"] == [
        {"name": "m", "valueFrom": {"parameter": "{{tasks.inner.outputs.parameters.m}}"}}
    ]
    assert task(made, "use")["arguments"]["parameters"][0]["value"] == "{{tasks.g.outputs.parameters.m}}"
    assert task(made, "use")["depends"] == "g"
    assert task(made, "g")["depends"] == "make"


def test_a_failure_with_a_follower_still_fails_the_run() -> None:
    made = manifest("""
      step a { image = "busybox", command = ["false"] }
      step b after a.failed { image = "busybox", command = ["true"] }
    """)

    assert template(made, "p")["dag"]["target"] == "a b"
    assert task(made, "b")["depends"] == "(a.Succeeded || a.Skipped || a.Failed || a.Errored)"
    assert task(made, "b")["when"] == "{{= tasks.a.status in ['Failed', 'Error'] }}"


def test_parameters_replace_defaults() -> None:
    made = manifest(
        'param s: string = "a"\nimage = "busybox"\ncommand = ["echo", s]', parameters={"s": "{{x}} $5"}
    )

    assert made["spec"]["arguments"]["parameters"] == [{"name": "s", "value": "$(KF_LB){x}} $$5"}]


@pytest.mark.parametrize("kind", ["Workflow", "WorkflowTemplate", "ClusterWorkflowTemplate"])
def test_kinds(kind: str) -> None:
    made = manifest(
        'param s: string = "a"\nstep a { in s = s, image = "busybox", command = ["echo", s] }', kind=kind
    )

    own = {"generateName": "p-"} if kind == "Workflow" else {"name": "p"}
    value = "{{workflow.parameters.s}}" if kind == "Workflow" else "{{inputs.parameters.s}}"
    assert (made["kind"], made["metadata"]) == (kind, own)
    assert task(made, "a")["arguments"]["parameters"] == [{"name": "s", "value": value}]


def test_a_patch_merges_by_name_and_takes_away_by_null() -> None:
    made = manifest('''
      step a {
        image = "busybox"
        workdir = "/w"
        env = { A = "1", B = "2" }
        command = ["true"]
        patch argo = """
          container:
            workingDir: null
            env:
            - name: B
              value: "3"
        """
      }
    ''')

    container = template(made, "a")["container"]
    assert "workingDir" not in container
    assert container["env"] == [{"name": "A", "value": "1"}, {"name": "B", "value": "3"}]


def test_what_argo_cannot_say_is_refused_where_it_stands() -> None:
    assert refused('step a { image = "{{x}}", command = ["true"] }') == [
        "`{{` cannot stand here on Argo, which would read it as its own placeholder"
    ]


def test_the_source_map_leads_from_tasks_to_steps() -> None:
    (made,) = compiled(COINFLIP).manifests

    spans = {path: span.text for path, span in made.source_map.items() if path[-2:-1] == ("tasks",)}
    assert list(spans.values()) == ["heads", "flip-coin"] or list(spans.values()) == ["flip-coin", "heads"]
