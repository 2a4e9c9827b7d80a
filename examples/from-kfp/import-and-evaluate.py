from typing import NamedTuple

from kfp import dsl


@dsl.component(base_image="python:3.12-slim", packages_to_install=["numpy==2.1.3"])
def evaluate(
    model: dsl.Input[dsl.Model], table: dsl.Input[dsl.Dataset], metrics: dsl.Output[dsl.Metrics]
) -> NamedTuple("Outputs", off=float):
    import numpy

    rows = numpy.loadtxt(table.path, delimiter=",")
    off = float(numpy.abs(rows[:, :-1] @ numpy.loadtxt(model.path) - rows[:, -1]).mean())
    metrics.log_metric("mean_absolute_error", off)
    return (off,)


@dsl.pipeline
def import_and_evaluate(version: str = "2026-11") -> float:
    """Takes a model and a table that exist already, and says how far the model is off."""
    model = dsl.importer(
        artifact_uri=f"s3://models/churn/{version}",
        artifact_class=dsl.Model,
        metadata={"framework": "linear"},
    )
    table = dsl.importer(artifact_uri="s3://tables/churn.csv", artifact_class=dsl.Dataset, reimport=True)
    return evaluate(model=model.output, table=table.output).outputs["off"]
