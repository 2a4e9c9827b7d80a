"""Loops and their fan-in."""

from __future__ import annotations

from .conftest import Runner
from .containers import StepFails
from .irs import COUNT, constant, dag, output, pipeline, received, step, task
from .launcher import Call

STEP = step()
READER = step({"x": "STRING"})
FALSE = "1 == 2"
SQUARES = dag(
    {"square": task("square", {"x": received("item")})}, {"item": COUNT}, {"y": ("LIST", ("square", "y"))}
)
SQUARE = step({"x": COUNT}, {"y": COUNT})


def squared(call: Call) -> dict[str, int]:
    value = call.inputs.parameters["x"]
    return {"y": int(value * value)}


def test_a_loop_runs_for_each_item_and_its_fan_in_is_a_list(run: Runner) -> None:
    tasks = {"loop": task("loop", items="[3, 1, 2]"), "sum": task("sum", {"ys": output("loop", "y")})}
    result = run(pipeline(dag(tasks), loop=SQUARES, square=SQUARE, sum=step({"ys": "LIST"})), square=squared)

    assert result.node("sum").inputs == {"ys": "[9,1,4]"}
    assert len(result.pods("square")) == 3
    assert result.order("square", "sum")


def test_a_loop_over_nothing_succeeds_and_its_fan_in_fails(run: Runner) -> None:
    tasks = {"loop": task("loop", items="[]"), "after": task("a", after=("loop",))}
    parts = {"loop": SQUARES, "square": SQUARE, "a": STEP, "sum": step({"ys": "LIST"})}
    empty = run(pipeline(dag(tasks), **parts))
    read = run(pipeline(dag({**tasks, "sum": task("sum", {"ys": output("loop", "y")})}), **parts))

    assert empty.phases() == {"loop": "Succeeded", "after": "Succeeded"}
    assert "not in tasks" in read.node("sum").message


def test_at_most_so_many_iterations_run_at_a_time(run: Runner) -> None:
    spec = pipeline(
        dag({"loop": task("loop", items="[1, 2, 3, 4, 5]", at_most=2)}), loop=SQUARES, square=SQUARE
    )
    starts = sorted(node.started or 0 for node in run(spec).pods("square"))

    assert starts == [0, 0, 1, 1, 2]


def test_a_failed_iteration_fails_the_loop_after_the_others(run: Runner) -> None:
    def fails_at_1(call: Call) -> dict[str, int]:
        if call.inputs.parameters["x"] == 1:
            raise StepFails
        return {"y": 0}

    tasks = {"loop": task("loop", items="[1, 2, 3]", at_most=1), "after": task("a", after=("loop",))}
    result = run(pipeline(dag(tasks), loop=SQUARES, square=SQUARE, a=STEP), square=fails_at_1)

    assert [node.phase for node in result.pods("square")] == ["Failed", "Succeeded", "Succeeded"]
    assert not result.ran("after")
    assert result.phase == "Failed"


def test_the_fan_in_of_a_conditional_step_crashes_the_driver(run: Runner) -> None:
    branch = dag(
        {"square": task("square", {"x": received("item")})}, {"item": COUNT}, {"y": (COUNT, ("square", "y"))}
    )
    body = dag(
        {"maybe": task("branch", {"item": received("item")}, when="inputs.parameter_values['item'] > 1.0")},
        {"item": COUNT},
        {"y": ("LIST", ("maybe", "y"))},
    )
    tasks = {"loop": task("loop", items="[1, 2]"), "sum": task("sum", {"ys": output("loop", "y")})}
    spec = pipeline(dag(tasks), loop=body, branch=branch, square=SQUARE, sum=step({"ys": "LIST"}))

    assert "nil pointer" in run(spec).node("sum").message


def test_the_fan_in_of_nested_loops_is_flat(run: Runner) -> None:
    outer = dag(
        {"inner": task("inner", {"item": received("item")}, items="[10, 20]", item="by")},
        {"item": COUNT},
        {"y": ("LIST", ("inner", "y"))},
    )
    inner = dag(
        {"square": task("times", {"x": received("item"), "by": received("by")})},
        {"item": COUNT, "by": COUNT},
        {"y": ("LIST", ("square", "y"))},
    )
    tasks = {"loop": task("outer", items="[1, 2]"), "sum": task("sum", {"ys": output("loop", "y")})}
    parts = {"outer": outer, "inner": inner, "times": step({"x": COUNT, "by": COUNT}, {"y": COUNT})}
    result = run(
        pipeline(dag(tasks), **parts, sum=step({"ys": "LIST"})),
        times=lambda call: {"y": int(call.inputs.parameters["x"] * call.inputs.parameters["by"])},
    )

    assert result.node("sum").inputs == {"ys": "[10,20,20,40]"}


def test_an_iteration_reads_what_its_own_iteration_made(run: Runner) -> None:
    body = dag(
        {
            "square": task("square", {"x": received("item")}),
            "again": task("square", {"x": output("square", "y")}),
        },
        {"item": COUNT},
    )
    result = run(
        pipeline(dag({"loop": task("loop", items="[2, 3]")}), loop=body, square=SQUARE), square=squared
    )

    assert [node.outputs["y"] for node in result.pods("again")] == ["16", "81"]


def test_a_selector_on_a_loop_is_applied_in_each_iteration_once_more(run: Runner) -> None:
    """So that one that makes text of text does it twice, and one on the list itself fails."""
    body = dag({"a": task("reader", {"x": received("word")})}, {"item": COUNT, "word": "STRING"})
    words = {"word": {**constant("hi"), "parameterExpressionSelector": 'string_value + "!"'}}
    twice = run(pipeline(dag({"loop": task("loop", words, items="[1]")}), loop=body, reader=READER))
    over = dag({"a": task("a")}, {"item": COUNT, "xs": "LIST"})
    listed = {"xs": {**constant({"a": [1]}), "parameterExpressionSelector": 'parseJson(string_value)["a"]'}}
    failed = run(pipeline(dag({"loop": task("loop", listed, items="xs")}), loop=over, a=STEP))

    assert twice.node("a").inputs == {"x": "hi!!"}
    assert "value not found in inputs" in failed.nodes_named("loop")[-1].message


def test_the_condition_of_a_loop_skips_what_is_in_it_and_not_the_loop(run: Runner) -> None:
    tasks = {"loop": task("loop", items="[1]", when=FALSE), "after": task("a", after=("loop",))}
    result = run(pipeline(dag(tasks), loop=SQUARES, square=SQUARE, a=STEP))

    assert result.phases() == {"loop": "Succeeded", "after": "Succeeded"}
