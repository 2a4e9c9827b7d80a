from kfp import dsl


@dsl.component(base_image="python:3.11")
def print_op1(msg: str) -> str:
    print(msg)
    return msg


@dsl.container_component
def print_op2(msg: str):
    return dsl.ContainerSpec(image="alpine", command=["echo", msg])


@dsl.pipeline
def inner_pipeline(msg: str):
    printed = print_op1(msg=msg)
    print_op2(msg=printed.output)


@dsl.pipeline
def pipeline_in_pipeline():
    print_op1(msg="Hello")
    inner_pipeline(msg="world")
