from kfp import dsl


@dsl.component
def core_comp(dataset: dsl.Output[dsl.Dataset]):
    open(dataset.path, "w").write("foo")


@dsl.component
def crust_comp(input: dsl.Dataset):
    print("input: ", open(input.path).read())


@dsl.pipeline
def core() -> dsl.Dataset:
    return core_comp().set_caching_options(False).outputs["dataset"]


@dsl.pipeline
def mantle() -> dsl.Dataset:
    return core().set_caching_options(False).output


@dsl.pipeline
def artifact_pipeline():
    crust_comp(input=mantle().set_caching_options(False).output).set_caching_options(False)
