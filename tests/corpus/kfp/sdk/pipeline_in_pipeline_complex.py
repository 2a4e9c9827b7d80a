from kfp import dsl


@dsl.component(base_image="python:3.11")
def print_op1(msg: str) -> str:
    print(msg)
    return msg


@dsl.container_component
def print_op2(msg: str):
    return dsl.ContainerSpec(image="alpine", command=["echo", msg])


@dsl.container_component
def print_op(msg: str):
    return dsl.ContainerSpec(image="alpine", command=["echo", msg])


@dsl.pipeline
def inner_pipeline(msg: str):
    printed = print_op1(msg=msg)
    with dsl.If(printed.output == "Hello"):
        print_op2(msg="world")
    with dsl.If(printed.output != "Hello"):
        print_op(msg="Bye!")


@dsl.pipeline
def pipeline_in_pipeline_complex(msg: str = "Hello"):
    print_op1(msg=msg)
    with dsl.ParallelFor(["Hello", "world!"]) as item:
        inner_pipeline(msg=item)
