from typing import List, NamedTuple

from kfp import dsl

IMAGE = "python:3.12-slim"


@dsl.component(base_image=IMAGE)
def train(rate: float, model: dsl.Output[dsl.Model]) -> NamedTuple("Outputs", score=float):
    open(model.path, "w").write(f"trained at {rate}")
    return (1 - abs(rate - 0.03),)


@dsl.component(base_image=IMAGE)
def choose(
    models: dsl.Input[List[dsl.Model]], scores: List[float], best: dsl.Output[dsl.Model]
) -> NamedTuple("Outputs", score=float):
    import shutil

    score, winner = max(zip(scores, [model.path for model in models]))
    shutil.copy(winner, best.path)
    return (score,)


@dsl.component(base_image=IMAGE)
def publish(best: dsl.Input[dsl.Model]):
    print("publishing", open(best.path).read())


@dsl.pipeline
def hyperparameter_search(rates: List[float] = [0.3, 0.1, 0.03, 0.01], good_enough: float = 0.8):
    """Trains with several learning rates, two at a time, and keeps the best model."""
    with dsl.ParallelFor(rates, parallelism=2) as rate:
        trained = train(rate=rate)
    chosen = choose(
        models=dsl.Collected(trained.outputs["model"]), scores=dsl.Collected(trained.outputs["score"])
    )
    with dsl.If(chosen.outputs["score"] >= good_enough):
        publish(best=chosen.outputs["best"])
