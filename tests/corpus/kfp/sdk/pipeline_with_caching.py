from kfp import dsl


@dsl.component
def add_one(x: int) -> int:
    return x + 1


@dsl.pipeline
def pipeline_with_caching(x: int = 1) -> int:
    return add_one(x=x).set_caching_options(True).output
