"""Results of steps that are asked for across the borders of groups and loops."""

from __future__ import annotations

import pytest

from .programs import manifest, refused, task, template

GROUPS = """
  step z { command = ["true"] }
  group g after z {
    step a { command = ["true"] }
    step b after a { command = ["true"] }
    step c when 1 > len(run.name) { command = ["true"] }
  }
"""
ENDED = "(a.Succeeded || a.Skipped || a.Failed || a.Errored)"


@pytest.mark.parametrize(
    ("order", "depends", "when"),
    [
        ("a.succeeded", "a", "tasks.a.status == 'Succeeded'"),
        ("a.failed", ENDED, "tasks.a.status in ['Failed', 'Error']"),
        ("a.done", ENDED, ""),
        ("c.skipped", "c", "tasks.c.status == 'Skipped'"),
        ("a.failed, g", f"b && c && {ENDED}", "tasks.a.status in ['Failed', 'Error']"),
    ],
)
def test_a_group_is_opened_for_who_asks_how_its_step_has_ended(order: str, depends: str, when: str) -> None:
    made = manifest(f'{GROUPS}\nstep e after {order} {{ command = ["true"] }}')

    assert task(made, "e")["depends"] == depends
    assert task(made, "e").get("when", "") == (f"{{{{= {when} }}}}" if when else "")
    assert [one["name"] for one in made["spec"]["templates"][0]["dag"]["tasks"]] == ["z", "a", "b", "c", "e"]
    assert [task(made, name)["depends"] for name in "abc"] == ["z", "a && z", "z"]


def test_a_group_whose_steps_nobody_asks_stays_closed() -> None:
    made = manifest(f'{GROUPS}\nstep e after g.failed {{ command = ["true"] }}')

    assert task(made, "e")["when"] == "{{= tasks.g.status in ['Failed', 'Error'] }}"


def test_the_condition_of_an_opened_group_is_that_of_its_steps() -> None:
    made = manifest("""
      param n: int = 1
      step a { command = ["false"] }
      group g when n > 2 {
        step b after a.failed { command = ["true"] }
        step c { command = ["true"] }
      }
    """)

    condition = "asInt(workflow.parameters.n) > 2"
    assert task(made, "b")["when"] == f"{{{{= (tasks.a.status in ['Failed', 'Error']) && {condition} }}}}"
    assert task(made, "c")["when"] == f"{{{{= {condition} }}}}"
    assert "depends" not in task(made, "c")


def test_a_loop_takes_in_how_a_step_before_it_has_ended() -> None:
    made = manifest("""
      step a { command = ["false"] }
      for x in [1, 2] {
        step b after a.failed { command = ["true"] }
        step c after b { command = ["true"] }
      }
    """)

    outer = made["spec"]["templates"][0]["dag"]
    assert outer["tasks"][1]["depends"] == ENDED
    assert outer["tasks"][1]["arguments"]["parameters"] == [
        {"name": "a-status", "value": "{{tasks.a.status}}"}
    ]
    assert outer["target"] == "a for-x"
    assert task(made, "b")["when"] == "{{= inputs.parameters['a-status'] in ['Failed', 'Error'] }}"
    assert "depends" not in task(made, "b")


def test_a_loop_tells_how_its_only_step_has_ended() -> None:
    made = manifest("""
      for x in [1, 2] { step a { command = ["false"] } }
      step b after a.failed { command = ["true"] }
    """)

    assert task(made, "b")["when"] == "{{= tasks['for-x'].status in ['Failed', 'Error'] }}"


def test_the_status_of_a_handled_failure_is_read_from_the_dag_around_it() -> None:
    made = manifest("""
      group g {
        step a { command = ["false"], continue_on = ["failure"] }
        step b { command = ["true"] }
      }
      for x in [1, 2] { step c after a.failed { command = ["true"] } }
    """)

    assert task(made, "for-x")["depends"] == "a"
    value = task(made, "for-x")["arguments"]["parameters"][0]["value"]
    assert value == "{{tasks.a.outputs.parameters.status}}"
    assert "target" not in template(made, "p")["dag"]


LOOP = """
  for x in [1, 2] {
    step a { command = ["false"] }
    step b { command = ["true"] }
  }
"""


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (
            f'{LOOP}\nstep c after a.failed {{ command = ["true"] }}',
            "nothing outside of the loop `for x` learns on Argo how `a` in it has ended",
        ),
        (
            """
            group g {
              retry = 2
              step a { command = ["false"] }
              step b { command = ["true"] }
            }
            step c after a.failed { command = ["true"] }
            """,
            "nothing outside of `g` learns on Argo how `a` in it has ended",
        ),
        (
            """
            step a { command = ["false"] }
            for x in [1, 2] {
              step b after a.failed { command = ["true"] }
              step c after a { command = ["true"] }
            }
            """,
            (
                "in one loop, one step waits for the success of `a` and another for another end: "
                "Argo starts a loop as a whole"
            ),
        ),
        (
            """
            step a for x in [1, 2], at_most = 1 { command = ["false"] }
            step b after a.any_succeeded { command = ["true"] }
            """,
            (
                "`a.any_succeeded` can be asked for on Argo only where a loop without `at_most` and "
                "`continue_on` stands beside its follower, and the rest of its group or loop does not fail"
            ),
        ),
        (
            """
            step a for x in [1, 2] { command = ["false"] }
            step b { command = ["true"] }
            step c after a.any_succeeded or b.failed { command = ["true"] }
            """,
            "`a.any_succeeded` cannot be one of several alternatives on Argo",
        ),
    ],
)
def test_what_nothing_tells_is_refused(body: str, message: str) -> None:
    assert refused(body) == [message]
