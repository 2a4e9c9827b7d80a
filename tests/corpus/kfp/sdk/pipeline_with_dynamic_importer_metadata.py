from kfp import dsl
from kfp.dsl import Dataset

IMAGE = "us-docker.pkg.dev/vertex-ai/prediction/tf2-gpu.2-5:latest"
URI = "gs://ml-pipeline-playground/shakespeare1.txt"


@dsl.component(base_image="python:3.11")
def make_name(name: str) -> str:
    return name


@dsl.pipeline
def pipeline_with_importer(
    name: str = "default-name",
    int_input: int = 1,
    pipeline_input_artifact_uri: str = URI,
    pipeline_input_image_uri: str = IMAGE,
):
    dsl.importer(
        artifact_uri=pipeline_input_artifact_uri,
        artifact_class=Dataset,
        metadata={"name": [name, "alias-name"], "containerSpec": {"imageUri": pipeline_input_image_uri}},
    )
    made = make_name(name="a-different-name").output
    dsl.importer(
        artifact_uri=URI,
        artifact_class=Dataset,
        metadata={
            "name": f"prefix-{made}",
            "list-of-data": [made, name, int_input],
            name: IMAGE,
            made: made,
            "containerSpec": {"imageUri": IMAGE},
        },
    )
