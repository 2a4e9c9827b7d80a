from kfp import dsl


@dsl.component
def add(a: float, b: float) -> float:
    return a + b


@dsl.pipeline
def test_pipeline(a: float = 1.0, b: float = 7.0):
    add(a=a, b=b).set_retry(3)
