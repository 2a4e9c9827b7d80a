"""`--kind`: the manifests for `kubectl`, and recurring runs for the server."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from kfdsl import compile_text
from kfdsl.compiler import analyze_text
from kfdsl.targets import kfp
from kfdsl.targets.kfp.recurring import trigger


def program(settings: str = "", step: str = 'step x { image = "busybox:1.36", command = ["true"] }') -> str:
    """Return a program of one pipeline with some settings."""
    return f"edition 2026\n\n## Each night\npipeline nightly {{\n  {settings}\n  {step}\n}}\n"


def of_kind(text: str, kind: str) -> str:
    """Return what a program becomes."""
    result = compile_text(text, target="kfp", kind=kind)
    assert result.diagnostics == ()
    return result.text


def versions(text: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the two manifests of a program."""
    pipeline, version = yaml.safe_load_all(of_kind(text, "pipeline-version"))
    return pipeline, version


def runs(text: str) -> Iterator[dict[str, Any]]:
    """Yield the recurring runs of a program."""
    rest = of_kind(text, "recurring-run")
    while rest:
        value, end = json.JSONDecoder().raw_decode(rest)
        yield value
        rest = rest[end:].lstrip()


def found(text: str, kind: str | None) -> list[tuple[str, str]]:
    """Return the names of findings and the texts that they are at."""
    analyzed = analyze_text(text, target=None).program
    assert analyzed is not None
    _, findings = kfp.render(analyzed.pipelines[0], source_name="a.pipe", kind=kind)
    return [(finding.name, finding.span.text) for finding in findings]


def test_a_version_holds_what_would_be_uploaded() -> None:
    text = program('display = "Every night", namespace = "ml", labels = { team = "a" }'.replace(", ", "\n  "))
    pipeline, version = versions(text)
    place = {"namespace": "ml", "labels": {"team": "a"}}
    uploaded = yaml.safe_load(compile_text(text, target="kfp").text)
    assert uploaded["pipelineInfo"].pop("displayName") == "Every night"  # it is not the version's

    assert pipeline == {
        "apiVersion": "pipelines.kubeflow.org/v2beta1",
        "kind": "Pipeline",
        "metadata": {"name": "nightly"} | place,
        "spec": {"displayName": "Every night", "description": "Each night"},
    }
    assert version == {
        "apiVersion": "pipelines.kubeflow.org/v2beta1",
        "kind": "PipelineVersion",
        "metadata": {"name": version["metadata"]["name"]} | place,
        "spec": {
            "description": "Each night",
            "pipelineName": "nightly",
            "pipelineSpec": uploaded,
        },
    }


def test_a_version_is_named_by_what_is_in_it() -> None:
    first, same, other = (
        versions(program(step=f'step x {{ image = "{image}", command = ["true"] }}'))[1]["metadata"]["name"]
        for image in ("busybox:1.36", "busybox:1.36", "busybox:1.37")
    )

    assert first == same != other
    assert first.startswith("nightly-")
    assert len(first) == len("nightly-") + 10


def test_what_may_change_on_the_server_makes_no_new_version() -> None:
    names = {
        versions(program(setting))[1]["metadata"]["name"]
        for setting in ('display = "a"', 'labels = { b = "c" }')
    }

    assert len(names) == 1


def test_a_recurring_run_is_what_the_server_takes() -> None:
    text = program(
        'schedule = { cron = "0 3 * * MON", concurrency = "Forbid", suspended = true }\n  service_account = "runner"'
    )
    (run,) = runs(text)

    assert run == {
        "display_name": "nightly",
        "description": "Each night",
        "trigger": {"cron_schedule": {"cron": "0 0 3 * * 1"}},
        "mode": "DISABLE",
        "max_concurrency": 1,
        "no_catchup": True,
        "pipeline_spec": {"pipeline_spec": yaml.safe_load(compile_text(text, target="kfp").text)},
        "runtime_config": {"parameters": {}},
        "service_account": "runner",
    }


def test_several_cron_expressions_are_several_recurring_runs() -> None:
    made = list(runs(program('schedule = ["0 3 * * *", "30 4 * * *"]')))

    assert [run["display_name"] for run in made] == ["nightly (0 3 * * *)", "nightly (30 4 * * *)"]
    assert {run["max_concurrency"] for run in made} == {10}
    assert {run["mode"] for run in made} == {"ENABLE"}


