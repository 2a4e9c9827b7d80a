from kfp import dsl
from kfp.dsl import Dataset, Input, Output


@dsl.container_component
def component1(text: str, output_gcs: Output[Dataset]):
    return dsl.ContainerSpec(
        image="alpine",
        command=["sh", "-c", 'mkdir --parents $(dirname "$1") && echo "$0" > "$1"'],
        args=[text, output_gcs.path],
    )


@dsl.container_component
def component2(input_gcs: Input[Dataset]):
    return dsl.ContainerSpec(image="alpine", command=["cat"], args=[input_gcs.path])


@dsl.pipeline
def containerized_two_step_pipeline(text: str = "Hello KFP Containerized!"):
    first = component1(text=text)
    component2(input_gcs=first.output)
