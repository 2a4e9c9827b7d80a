from kfp import dsl


@dsl.component
def core_comp(dataset: dsl.Output[dsl.Dataset]):
    open(dataset.path, "w").write("foo")


@dsl.component
def crust_comp(input: dsl.Dataset):
    print("input: ", open(input.path).read())


@dsl.pipeline
def core() -> dsl.Dataset:
    return core_comp().outputs["dataset"]


@dsl.pipeline
def mantle() -> dsl.Dataset:
    return core().output


@dsl.pipeline
def artifact_cache_pipeline():
    crust_comp(input=mantle().output)
