"""Facts of steps and values of the run."""

from __future__ import annotations

import pytest

from .programs import argument, manifest, manifests, refused, template

BAD = 'step bad { command = ["false"] }\n'
HANDLED = 'step bad { command = ["false"], continue_on = ["failure"] }\n'


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (BAD + 'step r { in x = bad.exit_code, command = ["a", "${x}"] }', "{{tasks.bad.exitCode}}"),
        (
            BAD + 'step r after bad.failed { in x: int? = bad.exit_code, command = ["a", x] }',
            "{{= tasks.bad.exitCode ?? '$(KF_NONE)' }}",
        ),
        (BAD + 'step r after bad.done { in x = bad.status, command = ["a", x] }', "{{tasks.bad.status}}"),
        (
            BAD + 'step r after bad.failed { in x = bad.started, command = ["a", x] }',
            "{{tasks.bad.startedAt}}",
        ),
        (
            HANDLED + 'step r { in x: string? = bad.host, command = ["a", x] }',
            "{{tasks.bad.outputs.parameters.host}}",
        ),
        (
            HANDLED + 'step r { in x = bad.status, command = ["a", x] }',
            "{{tasks.bad.outputs.parameters.status}}",
        ),
    ],
)
def test_facts_are_read_from_the_task(body: str, value: str) -> None:
    assert argument(manifest(body), "r", "x") == value


def test_a_declared_output_hides_a_fact() -> None:
    body = """step a { script sh = 'echo x > "$status"', out status: string, continue_on = ["failure"] }
              step r { in x: string? = a.status, command = ["a", x] }"""

    made = manifest(body)

    outputs = {one["name"]: one["valueFrom"] for one in template(made, "a-continue")["outputs"]["parameters"]}
    assert argument(made, "r", "x") == (
        "{{= let v = tasks.a.outputs.parameters['status-2']; v == '$(KF_NONE)' ? v : "
        "replace(replace(v, '$', '$$'), '{{', '$(KF_LB){') }}"
    )
    assert "outputs.parameters.status" in outputs["status-2"]["expression"].replace("?", "")


def test_the_status_of_a_step_in_a_group_that_did_not_run_is_skipped() -> None:
    body = """param n: int
              group g when n > 1 { step a { command = ["true"] } }
              step r { in x = a.status, command = ["a", x] }"""

    assert argument(manifest(body), "r", "x") == "{{= tasks.g.outputs?.parameters?.status ?? 'Skipped' }}"


def test_a_time_of_a_skipped_step_is_absent() -> None:
    body = """param n: int
              step a when n > 1 { command = ["true"] }
              step r { in x: string? = a.started, command = ["a", x] }"""

    assert argument(manifest(body), "r", "x") == (
        "{{= tasks.a.status in ['Skipped', 'Omitted'] ? '$(KF_NONE)' : tasks.a.startedAt }}"
    )


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ('step a for n in [1] { command = ["b"] }\nstep r { command = ["a", a.*.exit_code] }', "rounds"),
        (BAD + 'on exit { step r { command = ["a", bad.status] } }', "a handler of the run cannot read"),
        (
            'step a { command = ["b"], on exit { step r { command = ["a", "${a.exit_code ?? 0}"] } } }',
            "of that step only",
        ),
        (
            """group g {
                 retry = 1
                 step a { command = ["b"] }
               }
               step r after a.failed { command = ["a", "${a.exit_code ?? 0}"] }""",
            "in another group that may have failed",
        ),
        ('step a { command = ["a", "${run.priority}"] }', "the run has no `priority`"),
        ('step a { command = ["a", step.id] }', "Argo does not tell `step.id`"),
        (
            """step a { command = ["b"], out x: string = stdout
                 metric m { help = "x", gauge = 1, labels = { x = x } } }""",
            "nothing reads `x`",
        ),
        (
            'step a { command = ["b"]\n  metric m { help = "x", gauge = step.resources.cpu, realtime = true } }',
            "not in real time",
        ),
    ],
)
def test_what_argo_does_not_tell_is_refused(body: str, message: str) -> None:
    (found,) = refused(body)

    assert message in found


def test_labels_of_the_caller_are_those_of_the_run() -> None:
    inner = """component show { image = "busybox", command = ["echo", run.labels["team"]] }
    pipeline p { LABELS
      step s = show() }
    """
    text = "edition 2026\n" + inner

    (made,) = manifests(text.replace("LABELS", 'labels = { team = "ops" }'))

    assert template(made, "show")["container"]["command"] == ["echo", "{{workflow.labels.team}}"]


def test_labels_that_the_run_lacks_are_refused() -> None:
    body = 'labels = { a = "b" }\nstep s { command = ["echo", run.labels["a"]] }'
    reader = 'step s = show()\n}\ncomponent show { image = "busybox", command = ["echo", run.labels["a"]]'

    assert argument_free(manifest(body)) == ["echo", "{{workflow.labels.a}}"]
    assert refused(reader) == ["the run has no `labels`"]


@pytest.mark.parametrize("kind", ["WorkflowTemplate", "ClusterWorkflowTemplate", "CronWorkflow", "Workflow"])
def test_runs_of_an_object_have_its_labels_and_annotations(kind: str) -> None:
    setting = 'schedule = "0 3 * * *"' if kind == "CronWorkflow" else f'kind = "{kind}"'
    made = manifest(f"""
      {setting}
      labels = {{ a = "b" }}
      annotations = {{ c = "d" }}
      step s {{ command = ["echo", run.labels["a"], run.annotations["c"]] }}""")

    own = {"labels": {"a": "b"}, "annotations": {"c": "d"}}
    assert made["kind"] == kind
    assert {field: made["metadata"][field] for field in own} == own
    assert made["spec"].get("workflowMetadata") == (None if kind == "Workflow" else own)
    assert "workflowMetadata" not in made["spec"].get("workflowSpec", {})


def argument_free(made: dict[str, object]) -> object:
    """Return the command of step `s`."""
    return template(made, "s")["container"]["command"]


def test_an_absent_param_is_empty_in_the_list_of_all() -> None:
    body = """param a: string?
              step s when jsonpath(run.params, "$[0].value") == "" { command = ["echo", run.params] }"""

    made = manifest(body)

    assert "replace(workflow.parameters.json, '$(KF_NONE)', '')" in str(made)
    names = [entry["name"] for entry in template(made, "s")["container"]["env"]]
    assert names == ["KF_LB", "KF_NONE"]


def test_metrics_read_what_was_written_under_the_name_of_the_engine() -> None:
    body = """step s {
      script sh = 'echo 1 > "$n"'
      out n: int { name = "lines" }
      metric m { help = "x", gauge = n, labels = { cpu = step.resources.cpu } }
    }"""

    (metric,) = template(manifest(body), "s")["metrics"]["prometheus"]

    assert metric["gauge"] == {"value": "{{outputs.parameters.lines}}", "realtime": False}
    assert metric["labels"] == [{"key": "cpu", "value": "{{resourcesDuration.cpu}}"}]


def test_a_run_without_params_has_no_list_of_them() -> None:
    """The validator of Argo refuses `workflow.parameters.json` then."""
    assert refused('step s { command = ["echo", run.params] }') == ["the run has no params"]
