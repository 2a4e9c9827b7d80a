from kfp import dsl, kubernetes


@dsl.component(base_image="python:3.11")
def comp():
    pass


@dsl.pipeline
def my_pipeline():
    kubernetes.set_timeout(comp(), 20)
