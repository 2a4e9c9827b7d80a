from typing import NamedTuple

from kfp import dsl


@dsl.component
def concat_message(first: str, second: str) -> str:
    return first + second


@dsl.component
def add_numbers(first: int, second: int) -> int:
    return first + second


@dsl.component
def output_artifact(number: int, message: str) -> dsl.Dataset:
    return "\n".join([message] * number)


@dsl.component
def output_named_tuple(
    artifact: dsl.Input[dsl.Dataset],
) -> NamedTuple("Outputs", scalar=str, metrics=dsl.Metrics, model=dsl.Model):
    import json
    from collections import namedtuple

    outputs = namedtuple("Outputs", ["scalar", "metrics", "model"])
    return outputs("123", json.dumps({"accuracy": 0.9}), "Model contents: " + open(artifact.path).read())


@dsl.pipeline
def functions_with_outputs(first_message: str, second_message: str, first_number: int, second_number: int):
    message = concat_message(first=first_message, second=second_message)
    number = add_numbers(first=first_number, second=second_number)
    dataset = output_artifact(number=number.output, message=message.output)
    output_named_tuple(artifact=dataset.output)
