"""Conditions that the engine evaluates by itself, of handlers, and over results of steps in groups."""

from __future__ import annotations

import pytest

from .programs import manifest, task, template


def test_a_retry_gets_values_as_constants() -> None:
    made = manifest("""
      param n: int = 3
      param word: string = "a"
      step a {
        retry = { limit = 2, when = last.exit_code < n and last.message != word }
        command = ["true"]
      }
    """)

    text = "replace(replace(workflow.parameters.word, '$(KF_LB){', '{' + '{'), '$$', '$')"
    assert template(made, "a")["retryStrategy"]["expression"] == (
        "asInt(lastRetry.exitCode) < ({{= asInt(workflow.parameters.n) }}) && "
        f"lastRetry.message != fromBase64('{{{{= toBase64({text}) }}}}')"
    )
    assert "env" not in template(made, "a")["container"]


def test_a_retry_reads_the_item_of_its_loop() -> None:
    made = manifest("""
      step a for x in ["a", "b"] {
        retry = { limit = 2, when = last.message in [x, "c"] }
        command = ["true"]
      }
    """)

    assert "fromBase64('{{= toBase64(" in template(made, "a")["retryStrategy"]["expression"]


def test_a_pipeline_that_is_called_retries_under_a_condition() -> None:
    made = manifest("""
      step a = inner(n = 2)
    }
    pipeline inner {
      param n: int
      retry = { limit = 1, when = last.status == "Failed" and n > 1 }
      step b { image = "busybox", command = ["true"] }
    """)

    assert template(made, "inner")["retryStrategy"]["expression"] == (
        "lastRetry.status == 'Failed' && ({{= asInt(inputs.parameters.n) > 1 }})"
    )


def test_the_success_of_a_request_reads_params() -> None:
    made = manifest("""
      param code: int = 200
      step a = http("https://x", success = response.status == code)
    """)

    assert template(made, "a")["http"]["successCondition"] == (
        "response.statusCode == ({{= asInt(workflow.parameters.code) }})"
    )


# ---- handlers


@pytest.mark.parametrize(
    ("event", "hook", "expression"),
    [
        ("on running when go", "running", "tasks.a.status == 'Running' && workflow.parameters.go == 'true'"),
        ("on success when go", "exit", "tasks.a.status == 'Succeeded' && workflow.parameters.go == 'true'"),
        ("on exit when go", "exit", "workflow.parameters.go == 'true'"),
        (
            "on word when go or not go",
            "word",
            "workflow.parameters.go == 'true' || workflow.parameters.go != 'true'",
        ),
    ],
)
def test_a_handler_of_a_step_has_its_condition(event: str, hook: str, expression: str) -> None:
    made = manifest(f"""
      param go: bool = true
      step a {{
        command = ["true"]
        {event} {{ step b {{ command = ["echo"] }} }}
      }}
    """)

    assert task(made, "a")["hooks"][hook]["expression"] == expression


def test_a_handler_of_the_run_has_its_condition() -> None:
    made = manifest("""
      param go: bool = true
      step a { command = ["true"] }
      on running when go {
        step b { command = ["echo"] }
        step c { command = ["echo", "c"] }
      }
    """)

    assert made["spec"]["hooks"]["running"]["expression"] == (
        "workflow.status == 'Running' && workflow.parameters.go == 'true'"
    )
    assert "when" not in task(made, "b")
