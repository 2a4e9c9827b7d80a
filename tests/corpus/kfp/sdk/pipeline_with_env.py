from kfp import dsl


@dsl.component(base_image="python:3.11")
def print_env_op():
    import os

    print("ENV1", os.environ.get("ENV1"))
    print("ENV2", os.environ.get("ENV2"))


@dsl.container_component
def print_env():
    script = """set -e -x
echo "$ENV1"
echo "$ENV2"
echo "$ENV3"
"""
    return dsl.ContainerSpec(image="alpine", command=["sh", "-c", script])


@dsl.pipeline
def pipeline_with_env():
    print_env_op().set_env_variable("ENV1", "val1")
    task = print_env()
    task.set_env_variable("ENV1", "val0").set_env_variable("ENV2", "val2").set_env_variable("ENV3", "val3")
