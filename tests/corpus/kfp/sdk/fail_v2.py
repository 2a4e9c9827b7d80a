from kfp import dsl


@dsl.component
def fail():
    raise SystemExit(1)


@dsl.pipeline
def fail_pipeline():
    fail()
