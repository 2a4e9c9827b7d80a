from typing import List

from kfp import dsl

IMAGE = "python:3.12-slim"


@dsl.component(base_image=IMAGE)
def load(region: str, sales: dsl.Output[dsl.Dataset]):
    open(sales.path, "w").write(f"{region} 1 2 3")


@dsl.component(base_image=IMAGE)
def fit(sales: dsl.Input[dsl.Dataset], days: int) -> float:
    name, *numbers = open(sales.path).read().split()
    return sum(map(float, numbers)) / len(numbers) * days


@dsl.component(base_image=IMAGE)
def total(expected: List[float]) -> float:
    return sum(expected)


@dsl.pipeline
def forecast(region: str, days: int = 7) -> float:
    """Forecasts one region."""
    return fit(sales=load(region=region).outputs["sales"], days=days).output


@dsl.pipeline
def forecast_all(regions: List[str] = ["eu", "us", "apac"]) -> float:
    """Forecasts every region with the same pipeline, and adds up."""
    with dsl.ParallelFor(regions) as region:
        each = forecast(region=region, days=30)
    return total(expected=dsl.Collected(each.output)).output
