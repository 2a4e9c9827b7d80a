from kfp import dsl, kubernetes


@dsl.component(base_image="python:3.11")
def comp():
    pass


@dsl.pipeline
def my_pipeline():
    kubernetes.add_toleration(
        comp(), key="key1", operator="Equal", value="value1", effect="NoExecute", toleration_seconds=10
    )
