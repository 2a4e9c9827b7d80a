from typing import NamedTuple

from kfp import dsl
from kfp.dsl import Artifact, Dataset


@dsl.component
def make_dataset() -> Artifact:
    text = Artifact(uri=dsl.get_uri("dataset"))
    open(text.path, "w").write("Hello, world")
    return text


@dsl.component
def dataset_splitter(in_dataset: Dataset) -> NamedTuple("outputs", dataset1=Dataset, dataset2=Dataset):
    text = open(in_dataset.path).read()
    metadata = {"original_data": in_dataset.name}
    dataset1 = Dataset(uri=dsl.get_uri("dataset1"), metadata=metadata)
    open(dataset1.path, "w").write(text[: len(text) // 2])
    dataset2 = Dataset(uri=dsl.get_uri("dataset2"), metadata=metadata)
    open(dataset2.path, "w").write(text[len(text) // 2 :])
    return NamedTuple("outputs", dataset1=Dataset, dataset2=Dataset)(dataset1, dataset2)


@dsl.pipeline
def splitter_pipeline(in_dataset: Dataset) -> NamedTuple("outputs", dataset1=Dataset, dataset2=Dataset):
    first = dataset_splitter(in_dataset=in_dataset).outputs["dataset1"]
    return NamedTuple("outputs", dataset1=Dataset, dataset2=Dataset)(first, first)


@dsl.pipeline
def split_datasets_and_return_first() -> Dataset:
    return splitter_pipeline(in_dataset=make_dataset().output).outputs["dataset1"]
