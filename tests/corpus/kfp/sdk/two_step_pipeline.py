from kfp import dsl
from kfp.dsl import Artifact, Input, Output


@dsl.container_component
def write_to_gcs(text: str, output_gcs_path: Output[Artifact]):
    script = """set -e -x
echo "$0" | gsutil cp - "$1"
"""
    return dsl.ContainerSpec(
        image="google/cloud-sdk:slim", command=["sh", "-c", script, text, output_gcs_path.uri]
    )


@dsl.container_component
def read_from_gcs(input_gcs_path: Input[Artifact]):
    script = """set -e -x
gsutil cat "$0"
"""
    return dsl.ContainerSpec(image="google/cloud-sdk:slim", command=["sh", "-c", script, input_gcs_path.uri])


@dsl.pipeline
def simple_two_step_pipeline(text: str = "Hello KFP!"):
    producer = write_to_gcs(text=text).set_display_name("Producer")
    read_from_gcs(input_gcs_path=producer.output).set_display_name("Consumer")
