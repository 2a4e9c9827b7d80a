from typing import List, NamedTuple

from kfp import dsl


@dsl.component
def double(num: int) -> int:
    return 2 * num


@dsl.component
def add(nums: List[List[int]]) -> int:
    return sum(sum(inner) for inner in nums)


@dsl.component
def echo_and_return(string: str) -> str:
    print(string)
    return string


@dsl.component
def join_and_print(strings: List[str]):
    print("".join(strings))


@dsl.pipeline
def double_pipeline(num: int) -> int:
    return double(num=num).output


@dsl.pipeline
def add_pipeline(nums: List[List[int]]) -> NamedTuple("outputs", out1=int, out2=List[str]):
    total = add(nums=nums)
    with dsl.ParallelFor(["m", "a", "t", "h"]) as char:
        echo = echo_and_return(string=char)
    outputs = NamedTuple("outputs", out1=int, out2=List[str])
    return outputs(total.output, dsl.Collected(echo.output))


@dsl.pipeline
def math_pipeline() -> int:
    with dsl.ParallelFor([1, 2, 3]):
        with dsl.ParallelFor([1, 2, 3]) as num:
            doubled = double_pipeline(num=num)
    added = add_pipeline(nums=dsl.Collected(doubled.output))
    join_and_print(strings=added.outputs["out2"])
    return added.outputs["out1"]
