from kfp import dsl


@dsl.component
def fail_op(message: str) -> str:
    raise SystemExit(message)


@dsl.component
def print_op(message: str = "default"):
    print(message)


@dsl.pipeline
def my_pipeline(sample_input: str = "message"):
    failed = fail_op(message=sample_input)
    print_op(message=failed.output).ignore_upstream_failure()
