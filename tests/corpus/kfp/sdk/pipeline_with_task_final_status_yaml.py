from kfp import dsl
from kfp.dsl import PipelineTaskFinalStatus

IMAGE = "registry.access.redhat.com/ubi9/python-311:latest"


@dsl.container_component
def print_op(message: str):
    return dsl.ContainerSpec(image=IMAGE, command=["echo", message])


@dsl.container_component
def exit_op(user_input: str, status: PipelineTaskFinalStatus):
    return dsl.ContainerSpec(
        image=IMAGE, command=["echo", "user input:", user_input, "pipeline status:", status]
    )


@dsl.pipeline
def pipeline_with_task_final_status_yaml(message: str = "Hello World!"):
    exit_task = exit_op(user_input=message)
    with dsl.ExitHandler(exit_task, name="my-pipeline"):
        print_op(message=message)
