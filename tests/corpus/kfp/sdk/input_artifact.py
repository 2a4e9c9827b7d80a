from kfp import dsl


@dsl.component
def input_artifact(data: dsl.Input[dsl.Dataset]):
    print(data.name)
    print(data.uri)
    print(data.metadata)
