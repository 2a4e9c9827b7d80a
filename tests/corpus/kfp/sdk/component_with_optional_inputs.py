from typing import Optional

from kfp import dsl


@dsl.component
def component_op(input1: str = "default value", input2: Optional[str] = None, input3: Optional[str] = None):
    print(f"input1: {input1}, type: {type(input1)}")
    print(f"input2: {input2}, type: {type(input2)}")
    print(f"input3: {input3}, type: {type(input3)}")


@dsl.pipeline
def v2_component_optional_input():
    component_op(input1="Hello", input2="World")
