from typing import Optional

from kfp import dsl


@dsl.container_component
def component_with_optional_inputs(
    required_input: str, optional_input_1: Optional[str] = None, optional_input_2: Optional[str] = None
):
    return dsl.ContainerSpec(
        image="ghcr.io/containerd/busybox",
        command=["echo"],
        args=[
            "--arg0",
            required_input,
            dsl.IfPresentPlaceholder("optional_input_1", then=["--arg1", optional_input_1]),
            dsl.IfPresentPlaceholder(
                "optional_input_2", then=["--arg2", optional_input_2], else_=["--arg2", "default value"]
            ),
        ],
    )


@dsl.pipeline
def one_step_pipeline_with_if_placeholder_supply_none(input0: str = "input0"):
    component_with_optional_inputs(required_input=input0)