@pytest.mark.parametrize(
    ("time", "expected"),
    [
        ("0 3 * * *", {"cron_schedule": {"cron": "0 0 3 * * *"}}),
        ("*/15 2-5/2 1 JAN,jun MON-FRI", {"cron_schedule": {"cron": "0 */15 2-5/2 1 1,6 1-5"}}),
        ("@daily", {"cron_schedule": {"cron": "@daily"}}),
        ("@every 90m", {"periodic_schedule": {"interval_second": 5400}}),
        ("@every 1h30m10s", {"periodic_schedule": {"interval_second": 5410}}),
        ("@every 2500ms", {"periodic_schedule": {"interval_second": 2}}),
        ("@every 5ms", {"periodic_schedule": {"interval_second": 1}}),
    ],
)
def test_the_server_reads_seconds_first(time: str, expected: dict[str, Any]) -> None:
    """Robfig's cron 1.2, which the server uses, takes five fields for seconds to months."""
    assert trigger(time) == expected


def test_values_that_are_given_are_in_the_recurring_run() -> None:
    text = program('param day: string\n  schedule = "@daily"')

    assert found(text, "recurring-run")[:1] == [("not-on-kfp", "day")]
    made = compile_text(text, target="kfp", kind="recurring-run", parameters={"day": "today"})
    (given,) = json.loads(made.text)["pipeline_spec"]["pipeline_spec"]["root"]["inputDefinitions"][
        "parameters"
    ].values()
    assert given["defaultValue"] == "today"


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ('timezone = "Europe/Berlin"', ("not-on-kfp", '"Europe/Berlin"')),
        ('concurrency = "Replace"', ("not-on-kfp", '"Replace"')),
        ("when = cron.failed < 3", ("not-on-kfp", "cron.failed < 3")),
        ("stop = cron.failed > 3", ("not-on-kfp", "cron.failed > 3")),
        ("deadline = 1h", ("not-on-kfp", "1h")),
        ("history = { success = 1 }", ("not-on-kfp", "{ success = 1 }")),
        ('concurrency = "Forbid"', ("differs-on-kfp", '"Forbid"')),
        ('concurrency = "Allow"', ("differs-on-kfp", '"Allow"')),
    ],
)
def test_what_a_recurring_run_cannot_do_is_said_at_its_place(entry: str, expected: tuple[str, str]) -> None:
    assert expected in found(program(f'schedule = {{ cron = "@daily", {entry} }}'), "recurring-run")


@pytest.mark.parametrize("zone", ["UTC", "Etc/UTC"])
def test_utc_is_a_zone_that_recurring_runs_have(zone: str) -> None:
    text = program(f'schedule = {{ cron = "@daily", timezone = "{zone}", concurrency = "Forbid" }}')

    assert [name for name, _ in found(text, "recurring-run")] == ["differs-on-kfp"]


def test_a_recurring_run_needs_a_schedule() -> None:
    assert found(program(), "recurring-run") == [("not-on-kfp", "nightly")]


@pytest.mark.parametrize("kind", [None, "pipeline", "pipeline-version"])
def test_other_forms_say_how_the_schedule_is_made(kind: str | None) -> None:
    assert found(program('schedule = "@daily"'), kind) == [("differs-on-kfp", '"@daily"')]


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        ("suspended = true", ""),
        ('timezone = "UTC", concurrency = "Forbid"', ""),
        ("when = cron.failed < 3", " has no `when`"),
        (
            'timezone = "Europe/Berlin", concurrency = "Replace", history = { success = 1 }',
            ' has no `history` and no time zone and no `"Replace"`',
        ),
    ],
)
def test_the_note_on_a_schedule_says_what_will_be_refused(entries: str, expected: str) -> None:
    text = program(f'schedule = {{ cron = "@daily", {entries} }}')
    (note,) = analyze_text(text, target="kfp").diagnostics

    assert note.message.partition(" what starts the runs")[2] == expected


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("Workflow", []),
        ("WorkflowTemplate", []),
        ("ClusterWorkflowTemplate", [("not-on-kfp", "nightly")]),
    ],
)
def test_kinds_of_argo_are_pipelines_but_for_the_one_of_the_cluster(
    kind: str, expected: list[tuple[str, str]]
) -> None:
    assert found(program(f'kind = "{kind}"'), None) == expected


def test_a_library_is_not_on_kubeflow() -> None:
    text = 'edition 2026\nlibrary shared {\n  component a { image = "x", command = ["y"] }\n}\n'
    result = compile_text(text, target="kfp")

    assert [(d.name, d.span.text) for d in result.diagnostics] == [("not-on-kfp", "shared")]
