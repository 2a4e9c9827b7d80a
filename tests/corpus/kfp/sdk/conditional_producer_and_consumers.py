from typing import List

from kfp import dsl


@dsl.component
def double(num: int) -> int:
    return 2 * num


@dsl.component
def add(nums: List[int]) -> int:
    return sum(nums)


@dsl.pipeline
def math_pipeline(threshold: int = 2) -> List[int]:
    with dsl.ParallelFor([1, 2, 3]) as num:
        with dsl.If(num >= threshold):
            doubled = double(num=num)
    with dsl.If(threshold == 2):
        total = add(nums=dsl.Collected(doubled.output))
    return dsl.Collected(total.output)
