from typing import NamedTuple

from kfp import dsl, kubernetes

IMAGE = "python:3.12-slim"


@dsl.component(base_image=IMAGE)
def train(model: dsl.Output[dsl.Model]) -> NamedTuple("Outputs", accuracy=float):
    import random

    open(model.path, "w").write("weights")
    return (random.uniform(0.8, 1.0),)


@dsl.component(base_image=IMAGE)
def deploy(model: dsl.Input[dsl.Model]) -> str:
    import os

    assert os.environ["TOKEN"]
    return f"deployed {len(open(model.path).read())} bytes"


@dsl.component(base_image=IMAGE)
def reject(accuracy: float, threshold: float) -> str:
    return f"accuracy {accuracy:.2f} is below {threshold}"


@dsl.component(base_image=IMAGE)
def announce(message: str):
    print(message)


@dsl.component(base_image=IMAGE)
def notify(status: dsl.PipelineTaskFinalStatus):
    print("the run has", status.state)


@dsl.pipeline
def conditional_deployment(threshold: float = 0.9):
    """Ships a model that is good enough, says why where it is not, and always tells how the run ended."""
    with dsl.ExitHandler(notify().set_caching_options(False)):
        trained = train().set_caching_options(False)
        with dsl.If(trained.outputs["accuracy"] >= threshold):
            shipped = deploy(model=trained.outputs["model"]).set_caching_options(False)
            shipped.set_retry(3, backoff_duration="30s")
            kubernetes.use_secret_as_env(shipped, "model-registry", {"token": "TOKEN"})
        with dsl.Else():
            rejected = reject(accuracy=trained.outputs["accuracy"], threshold=threshold)
            rejected.set_caching_options(False)
        announce(message=dsl.OneOf(shipped.output, rejected.output)).set_caching_options(False)
