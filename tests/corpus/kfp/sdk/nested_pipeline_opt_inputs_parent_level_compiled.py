from kfp import dsl


@dsl.component
def component_nil_bool_default(componentInput: bool = None):
    assert componentInput is True


@dsl.component
def component_nil_int_default(componentInput: int = None):
    assert componentInput == 1


@dsl.component
def component_nil_str_default(componentInput: str = None):
    assert componentInput == "Input - parent pipeline"


@dsl.component
def component_bool_default(componentInput: bool = False):
    assert componentInput is True


@dsl.component
def component_int_default(componentInput: int = 0):
    assert componentInput == 1


@dsl.component
def component_str_default(componentInput: str = "Input - component"):
    assert componentInput == "Input - parent pipeline"


@dsl.pipeline
def nested_pipeline_non_nil_defaults(
    nestedInputBool: bool = False, nestedInputInt: int = 0, nestedInputStr: str = "Input - nested pipeline"
):
    component_bool_default(componentInput=nestedInputBool).set_caching_options(False)
    component_int_default(componentInput=nestedInputInt).set_caching_options(False)
    component_str_default(componentInput=nestedInputStr).set_caching_options(False)


@dsl.pipeline
def nested_pipeline_nil_defaults(
    nestedInputBool: bool = None, nestedInputInt: int = None, nestedInputStr: str = "Input - nested pipeline"
):
    component_nil_bool_default(componentInput=nestedInputBool).set_caching_options(False)
    component_nil_int_default(componentInput=nestedInputInt).set_caching_options(False)
    component_nil_str_default(componentInput=nestedInputStr).set_caching_options(False)


@dsl.pipeline
def nested_pipeline_opt_inputs_parent_level(
    inputBool: bool = True, inputInt: int = 1, inputStr: str = "Input - parent pipeline"
):
    nested_pipeline_non_nil_defaults(
        nestedInputBool=inputBool, nestedInputInt=inputInt, nestedInputStr=inputStr
    ).set_caching_options(False)
    nested_pipeline_nil_defaults(
        nestedInputBool=inputBool, nestedInputInt=inputInt, nestedInputStr=inputStr
    ).set_caching_options(False)
