from kfp import dsl
from kfp.dsl import Dataset, Output, OutputPath


@dsl.container_component
def container_with_if_placeholder(
    output_path: OutputPath(str), dataset: Output[Dataset], optional_input: str = "default"
):
    return dsl.ContainerSpec(
        image="registry.access.redhat.com/ubi9/python-311:latest",
        command=[
            "my_program",
            dsl.IfPresentPlaceholder("optional_input", then=[optional_input], else_=["bye"]),
            "--dataset",
            dsl.IfPresentPlaceholder("optional_input", then=[dataset.uri], else_=["bye"]),
        ],
        args=["--output_path", output_path],
    )
