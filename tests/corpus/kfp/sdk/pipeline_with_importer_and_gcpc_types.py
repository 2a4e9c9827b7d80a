from kfp import dsl
from kfp.dsl import Input


class VertexDataset(dsl.Artifact):
    schema_title = "google.VertexDataset"
    schema_version = "0.0.1"


@dsl.container_component
def consumer_op(dataset: Input[VertexDataset]):
    return dsl.ContainerSpec(image="dummy", command=["cmd"], args=[dataset.path])


@dsl.pipeline
def pipeline_with_importer_and_gcpc_type():
    importer = dsl.importer(
        artifact_uri="gs://ml-pipeline-playground/shakespeare1.txt",
        artifact_class=VertexDataset,
        reimport=False,
        metadata={"key": "value"},
    )
    consumer_op(dataset=importer.output)
