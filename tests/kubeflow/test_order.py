"""Order, conditions, joins and failures, and what is refused."""

from __future__ import annotations

import pytest

from .conftest import Runner
from .containers import StepFails
from .engine import Refused
from .irs import (
    COUNT,
    constant,
    dag,
    importer,
    made,
    output,
    passed,
    pipeline,
    received,
    step,
    task,
)
from .spec import Json

STEP = step()
LOOP = dag({"a": {"componentRef": {"name": "a"}}}, {"item": COUNT})
MAKER = step(outputs={"x": "STRING"})
READER = step({"x": "STRING"})
FALSE = "1 == 2"


def test_a_follower_of_a_skipped_task_is_omitted_and_so_are_its_own_and_the_run_succeeds(run: Runner) -> None:
    tasks = {"a": task("a", when=FALSE), "b": task("a", after=("a",)), "c": task("a", after=("b",))}
    result = run(pipeline(dag(tasks), a=STEP))

    assert result.phase == "Succeeded"
    assert result.phases() == {"a": "Skipped", "b": "Omitted", "c": "Omitted"}


def test_a_dag_around_a_skipped_task_succeeds_so_that_followers_run(run: Runner) -> None:
    inner = dag({"a": task("a", when=FALSE)})
    tasks = {"outer": task("inner"), "b": task("a", after=("outer",))}
    result = run(pipeline(dag(tasks), a=STEP, inner=inner))

    assert result.phases() == {"outer": "Succeeded", "outer.a": "Skipped", "b": "Succeeded"}


def test_data_is_order_even_where_it_is_not_told(run: Runner) -> None:
    tasks = {"a-reads": task("reader", {"x": output("z-makes", "x")}), "z-makes": task("maker")}
    result = run(pipeline(dag(tasks), maker=MAKER, reader=READER))

    assert result.order("z-makes", "a-reads")
    assert not result.order("a-reads", "z-makes")


def test_a_failed_step_keeps_its_followers_and_what_has_not_begun_from_starting(run: Runner) -> None:
    tasks = {
        "bad": task("bad"),
        "beside": task("a"),
        "later": task("a", after=("beside",)),
        "follower": task("a", after=("bad",)),
    }
    result = run(pipeline(dag(tasks), a=STEP, bad=STEP), bad=StepFails())

    assert result.phase == "Failed"
    assert result.phases() == {"bad": "Failed", "beside": "Succeeded"}


def test_a_failure_in_a_dag_does_not_stop_the_one_beside_it(run: Runner) -> None:
    first = dag({"bad": task("bad"), "next": task("a", after=("bad",))})
    second = dag({"one": task("a"), "two": task("a", after=("one",))})
    result = run(
        pipeline(
            dag({"x": task("first"), "y": task("second")}), a=STEP, bad=STEP, first=first, second=second
        ),
        bad=StepFails(),
    )

    assert result.phases()["y.two"] == "Succeeded"
    assert result.phases()["x"] == "Failed"


def branches(condition: str = "inputs.parameter_values['n'] > 5.0") -> dict[str, Json]:
    return {
        "x": dag({"make": task("maker")}, outputs={"x": ("STRING", ("make", "x"))}),
        "both": dag(
            {
                "then": task("x", {"n": received("n")}, when=condition),
                "else": task("x", {"n": received("n")}, when=f"!({condition})"),
            },
            {"n": COUNT},
            {"x": ("STRING", [("then", "x"), ("else", "x")])},
        ),
        "maker": MAKER,
        "reader": READER,
    }


@pytest.mark.parametrize(("n", "ran"), [(6, "then"), (5, "else")])
def test_a_join_takes_the_branch_that_ran(run: Runner, n: int, ran: str) -> None:
    root = dag(
        {
            "both": task("both", {"n": received("n")}),
            "join": task("reader", {"x": output("both", "x")}),
        },
        {"n": COUNT},
    )
    result = run(pipeline(root, **branches()), {"n": n}, make=lambda call: {"x": call.path})

    assert result.phase == "Succeeded"
    assert result.node("join").inputs == {"x": f"both.{ran}.make"}


