from kfp import dsl


@dsl.component
def flip_coin_op() -> str:
    import random

    return random.choice(["heads", "tails"])


@dsl.component
def print_op(msg: str):
    print(msg)


@dsl.pipeline
def single_condition_pipeline(text: str = "condition test"):
    first = flip_coin_op().set_caching_options(False)
    print_op(msg=first.output)
    with dsl.If(first.output == "heads"):
        second = flip_coin_op().set_caching_options(False)
        print_op(msg=second.output)
        print_op(msg=text)
