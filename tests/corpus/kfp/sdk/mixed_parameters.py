from kfp import dsl


@dsl.component
def core_comp() -> int:
    return 1


@dsl.component
def crust_comp(x: int, y: int):
    print("sum :", x + y)


@dsl.pipeline
def core() -> int:
    return core_comp().set_caching_options(False).output


@dsl.pipeline
def mantle() -> int:
    return core().set_caching_options(False).output


@dsl.pipeline
def mixed_parameters_pipeline():
    crust_comp(x=2, y=mantle().set_caching_options(False).output).set_caching_options(False)
