"""Presence: where a value that its step may not have made is optional, and what makes it sure."""

from __future__ import annotations

import pytest

from kfdsl.compiler import compile_text

MAKE = "script sh = 'echo 1 > \"$n\"', out n: int"


def missing(steps: str) -> list[str]:
    """Return the values of a pipeline that are used though they may be missing."""
    text = (
        f'edition 2026\npipeline p {{\n param big: bool = false\n defaults {{ image = "i" }}\n{steps}\n}}\n'
    )
    errors = [one for one in compile_text(text, name="p.pipe").diagnostics if one.severity == "error"]
    assert {one.name for one in errors} <= {"maybe-skipped"}
    return [one.span.text for one in errors]


def reads(header: str) -> str:
    """Return a step that needs the output of `b`."""
    return f'step r {header} {{ command = ["echo", "${{b.n}}"] }}'


A = f"step a {{ {MAKE} }}\n"
LOOP = f"step a for x in [1, 2] {{ {MAKE} }}\n"


@pytest.mark.parametrize(
    "order", ["a.failed", "a.skipped", "a.failed or a.skipped", "a or c", "a and c.failed"]
)
def test_what_a_step_makes_after_a_result_is_optional(order: str) -> None:
    steps = f'{A}step c {{ command = ["x"] }}\nstep b after {order} {{ {MAKE} }}\n{reads("")}'

    assert missing(steps) == ["b.n"]


@pytest.mark.parametrize("order", ["a.any_succeeded", "a.all_failed", "a.failed"])
def test_results_of_loops_are_conditions(order: str) -> None:
    steps = f"{LOOP}step b after {order} {{ {MAKE} }}\n"

    assert missing(steps + reads("")) == ["b.n"]
    assert missing(steps + reads(f"after {order}")) == []


@pytest.mark.parametrize(
    "order", ["a", "a.done", "a.succeeded", "a.done or c.failed", "a.succeeded or a.failed"]
)
def test_an_order_that_always_comes_true_is_no_condition(order: str) -> None:
    steps = f'{A}step c {{ command = ["x"] }}\nstep b after {order} {{ {MAKE} }}\n{reads("")}'

    assert missing(steps) == []


@pytest.mark.parametrize(
    "header",
    [
        "after a.failed",
        "after a.failed and c",
        'when a.status == "Failed"',
        "after b.succeeded",
        'when b.status == "Succeeded"',
        "when present(b.n)",
    ],
)
def test_a_reader_under_the_same_condition_needs_no_default(header: str) -> None:
    steps = f'{A}step c {{ command = ["x"] }}\nstep b after a.failed {{ {MAKE} }}\n{reads(header)}'

    assert missing(steps) == []


@pytest.mark.parametrize(
    "header", ["after a", "after a.done", "after a.failed or c.failed", "after b", "when big"]
)
def test_a_reader_under_a_weaker_condition_needs_one(header: str) -> None:
    steps = f'{A}step c {{ command = ["x"] }}\nstep b after a.failed {{ {MAKE} }}\n{reads(header)}'

    assert missing(steps) == ["b.n"]


def test_alternatives_are_known_in_any_order() -> None:
    steps = f'{A}step c {{ command = ["x"] }}\nstep b after a.failed or c.failed {{ {MAKE} }}\n'

    assert missing(steps + reads("after c.failed or a.failed")) == []
    assert missing(steps + reads("after c.failed")) == []


def test_success_of_a_step_with_a_condition_is_one() -> None:
    steps = f"step a when big {{ {MAKE} }}\nstep b after a.succeeded {{ {MAKE} }}\n"

    assert missing(steps + reads("")) == ["b.n"]
    assert missing(steps + reads("when big")) == []


def test_success_of_a_step_that_may_fail_is_a_condition() -> None:
    steps = f'step a {{ {MAKE}, continue_on = ["failure"] }}\nstep b after a.succeeded {{ {MAKE} }}\n'

    assert missing(steps + reads("")) == ["b.n"]
    assert missing(steps + 'step r after a.succeeded { command = ["echo", "${a.n}"] }') == []


def test_what_a_group_after_a_result_holds_is_optional_outside_of_it() -> None:
    steps = f"{A}group g after a.failed {{\n step b {{ {MAKE} }}\n {reads('')}\n}}\n"

    assert missing(steps) == []
    assert missing(steps + 'step s { command = ["echo", "${b.n}"] }') == ["b.n"]


def test_success_or_failure_of_one_step_cover_all_cases() -> None:
    steps = f"""step a {{ command = ["x"], continue_on = ["failure"] }}
    step b after a.succeeded {{ {MAKE} }}
    step c after a.failed {{ {MAKE} }}
    """

    assert missing(steps + 'step r { command = ["echo", "${b.n ?? c.n}"] }') == []
    assert missing(steps + 'step r { command = ["echo", "${c.n ?? c.n}"] }') == ["c.n ?? c.n"]


@pytest.mark.parametrize("result", ["failed", "done"])
def test_outputs_of_the_step_itself_are_optional_after_its_failure(result: str) -> None:
    assert missing(f'{A}step r after a.{result} {{ command = ["echo", "${{a.n}}"] }}') == ["a.n"]


def test_in_a_loop_the_result_of_an_item_is_not_that_of_the_loop() -> None:
    steps = f"""for x in [1, 2] {{
      step a {{ {MAKE} }}
      step b after a.failed {{ {MAKE} }}
      {reads("after a.failed")}
    }}
    """

    assert missing(steps) == []
    assert missing(steps.replace("after a.failed {", "{", 1).replace("r after a.failed", "r")) == []
    assert missing(steps.replace("r after a.failed", "r")) == ["b.n"]


def test_steps_that_wait_for_each_other_in_a_circle_are_only_reported() -> None:
    text = f"""edition 2026
    pipeline p {{
      defaults {{ image = "i" }}
      step a after b.succeeded {{ {MAKE}, retry = 1 }}
      step b after a.succeeded {{ {MAKE} }}
      {reads("")}
    }}"""

    names = {one.name for one in compile_text(text, name="p.pipe").diagnostics if one.severity == "error"}

    assert "dependency-cycle" in names


def test_one_item_of_a_loop_is_optional_where_its_items_have_a_condition() -> None:
    steps = f'step a for x in ["k", "l"] when x != "k" {{ {MAKE} }}\n'

    assert missing(steps + 'step r { command = ["echo", "${a["l"].n}"] }') == ['a["l"].n']
    assert missing(steps + 'step r when present(a["l"].n) { command = ["echo", "${a["l"].n}"] }') == []
    assert missing(steps + 'step r when present(a["k"].n) { command = ["echo", "${a["l"].n}"] }') == [
        'a["l"].n'
    ]
