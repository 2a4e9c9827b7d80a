"""What one pod runs: the order of its containers, and settings that need a script."""

from __future__ import annotations

import zoneinfo

import pytest

from kfdsl.compiler import check_text


def found(body: str) -> list[tuple[str, str]]:
    text = f'edition 2026\n\npipeline p {{\n  defaults {{ image = "busybox" }}\n{body}\n}}\n'
    return [(d.name, d.message) for d in check_text(text, name="p.pipe")]


def test_containers_that_wait_for_each_other() -> None:
    assert found("""
      step a {
        container main after two { command = ["true"] }
        container two after main { command = ["true"] }
        container three after two { command = ["true"] }
      }
    """) == [("dependency-cycle", "containers wait for each other: `main` after `two` after `main`")]


def test_outputs_of_several_containers_come_from_main() -> None:
    assert found("""
      step a {
        container one { command = ["true"] }
        out x: string
      }
    """) == [("unwritten-output", "`x` comes from no container")]


@pytest.mark.parametrize(
    ("run", "setting", "place"),
    [
        ('command = ["true"]', 'packages = ["x==1"]', "a Python script"),
        ('script sh = "true"', 'packages = ["x==1"]', "a Python script"),
        ('command = ["true"]', 'files = { "a" = "b" }', "a script"),
    ],
)
def test_what_belongs_to_a_script(run: str, setting: str, place: str) -> None:
    name = setting.partition(" ")[0]

    assert found(f"step a {{ {run}, {setting} }}") == [("misplaced-item", f"`{name}` belongs to {place}")]


@pytest.mark.parametrize(
    ("call", "setting", "name"),
    [
        ("wait(10s)", 'image = "x"', "wait"),
        ("approve()", "timeout = 3s", "approve"),
        ('extern("workflow-template/x/y")', "retry = 2", "extern"),
        ('kubernetes(action = "delete", flags = ["pod/x"])', 'env = { A = "x" }', "kubernetes"),
    ],
)
def test_what_means_nothing_for_a_built_in(call: str, setting: str, name: str) -> None:
    word = setting.partition(" ")[0]
    message = f"`{word}` means nothing for `{name}`, which runs no container of yours"

    assert found(f"step a = {call} {{ {setting} }}") == [("misplaced-item", message)]


@pytest.mark.skipif(not zoneinfo.available_timezones(), reason="this machine has no time zone data")
def test_a_time_zone_that_there_is_not() -> None:
    schedule = 'schedule = {{ cron = "0 3 * * *", timezone = "{}" }}\nstep a {{ command = ["true"] }}'

    assert found(schedule.format("Europe/Berlin")) == []
    assert found(schedule.format("Europe/Berln")) == [
        ("invalid-schedule", "there is no time zone `Europe/Berln`")
    ]
