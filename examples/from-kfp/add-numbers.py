from kfp import dsl


@dsl.component(base_image="python:3.12-slim")
def add(a: float, b: float) -> float:
    return a + b


@dsl.pipeline
def add_numbers(a: float = 1.0, b: float = 7.0) -> float:
    """Adds three numbers, two at a time."""
    first = add(a=a, b=4.0)
    second = add(a=first.output, b=b)
    return second.output
