from kfp import dsl


@dsl.component
def print_op(message: str) -> str:
    print(message)
    return message


@dsl.pipeline
def loop_with_after_dependency_set():
    with dsl.ParallelFor([1, 2, 3]):
        foo = print_op(message="foo")
    print_op(message="bar").after(foo)
    print_op(message="baz").after(foo)
