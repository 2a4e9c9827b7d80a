from typing import List, Optional

from kfp import dsl


@dsl.component
def print_op(msg: str, msg2: Optional[str] = None):
    print(f"msg: {msg}, msg2: {msg2}")


@dsl.pipeline
def pipeline_with_nested_loops(
    loop_parameter: List = [
        {"p_a": [{"q_a": "1"}, {"q_a": "2"}], "p_b": "hello"},
        {"p_a": [{"q_a": "11"}, {"q_a": "22"}], "p_b": "halo"},
    ],
):
    with dsl.ParallelFor(loop_parameter) as item:
        with dsl.ParallelFor(item.p_a) as inner:
            print_op(msg=inner.q_a)
    with dsl.ParallelFor(["1", "2"]) as outer:
        print_op(msg=outer)
        with dsl.ParallelFor(["100", "200", "300"]) as inner:
            print_op(msg=outer, msg2=inner)
