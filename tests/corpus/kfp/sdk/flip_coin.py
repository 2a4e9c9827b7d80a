from kfp import dsl


@dsl.component
def flip_coin() -> str:
    import random

    face = random.choice(["heads", "tails"])
    print(face)
    return face


@dsl.component
def random_num(low: int, high: int) -> int:
    import random

    number = random.randint(low, high)
    print(number)
    return number


@dsl.component
def print_msg(msg: str):
    print(msg)


@dsl.pipeline(name="conditional-execution-pipeline", description="Shows how to use dsl.If().")
def flipcoin_pipeline():
    flip = flip_coin().set_caching_options(False)
    with dsl.If(flip.output == "heads"):
        heads = random_num(low=0, high=9).set_caching_options(False)
        with dsl.If(heads.output > 5):
            print_msg(msg=f"heads and {heads.output} > 5!").set_caching_options(False)
        with dsl.If(heads.output <= 5):
            print_msg(msg=f"heads and {heads.output} <= 5!").set_caching_options(False)
    with dsl.If(flip.output == "tails"):
        tails = random_num(low=10, high=19).set_caching_options(False)
        with dsl.If(tails.output > 15):
            print_msg(msg=f"tails and {tails.output} > 15!").set_caching_options(False)
        with dsl.If(tails.output <= 15):
            print_msg(msg=f"tails and {tails.output} <= 15!").set_caching_options(False)
