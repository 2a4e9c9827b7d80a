from kfp import dsl


@dsl.component
def flip_coin_op() -> str:
    import random

    return random.choice(["heads", "tails"])


@dsl.component
def print_op(msg: str):
    print(msg)


@dsl.pipeline
def nested_conditions_pipeline():
    first = flip_coin_op()
    print_op(msg=first.output)
    second = flip_coin_op()
    print_op(msg=second.output)
    with dsl.If(first.output != "no-such-result"):
        third = flip_coin_op()
        print_op(msg=third.output)
        with dsl.If(second.output == third.output):
            fourth = flip_coin_op()
            print_op(msg=fourth.output)
