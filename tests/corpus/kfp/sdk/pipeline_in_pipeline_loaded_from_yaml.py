from typing import NamedTuple

from kfp import dsl
from kfp.dsl import Artifact, Input, Output


@dsl.component(base_image="python:3.11")
def print_op1(msg: str) -> str:
    print(msg)
    return msg


@dsl.container_component
def print_op2(msg: str, data: Output[Artifact]):
    return dsl.ContainerSpec(
        image="alpine",
        command=["sh", "-c", 'mkdir --parents $(dirname "$1") && echo "$0" > "$1"'],
        args=[msg, data.path],
    )


@dsl.pipeline
def inner_pipeline(msg: str) -> NamedTuple("Outputs", [("msg", str), ("data", Artifact)]):
    printed = print_op1(msg=msg)
    written = print_op2(msg=printed.output)
    outputs = NamedTuple("Outputs", [("msg", str), ("data", Artifact)])
    return outputs(printed.output, written.output)


@dsl.pipeline(name="pipeline-in-pipeline")
def two_prints(msg: str = "Hello") -> Artifact:
    print_op1(msg=msg)
    return inner_pipeline(msg="world").outputs["data"]


def print_data():
    @dsl.component(base_image="python:3.11")
    def print_op1(data: Input[Artifact]):
        with open(data.path) as file:
            print(file.read())

    return print_op1


@dsl.pipeline(name="pipeline-in-pipeline")
def outer_pipeline():
    printed = two_prints(msg="Hello")
    print_data()(data=printed.output)
