from typing import List

from kfp import dsl


@dsl.component
def make_prefix() -> str:
    return "dynamic-prefix"


@dsl.component
def print_with_prefix(prefix: str, item: str) -> str:
    line = f"{prefix}: {item}"
    print(line)
    return line


@dsl.pipeline
def pipeline_parallelfor_pipeline_param(loop_parameter: List[str], prefix: str):
    """Pipeline parameter used alongside loop item inside ParallelFor."""
    with dsl.ParallelFor(loop_parameter, parallelism=1) as item:
        print_with_prefix(prefix=prefix, item=item)
    made = make_prefix()
    with dsl.ParallelFor(loop_parameter) as item:
        print_with_prefix(prefix=made.output, item=item)
    with dsl.ParallelFor(["x", "y"], parallelism=2):
        with dsl.ParallelFor(loop_parameter) as item:
            print_with_prefix(prefix=prefix, item=item)
