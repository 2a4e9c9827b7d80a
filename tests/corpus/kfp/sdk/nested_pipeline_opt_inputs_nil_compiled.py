from kfp import dsl


@dsl.component
def component_bool(componentInput: bool = None):
    assert componentInput is None


@dsl.component
def component_int(componentInput: int = None):
    assert componentInput is None


@dsl.component
def component_str(componentInput: str = None):
    assert componentInput is None


@dsl.pipeline
def nested_pipeline(nestedInputBool: bool = None, nestedInputInt: int = None, nestedInputStr: str = None):
    component_bool(componentInput=nestedInputBool).set_caching_options(False)
    component_int(componentInput=nestedInputInt).set_caching_options(False)
    component_str(componentInput=nestedInputStr).set_caching_options(False)


@dsl.pipeline
def nested_pipeline_opt_inputs_nil():
    nested_pipeline().set_caching_options(False)
