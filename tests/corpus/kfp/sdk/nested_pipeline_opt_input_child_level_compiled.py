from kfp import dsl


@dsl.component
def component_a_bool(componentInputBool: bool = None):
    assert componentInputBool is True


@dsl.component
def component_b_bool(componentInputBool: bool = None):
    assert componentInputBool is False


@dsl.component
def component_a_int(componentInputInt: int = None):
    assert componentInputInt == 1


@dsl.component
def component_b_int(componentInputInt: int = None):
    assert componentInputInt == 0


@dsl.component
def component_a_str(componentInputStr: str = None):
    assert componentInputStr == "Input - pipeline"


@dsl.component
def component_b_str(componentInputStr: str = None):
    assert componentInputStr == "Input 2 - nested pipeline"


@dsl.pipeline
def nested_pipeline(
    nestedInputBool1: bool = False,
    nestedInputBool2: bool = False,
    nestedInputInt1: int = 0,
    nestedInputInt2: int = 0,
    nestedInputStr1: str = "Input 1 - nested pipeline",
    nestedInputStr2: str = "Input 2 - nested pipeline",
):
    component_a_bool(componentInputBool=nestedInputBool1).set_caching_options(False)
    component_b_bool(componentInputBool=nestedInputBool2).set_caching_options(False)
    component_a_int(componentInputInt=nestedInputInt1).set_caching_options(False)
    component_b_int(componentInputInt=nestedInputInt2).set_caching_options(False)
    component_a_str(componentInputStr=nestedInputStr1).set_caching_options(False)
    component_b_str(componentInputStr=nestedInputStr2).set_caching_options(False)


@dsl.pipeline
def nested_pipeline_opt_input_child_level():
    nested_pipeline(
        nestedInputBool1=True, nestedInputInt1=1, nestedInputStr1="Input - pipeline"
    ).set_caching_options(False)
