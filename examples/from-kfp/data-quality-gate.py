from typing import NamedTuple

from kfp import dsl

IMAGE = "python:3.12-slim"


@dsl.component(base_image=IMAGE)
def ingest(table: dsl.Output[dsl.Dataset]):
    import random

    with open(table.path, "w") as file:
        for _ in range(1000):
            file.write("" if random.random() < 0.02 else f"{random.random()}")
            file.write("\n")


@dsl.component(base_image=IMAGE)
def profile(table: dsl.Input[dsl.Dataset]) -> NamedTuple("Outputs", rows=int, missing=float):
    lines = open(table.path).read().splitlines()
    rows = len(lines)
    return (rows, lines.count("") / rows)


@dsl.component(base_image=IMAGE)
def is_good(rows: int, missing: float, least_rows: int, most_missing: float) -> bool:
    return rows >= least_rows and missing <= most_missing


@dsl.component(base_image=IMAGE)
def train(table: dsl.Input[dsl.Dataset], rows: int, model: dsl.Output[dsl.Model]) -> NamedTuple(
    "Outputs", verdict=str
):
    open(model.path, "w").write(open(table.path).read())
    return (f"trained on {rows} rows",)


@dsl.component(base_image=IMAGE)
def quarantine(rows: int, missing: float) -> str:
    return f"rejected: {rows} rows, {missing:.1%} missing"


@dsl.component(base_image=IMAGE)
def report(verdict: str):
    print(verdict)


@dsl.pipeline
def data_quality_gate(least_rows: int = 100, most_missing: float = 0.05):
    """Trains only if the table is large and complete enough, and reports either way."""
    table = ingest().outputs["table"]
    profiled = profile(table=table).outputs
    rows, missing = profiled["rows"], profiled["missing"]
    good = is_good(rows=rows, missing=missing, least_rows=least_rows, most_missing=most_missing)
    with dsl.If(good.output == True):
        trained = train(table=table, rows=rows)
    with dsl.Else():
        quarantined = quarantine(rows=rows, missing=missing)
    report(verdict=dsl.OneOf(trained.outputs["verdict"], quarantined.output))
