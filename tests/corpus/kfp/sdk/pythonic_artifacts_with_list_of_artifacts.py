from typing import List

from kfp import dsl
from kfp.dsl import Dataset


@dsl.component
def make_dataset(text: str) -> Dataset:
    dataset = Dataset(uri=dsl.get_uri(), metadata={"length": len(text)})
    open(dataset.path, "w").write(text)
    return dataset


@dsl.component
def join_datasets(datasets: List[Dataset]) -> Dataset:
    return "".join(open(dataset.path).read() for dataset in datasets)


@dsl.pipeline
def make_and_join_datasets(texts: List[str] = ["Hello", ",", " ", "world!"]) -> Dataset:
    with dsl.ParallelFor(texts) as text:
        made = make_dataset(text=text)
    return join_datasets(datasets=dsl.Collected(made.output)).output
