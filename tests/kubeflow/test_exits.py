"""Exit tasks, which become hooks; the states that they are told; caches and attempts."""

from __future__ import annotations

from pathlib import Path

import pytest

from .conftest import Runner
from .containers import StepFails, Stubs
from .engine import Engine, Refused, Run
from .irs import constant, dag, importer, output, pipeline, received, status, step, task
from .launcher import Call, Published
from .spec import Json

STEP = step()
TELL = step({"s": "STRUCT"})


def exit_task(*after: str, name: str = "tell") -> Json:
    return task(name, {"s": status(after[0])}, after=after, exits=True)


def state(run: Run, name: str = "bye") -> str:
    return str(run.node(name).parameters["s"]["state"])


@pytest.mark.parametrize(("stub", "told"), [(None, "COMPLETE"), (StepFails(), "FAILED")])
def test_an_exit_task_runs_after_its_task_whatever_became_of_it(
    run: Runner, stub: Exception | None, told: str
) -> None:
    work = dag({"a": task("a")})
    tasks = {"work": task("work"), "bye": exit_task("work")}
    result = run(pipeline(dag(tasks), work=work, a=STEP, tell=TELL), a=stub or {})

    assert result.order("a", "bye")
    assert state(result) == told
    assert result.phase == ("Failed" if stub else "Succeeded")


def test_the_status_is_that_of_the_first_dependency_whatever_the_input_names(run: Runner) -> None:
    tasks = {
        "a": task("bad"),
        "b": task("a"),
        "bye": task("tell", {"s": status("b")}, after=("a", "b"), exits=True),
    }
    result = run(pipeline(dag(tasks), a=STEP, bad=STEP, tell=TELL), bad=StepFails())

    assert {node.parameters["s"]["state"] for node in result.nodes_named("bye")} == {"FAILED"}


def test_an_exit_task_of_two_tasks_runs_twice_after_which_nothing_of_its_dag_can_be_read(run: Runner) -> None:
    tasks = {
        "a": task("a"),
        "b": task("a"),
        "bye": task("a", after=("a", "b"), exits=True),
        "c": task("maker", after=("a", "b")),
        "d": task("reader", {"x": output("c", "x")}),
    }
    parts = {"a": STEP, "maker": step(outputs={"x": "STRING"}), "reader": step({"x": "STRING"})}
    result = run(pipeline(dag(tasks), **parts))

    assert len(result.pods("bye")) == 2
    assert "two tasks have the same task name 'bye'" in result.node("d").message


def test_of_two_exit_tasks_of_one_task_the_later_name_wins(run: Runner) -> None:
    tasks = {
        "a": task("a"),
        "x": task("a", after=("a",), exits=True),
        "y": task("a", after=("a",), exits=True),
    }
    result = run(pipeline(dag(tasks), a=STEP))

    assert result.phases() == {"a": "Succeeded", "y": "Succeeded"}


def test_the_exit_task_of_a_loop_or_of_an_importer_is_dropped_without_a_word(run: Runner) -> None:
    body = dag({"a": task("a")}, {"item": "NUMBER_INTEGER"})
    load = importer({"constant": "gs://b/m"})
    tasks = {
        "loop": task("body", items="[1]"),
        "load": task("load"),
        "x": task("a", after=("loop",), exits=True),
        "y": task("a", after=("load",), exits=True),
    }
    result = run(pipeline(dag(tasks), body=body, a=STEP, load=load))

    assert not result.ran("x")
    assert not result.ran("y")


@pytest.mark.parametrize(
    "before",
    [
        task("a", when="1 == 2"),  # skipped
        task("a", when="nonsense"),  # its driver failed
        task("reader", {"x": output("gone", "x")}),  # never started
    ],
)
def test_no_exit_task_runs_for_a_task_that_did_not(run: Runner, before: Json) -> None:
    tasks = {"gone": task("maker", when="1 == 2"), "a": before, "bye": task("a", after=("a",), exits=True)}
    parts = {"maker": step(outputs={"x": "STRING"}), "reader": step({"x": "STRING"}), "a": STEP}
    result = run(pipeline(dag(tasks), **parts))

    assert not result.ran("bye")


def test_a_failing_exit_task_does_not_change_the_run_and_is_waited_for(run: Runner) -> None:
    tasks = {"a": task("a"), "bye": task("bad", after=("a",), exits=True), "b": task("a", after=("a",))}
    result = run(pipeline(dag(tasks), a=STEP, bad=STEP), bad=StepFails())

    assert result.phase == "Succeeded"
    assert result.order("bye", "b")


