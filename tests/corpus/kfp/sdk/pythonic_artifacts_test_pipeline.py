from kfp import dsl
from kfp.dsl import Dataset, Model


@dsl.component
def gen_data() -> Dataset:
    dataset = Dataset(uri=dsl.get_uri())
    open(dataset.path, "w").write("some data")
    dataset.metadata["length"] = len("some data")
    return dataset


@dsl.component
def train_model(dataset: Dataset) -> Model:
    assert open(dataset.path).read() == "some data"
    assert dataset.metadata["length"] == len("some data")
    model = Model(uri=dsl.get_uri("model"))
    open(model.path, "w").write("model trained")
    return model


@dsl.pipeline
def pythonic_artifacts_test():
    data = gen_data().set_caching_options(False)
    train_model(dataset=data.output).set_caching_options(False)