def test_a_join_of_branches_that_did_not_run_fails_its_reader(run: Runner) -> None:
    root = dag({"join": task("reader", {"x": output("both", "x")}), "both": task("both", {"n": constant(3)})})
    parts = branches("inputs.parameter_values['n'] > 100.0")
    parts["both"]["dag"]["tasks"]["else"]["triggerPolicy"]["condition"] = FALSE
    result = run(pipeline(root, **parts))

    assert result.phase == "Failed"
    assert "No successful task found" in result.node("join").message


def test_what_a_skipped_task_would_have_made_is_nil(run: Runner) -> None:
    """An empty text for STRING, else an error; of a task that never started there is not even that."""
    inner = dag({"a": task("maker", when=FALSE)}, outputs={"x": ("STRING", ("a", "x"))})
    root = dag({"inner": task("inner"), "b": task("reader", {"x": output("inner", "x")})})
    text = run(pipeline(root, inner=inner, maker=MAKER, reader=READER))
    whole = run(pipeline(root, inner=inner, maker=MAKER, reader=step({"x": COUNT})))
    deeper = dag({"outer": task("inner", when=FALSE)}, outputs={"x": ("STRING", ("outer", "x"))})
    absent = run(
        pipeline(
            dag({"deep": task("deep"), "b": task("reader", {"x": output("deep", "x")})}),
            inner=inner,
            deep=deeper,
            maker=MAKER,
            reader=READER,
        )
    )

    assert text.node("b").inputs == {"x": ""}
    assert "got nil" in whole.node("b").message
    assert "not in tasks" in absent.node("b").message


def test_an_importer_waits_for_nothing(run: Runner) -> None:
    tasks = {"a": task("a"), "load": task("load", after=("a",))}
    load = importer({"constant": "gs://bucket/model"})
    result = run(pipeline(dag(tasks), a=STEP, load=load))

    assert not result.order("a", "load")


def test_a_dag_hands_on_one_artifact_of_a_name_and_one_name_of_an_artifact(run: Runner) -> None:
    reader = step({"m": "Model"})
    inner = dag(
        {"read": task("reader", artifacts={"m": passed("second")})}, {"first": "Model", "second": "Model"}
    )
    twice = {"first": made("a", "m"), "second": made("a", "m")}
    parts = {"a": step(outputs={"m": "Model"}), "inner": inner, "reader": reader}
    both = run(pipeline(dag({"a": task("a"), "b": task("inner", artifacts=twice)}), **parts))
    inner["dag"]["tasks"]["read"]["inputs"]["artifacts"]["m"] = passed("first")
    lost = run(pipeline(dag({"a": task("a"), "b": task("inner", artifacts=twice)}), **parts))

    assert both.phase == "Succeeded"
    assert "parent DAG does not have input artifact first" in lost.node("read").message


@pytest.mark.parametrize(
    ("tasks", "message"),
    [
        ({"a": task("b")}, "its component is not found"),
        ({"a": task("a", after=("b",))}, "unknown producer task 'b'"),
        ({"a": task("a", after=("b",)), "b": task("a", after=("a",))}, "wait for each other"),
        ({"a": task("a", exits=True)}, "one or more non-exit tasks"),
        ({"a": {**task("a"), "artifactIterator": {}}}, "artifact iterator not implemented yet"),
        ({"a": task("loop", items="[1]"), "b": task("loop", items="[2]")}, "already exists"),
        ({"a": task("self")}, "contains itself"),
    ],
)
def test_what_cannot_be_compiled_is_refused_when_the_run_is_created(
    run: Runner, tasks: dict[str, Json], message: str
) -> None:
    with pytest.raises(Refused, match=message):
        run(pipeline(dag(tasks), a=STEP, loop=LOOP, self=dag({"self": task("self")})))
