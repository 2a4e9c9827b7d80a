from kfp import dsl


@dsl.container_component
def echo():
    return dsl.ContainerSpec(
        image="public.ecr.aws/docker/library/python:3.12", command=["echo"], args=["hello world"]
    )


@dsl.pipeline(name="echo-name", display_name="echo-displayname")
def echo_pipeline():
    echo()
