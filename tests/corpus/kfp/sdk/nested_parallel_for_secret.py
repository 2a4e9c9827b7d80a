from kfp import dsl, kubernetes


@dsl.component
def emit_secret_name() -> str:
    return "test-secret-1"


@dsl.component
def worker_component(item: str) -> str:
    import os

    seen = os.environ.get("MY_SECRET_KEY", "not-set")
    print(f"Item: {item}, Secret set: {seen != 'not-set'}")
    return seen


@dsl.pipeline
def pipeline_4_nested_parallel_for_secret():
    """Pipeline with outer task output used as secret name inside ParallelFor."""
    name = emit_secret_name().output
    with dsl.ParallelFor(["x", "y"], parallelism=1) as item:
        worker = worker_component(item=item)
        kubernetes.use_secret_as_env(worker, name, {"username": "MY_SECRET_KEY"})
