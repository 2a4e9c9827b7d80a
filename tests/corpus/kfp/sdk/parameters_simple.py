from typing import List

from kfp import dsl
from kfp.dsl import OutputPath


@dsl.component(base_image="python:3.11")
def double(num: int) -> int:
    return 2 * num


@dsl.component(base_image="python:3.11")
def add(nums: List[int]) -> int:
    return sum(nums)


@dsl.container_component
def add_container(nums: List[int], sum: OutputPath(int)):
    return dsl.ContainerSpec(
        image="jetbrainsinfra/jq",
        command=["sh", "-c"],
        args=[
            f"""
            set -ex
            mkdir -p $(dirname {sum})
            echo {nums} | jq 'add' > {sum}
            """
        ],
    )


@dsl.pipeline
def math_pipeline() -> List[int]:
    with dsl.ParallelFor([1, 2, 3]) as num:
        doubled = double(num=num)
    add(nums=dsl.Collected(doubled.output))
    add_container(nums=dsl.Collected(doubled.output))
    return dsl.Collected(doubled.output)
