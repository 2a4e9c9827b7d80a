from kfp import dsl


@dsl.container_component
def component_with_concat_placeholder(input_one: str, input_two: str):
    return dsl.ContainerSpec(
        image="ghcr.io/containerd/busybox",
        command=["sh", "-ec"],
        args=[
            'echo "$0" > /tmp/test && [[ "$0" == \'one+two=three\' ]]',
            dsl.ConcatPlaceholder([input_one, "+", input_two, "=three"]),
        ],
    )


@dsl.pipeline
def one_step_pipeline_with_concat_placeholder():
    component_with_concat_placeholder(input_one="one", input_two="two")
