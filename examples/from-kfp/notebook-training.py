from typing import NamedTuple

from kfp import dsl

IMAGE = "python:3.12-slim"


@dsl.component(base_image=IMAGE)
def prepare(data: dsl.Output[dsl.Dataset]):
    open(data.path, "w").write("1\n2\n3\n")


@dsl.notebook_component(notebook_path="steps/explore.ipynb", base_image=IMAGE)
def train(alpha: float, data: dsl.Input[dsl.Dataset], model: dsl.Output[dsl.Model]) -> NamedTuple(
    "Outputs", score=float
):
    dsl.run_notebook(alpha=alpha, data=data.path, model=model.path)
    return (float(open("score.txt").read()),)


@dsl.pipeline
def notebook_training(alpha: float = 0.5) -> float:
    """Trains in the notebook in which the model was explored."""
    data = prepare().outputs["data"]
    return train(alpha=alpha, data=data).outputs["score"]
