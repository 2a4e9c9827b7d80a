"""Graphs of more than 200 steps: which DAGs they become, and what cannot be split."""

from __future__ import annotations

from typing import Any

import pytest

from kfdsl.compiler import compile_text
from kfdsl.targets.argo import limits

from .programs import HEAD, compiled, manifest, task


def steps(count: int, *, chain: bool = False) -> str:
    after = (f" after s{n - 1}" if chain and n else "" for n in range(count))
    return "\n".join(f'  step s{n}{more} {{ command = ["true"] }}' for n, more in enumerate(after))


def dags(made: dict[str, Any]) -> dict[str, list[str]]:
    found = (one for one in made["spec"]["templates"] if "dag" in one)
    return {one["name"]: [task["name"] for task in one["dag"]["tasks"]] for one in found}


def refusals(body: str) -> list[str]:
    result = compile_text(f"{HEAD}{body}\n}}\n", name="p.pipe")
    assert not result.manifests
    return [found.message for found in result.diagnostics if found.code == "KF301"]


def test_two_hundred_steps_stay_in_one_dag() -> None:
    assert list(dags(manifest(steps(200)))) == ["p"]


def test_steps_that_wait_for_nothing_stand_in_dags_beside_each_other() -> None:
    made = dags(manifest(steps(450)))

    assert made["p"] == ["s0-to-s199", "s200-to-s399", "s400-to-s449"]
    assert [len(tasks) for tasks in made.values()] == [3, 200, 200, 50]


def test_a_chain_becomes_a_chain_of_dags() -> None:
    made = manifest(steps(450, chain=True))

    assert task(made, "s200-to-s399")["depends"] == "s0-to-s199"
    assert "depends" not in task(made, "s200")


def test_chains_stay_whole() -> None:
    shards = "\n".join(
        f'  step a{n} after first {{ command = ["true"] }}\n  step b{n} after a{n} {{ command = ["true"] }}'
        for n in range(150)
    )
    last = ", ".join(f"b{n}" for n in range(150))
    made = manifest(
        f'  step first {{ command = ["true"] }}\n{shards}\n  step last after {last} {{ command = ["true"] }}'
    )

    assert dags(made)["p"] == ["first", "a0-to-b99", "a100-to-b149", "last"]
    assert task(made, "last")["depends"] == "a0-to-b99 && a100-to-b149"


def test_dags_of_dags_hold_more_than_two_hundred_times_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "TASKS", 5)

    made = dags(manifest(steps(130)))

    assert max(map(len, made.values())) == 5
    assert (
        sum(name.startswith("s") and "-to-" not in name for tasks in made.values() for name in tasks) == 130
    )


@pytest.mark.parametrize("setting", ["fail_fast = true", "parallelism = 3"])
def test_a_setting_for_one_dag_cannot_hold_for_several(setting: str) -> None:
    many = "\n".join(f'    step s{n} {{ command = ["true"] }}' for n in range(201))
    text = (
        f'edition 2026\npipeline q {{\n  defaults {{ image = "x" }}\n  {setting}\n{many}\n}}\n'
        "pipeline p {\n  step s = q()\n}"
    )

    found = compile_text(text, name="p.pipe").diagnostics

    assert [(one.code, one.span.start) for one in found] == [("KF301", text.index(setting.split(" = ")[1]))]


def test_steps_that_ask_for_each_other_s_results_are_refused_if_they_are_too_many() -> None:
    rescues = "\n".join(f'  step r{n} after a.failed {{ command = ["true"] }}' for n in range(200))

    (message,) = refusals(
        f'  step a {{ command = ["true"] }}\n{rescues}\n  step z after a {{ command = ["true"] }}'
    )

    assert message == "202 steps ask for each other's results, and must stand in one DAG on Argo"


def test_an_output_of_a_step_in_a_part_reaches_steps_outside() -> None:
    first = "\n".join(f'  step s{n} {{ script sh = "x", out x: int }}' for n in range(201))
    last = "\n".join(f"    in v{n} = s{n}.x" for n in range(201))
    made = manifest(f'{first}\n  step last {{\n{last}\n    command = ["echo", v200] }}')

    given = task(made, "last")["arguments"]["parameters"]

    assert given[0] == {"name": "v0", "value": "{{tasks.s0-to-s199.outputs.parameters.s0-x}}"}
    assert given[200] == {"name": "v200", "value": "{{tasks.s200.outputs.parameters.x}}"}


def test_splitting_finds_nothing() -> None:
    assert compiled(steps(450)).diagnostics == ()
