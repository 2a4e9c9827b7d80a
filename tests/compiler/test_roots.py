"""Names that the engine gives, such as `last` and `cron`, beside an author's own of the same spelling."""

from __future__ import annotations

import pytest

from kfdsl.compiler import Result, compile_text

HEAD = 'edition 2026\npipeline p {\ndefaults { image = "i" }\n'


def compiled(items: str) -> Result:
    """Return the outcome of a pipeline with these items."""
    return compile_text(f"{HEAD}{items}\n}}\n", name="p.pipe")


def errors(items: str) -> list[str]:
    """Return the messages of the errors."""
    return [one.message for one in compiled(items).diagnostics if one.severity == "error"]


STEP = 'step last { script sh = "x", out status: string, out mine: string }\n'


def test_the_attempt_before_hides_a_step_in_the_condition_of_a_retry_only() -> None:
    items = f"""{STEP}
    step a {{ command = ["echo", last.status], retry = {{ limit = 1, when = last.status == "Error" }} }}"""

    (made,) = compiled(items).manifests

    assert "lastRetry.status == 'Error'" in made.text
    assert "tasks.last.outputs.parameters.status" in made.text


def test_a_field_that_only_the_hidden_step_has_is_an_error() -> None:
    items = f'{STEP}step a {{ command = ["x"], retry = {{ limit = 1, when = last.mine == "x" }} }}'

    assert errors(items) == ["`last` has no field `mine`"]


@pytest.mark.parametrize(
    "items",
    [
        'param cron: int = 1\nschedule = { cron = "0 0 * * *", stop = cron.failed > 2 }\nstep a { command = ["x"] }',
        'param response: int = 1\nstep a = http(url = "http://h/${response}", success = response.status == 200)',
        'group last { step a { command = ["x"], retry = { limit = 1, when = last.exit_code == 2 } } }',
        'param run: string = "r"\nstep a { command = ["x", run] }',
        'step step { script sh = "x", out name: string }\nstep a { command = ["x", step.name] }',
    ],
)
def test_names_of_roots_are_free(items: str) -> None:
    assert errors(items) == []
