from kfp import dsl
from kfp.dsl import OutputPath

IMAGE = "registry.access.redhat.com/ubi9/python-311:latest"


@dsl.container_component
def producer(input_text: str, output_value: OutputPath(str)):
    script = """set -e -x
mkdir -p "$(dirname "$1")"
echo "$0, this is an output parameter" > "$1"
"""
    return dsl.ContainerSpec(image=IMAGE, command=["sh", "-c", script, input_text, output_value])


@dsl.container_component
def consumer(input_value: str):
    script = """set -e -x
echo "Read from an input parameter: " && echo "$0"
"""
    return dsl.ContainerSpec(image=IMAGE, command=["sh", "-c", script, input_value])


@dsl.pipeline
def producer_consumer_param_pipeline(text: str = "Hello world"):
    produced = producer(input_text=text)
    consumer(input_value=produced.output)
