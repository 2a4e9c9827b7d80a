from kfp import dsl


@dsl.component
def print_op(message: str):
    print(message)


@dsl.pipeline
def my_pipeline():
    with dsl.ParallelFor([1, 2]):
        one = print_op(message="one")
    with dsl.ParallelFor([1, 2]):
        print_op(message="two").after(one)
    with dsl.ParallelFor([1, 2]):
        three = print_op(message="three")
        with dsl.ParallelFor([1, 2]):
            print_op(message="four").after(three)
    with dsl.ParallelFor([1, 2]):
        five = print_op(message="five")
    print_op(message="six").after(five)
    with dsl.ParallelFor([1, 2]):
        with dsl.ParallelFor([1, 2]):
            seven = print_op(message="seven")
        print_op(message="eight").after(seven)
