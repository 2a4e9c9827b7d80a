"""Forms of the engine that say the same in less: sequences, plain scripts, mounts and conditions said once."""

from __future__ import annotations

import pytest

from kfdsl.compiler import compile_text
from kfdsl.targets.argo.scopes.leaf import OUTPUTS

from .programs import manifest, refused, task, template


@pytest.mark.parametrize(
    ("numbers", "loop"),
    [
        ("range(5)", {"withSequence": {"count": "5"}}),
        ("range(1)", {"withSequence": {"count": "1"}}),
        ("range(100, 106)", {"withSequence": {"start": "100", "end": "105"}}),
        ("range(7, 8)", {"withSequence": {"start": "7", "end": "7"}}),
        ("range(5, -1, -1)", {"withSequence": {"start": "5", "end": "0"}}),
        ("range(-2, 1)", {"withSequence": {"start": "-2", "end": "0"}}),
        ("range(0, 6, 2)", {"withItems": [0, 2, 4]}),
        ("range(0)", {"withParam": "[]"}),
        ("range(3, 1)", {"withParam": "[]"}),
        ("[0, 1, 2]", {"withItems": [0, 1, 2]}),
    ],
)
def test_numbers_that_count_by_one_are_a_sequence(numbers: str, loop: dict[str, object]) -> None:
    made = manifest(f"""
      step a for n in {numbers} {{ command = ["echo", "${{n}}"] }}
    """)

    found = task(made, "a")
    assert {key: value for key, value in found.items() if key.startswith("with")} == loop


def test_a_range_that_depends_on_the_run_is_computed() -> None:
    made = manifest("""
      param count: int = 0
      step a for n in range(count) { command = ["echo", "${n}"] }
    """)

    assert task(made, "a")["withParam"].startswith("{{=")


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("import os; print(os.environ['n'])", True),
        ("print('n and size')", True),
        ("import random; print(random.random())", True),
        ("print(n)", False),
        ("size = 3", False),
        ("def size(): pass", False),
        ("import numpy as size", False),
        ("print(eval('n'))", False),
        ("import __main__", False),
        ("import sys; print(sys.modules['__main__'])", False),
    ],
)
def test_a_python_script_has_a_prologue_only_if_it_names_a_variable(text: str, *, plain: bool) -> None:
    made = manifest(f"""
      param given: int = 3
      step a {{
        in n = given
        script python = "{text}"
        out size: int at "/size"
      }}
    """)

    found = template(made, "a")
    assert ("script" in found) == plain
    env = (found.get("script") or found["container"])["env"]
    assert {"name": "n", "value": "{{inputs.parameters.n}}"} in env
    if plain:
        assert found["script"]["source"] == text
        assert {"name": "size", "value": "/size"} in env


def test_mounts_of_all_containers_stand_once() -> None:
    made = manifest("""
      volume work = empty()
      volume other = empty()
      step a {
        mount = { "/w" = work }
        container first { command = ["true"], mount = { "/o" = other } }
        container main after first { script sh = 'echo 1 > "$n"' }
        out n: int
      }
    """)

    found = template(made, "a")["containerSet"]
    assert found["volumeMounts"] == [
        {"name": "work", "mountPath": "/w"},
        {"name": "outputs", "mountPath": OUTPUTS.rstrip("/")},
    ]
    first, main = found["containers"]
    assert first["volumeMounts"] == [{"name": "other", "mountPath": "/o"}]
    assert "volumeMounts" not in main


def test_a_container_that_mounts_something_else_there_keeps_the_mounts_apart() -> None:
    made = manifest("""
      volume work = empty()
      volume other = empty()
      step a {
        mount = { "/w" = work }
        container first { command = ["true"], mount = { "/w" = other } }
        container main after first { command = ["true"] }
      }
    """)

    found = template(made, "a")["containerSet"]
    assert "volumeMounts" not in found
    assert [one["volumeMounts"][0]["name"] for one in found["containers"]] == ["other", "work"]


def test_fail_fast_that_is_said_to_be_off_is_that_of_the_dag() -> None:
    made = manifest("""
      fail_fast = false
      step a { command = ["true"] }
    """)

    assert template(made, "p")["dag"]["failFast"] is False
    assert "failFast" not in template(made, "p")


def test_a_branch_does_not_repeat_what_its_condition_excludes() -> None:
    made = manifest("""
      param side: string = "heads"
      if side == "heads" {
        step a { command = ["true"] }
      } elif side == "tails" {
        step b { command = ["true"] }
      } elif len(side) > 3 {
        step c { command = ["true"] }
      } else {
        step d { command = ["true"] }
      }
    """)

    side = "workflow.parameters.side"
    assert task(made, "b")["when"] == f"{{{{= {side} == 'tails' }}}}"
    for name in "cd":
        assert f"{side} == 'heads'" in task(made, name)["when"]
        assert f"{side} == 'tails'" in task(made, name)["when"]


def test_scripts_of_containers_get_the_inputs_and_that_of_main_the_outputs() -> None:
    made = manifest("""
      param given: int = 3
      step a {
        in n = given
        in data: Artifact = artifacts["data"] at "/data"
        container first { command = ["sh", "-c", 'echo "$n"'] }
        container main after first { script sh = 'echo "$n" > "$size"' }
        init before { image = "busybox", script sh = 'echo "$n"' }
        sidecar along { image = "busybox", script python = "while n: pass" }
        out size: int
      }
    """)

    found = template(made, "a")
    names = {
        one["name"]: [entry["name"] for entry in one["env"]]
        for one in [*found["containerSet"]["containers"], *found["initContainers"], *found["sidecars"]]
    }
    assert names == {"first": ["n"], "main": ["n", "data", "size"], "before": ["n"], "along": ["n"]}
    assert "n=int(os.environ['n'])" in found["sidecars"][0]["command"][2]
    assert "size" not in found["sidecars"][0]["command"][2]


@pytest.mark.parametrize(
    ("kind", "main"),
    [
        ("container", 'container main { command = ["true"] }'),
        ("sidecar", 'command = ["true"]'),
        ("init", 'command = ["true"]'),
    ],
)
def test_the_files_of_artifacts_are_in_the_main_container_only(kind: str, main: str) -> None:
    found = refused(f"""
      step a {{
        in data: Artifact = artifacts["data"]
        {main}
        {kind} other {{ image = "busybox", command = ["cat", data] }}
      }}
    """)

    assert found == [f"the files of artifacts are not in {kind} `other` on Argo"]


def test_a_script_of_a_container_that_reads_what_nothing_sets_is_reported() -> None:
    result = compile_text(
        """edition 2026

pipeline p {
  step a {
    image = "busybox"
    container main { script sh = 'echo "$wrod"' }
  }
}
""",
        name="p.pipe",
    )

    assert [found.name for found in result.diagnostics] == ["unknown-script-variable"]
