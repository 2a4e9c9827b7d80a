from kfp import dsl


@dsl.component
def flip_coin() -> str:
    return "heads"


@dsl.component
def param_to_artifact(val: str, a: dsl.Output[dsl.Artifact]):
    open(a.path, "w").write(val)


@dsl.component
def print_artifact(a: dsl.Input[dsl.Artifact]):
    print(open(a.path).read())


@dsl.pipeline
def flip_coin_pipeline() -> dsl.Artifact:
    flip = flip_coin()
    with dsl.If(flip.output == "heads"):
        heads = param_to_artifact(val=flip.output)
    with dsl.Else():
        tails = param_to_artifact(val=flip.output)
    written = dsl.OneOf(heads.outputs["a"], tails.outputs["a"])
    print_artifact(a=written)
    return written


@dsl.pipeline
def outer_pipeline():
    print_artifact(a=flip_coin_pipeline().output)