def test_nothing_can_follow_an_exit_task(run: Runner) -> None:
    tasks = {"a": task("a"), "bye": task("a", after=("a",), exits=True), "b": task("a", after=("bye",))}
    with pytest.raises(Refused, match="unknown producer task 'bye'"):
        run(pipeline(dag(tasks), a=STEP))


def test_the_status_cannot_be_read_in_a_loop(run: Runner) -> None:
    body = dag({"a": task("a"), "bye": exit_task("a")}, {"item": "NUMBER_INTEGER"})
    result = run(pipeline(dag({"loop": task("body", items="[1]")}), body=body, a=STEP, tell=TELL))

    assert "producer task, a, not in tasks" in result.node("bye").message
    assert result.phase == "Succeeded"


def cached(root: Path, cache: dict[str, Published], calls: list[Call], *, spared: bool) -> Run:
    """Run a group with an exit task; without `spared` its second step is not cached."""
    work = dag(
        {"a": task("a"), "b": task("b", after=("a",), cache=spared)}, outputs={"x": ("STRING", ("b", "x"))}
    )
    tasks = {"work": task("work"), "bye": exit_task("work")}
    spec = pipeline(dag(tasks), work=work, a=STEP, b=step(outputs={"x": "STRING"}), tell=TELL)
    return Engine(Stubs(calls=calls), str(root), cache=cache).run(spec)


def test_a_group_whose_steps_all_came_from_the_cache_stays_running(tmp_path: Path) -> None:
    cache: dict[str, Published] = {}
    first = cached(tmp_path, cache, [], spared=True)
    calls: list[Call] = []
    second = cached(tmp_path, cache, calls, spared=True)

    assert (state(first), state(second)) == ("COMPLETE", "RUNNING")
    assert [call.task for call in calls] == ["bye"]
    assert second.node("b").outputs == {"x": "text"}


def test_a_group_with_a_step_that_is_never_cached_knows_its_state(tmp_path: Path) -> None:
    cache: dict[str, Published] = {}
    cached(tmp_path, cache, [], spared=False)

    assert state(cached(tmp_path, cache, [], spared=False)) == "COMPLETE"


def test_a_join_does_not_see_a_branch_that_was_wholly_cached(tmp_path: Path) -> None:
    maker = step(outputs={"x": "STRING"})
    branch = dag({"make": task("maker")}, outputs={"x": ("STRING", ("make", "x"))})
    both = dag(
        {"then": task("branch", when="1 == 1"), "else": task("branch", when="1 == 2")},
        outputs={"x": ("STRING", [("then", "x"), ("else", "x")])},
    )
    alone = dag(
        {"then": task("maker", when="1 == 1"), "else": task("maker", when="1 == 2")},
        outputs={"x": ("STRING", [("then", "x"), ("else", "x")])},
    )
    phases = []
    for join in (both, alone):
        root = dag({"both": task("both"), "join": task("reader", {"x": output("both", "x")}, cache=False)})
        spec = pipeline(root, both=join, branch=branch, maker=maker, reader=step({"x": "STRING"}))
        cache: dict[str, Published] = {}
        phases += [Engine(Stubs(), str(tmp_path), cache=cache).run(spec).phase for _ in range(2)]

    assert phases == ["Succeeded", "Failed", "Succeeded", "Succeeded"]


def test_a_step_is_tried_again(run: Runner) -> None:
    def fails_twice(call: Call) -> dict[str, str]:
        if call.attempt < 2:
            raise StepFails
        return {}

    tasks = {"work": task("work"), "bye": exit_task("work"), "b": task("b", after=("work",))}
    work = dag({"a": task("a", retries=2)})
    result = run(pipeline(dag(tasks), work=work, a=STEP, b=STEP, tell=TELL), a=fails_twice)

    assert result.node("a").attempts == 3
    assert state(result) == "COMPLETE"
    assert result.ran("b")
    assert run(pipeline(dag(tasks), work=work, a=STEP, b=STEP, tell=TELL), a=StepFails()).phase == "Failed"


def test_retries_of_a_dag_do_nothing(run: Runner) -> None:
    work = dag({"a": task("a")})
    result = run(pipeline(dag({"work": task("work", retries=3)}), work=work, a=STEP), a=StepFails())

    assert result.node("a").attempts == 1


def test_an_exit_task_in_a_called_pipeline_runs(run: Runner) -> None:
    called = dag(
        {"a": task("a"), "bye": task("reader", {"x": received("x")}, after=("a",), exits=True)},
        {"x": "STRING"},
    )
    root = dag({"call": task("called", {"x": constant("v")})})
    result = run(pipeline(root, called=called, a=STEP, reader=step({"x": "STRING"})))

    assert result.node("bye").inputs == {"x": "v"}
