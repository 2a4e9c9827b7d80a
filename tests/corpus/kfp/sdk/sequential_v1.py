from kfp import dsl


@dsl.container_component
def echo(message: str):
    return dsl.ContainerSpec(
        image="registry.access.redhat.com/ubi9/python-311:latest",
        command=["sh", "-c"],
        args=[f"echo {message}"],
    )


@dsl.pipeline
def sequential(param1: str, param2: str):
    echo(message=param1)
    echo(message=param2)
