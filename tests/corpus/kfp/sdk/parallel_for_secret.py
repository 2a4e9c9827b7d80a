from kfp import dsl, kubernetes


@dsl.component
def example_component(item: str) -> str:
    import os

    seen = os.environ.get("MY_SECRET_KEY", "not-set")
    print(f"Item: {item}, Secret set: {seen != 'not-set'}")
    return seen


@dsl.pipeline
def pipeline_2_parallel_for_secret(my_secret_name: str = "test-secret-1"):
    """Pipeline with 1 component inside ParallelFor using use_secret_as_env."""
    with dsl.ParallelFor(["a", "b", "c"], parallelism=1) as item:
        example = example_component(item=item)
        kubernetes.use_secret_as_env(example, my_secret_name, {"username": "MY_SECRET_KEY"})
