from kfp import dsl


@dsl.component
def flip_three_sided_die() -> str:
    import random

    return random.choice(["heads", "tails", "draw"])


@dsl.component
def print_and_return(text: str) -> str:
    print(text)
    return text


@dsl.component
def special_print_and_return(text: str, output_key: dsl.OutputPath(str)):
    print("Got the special state:", text)
    open(output_key, "w").write(text)


@dsl.pipeline
def roll_die_pipeline() -> str:
    flip = flip_three_sided_die()
    with dsl.If(flip.output == "heads"):
        heads = print_and_return(text="Got heads!")
    with dsl.Elif(flip.output == "tails"):
        tails = print_and_return(text="Got tails!")
    with dsl.Else():
        draw = special_print_and_return(text="Draw!")
    return dsl.OneOf(heads.output, tails.output, draw.outputs["output_key"])


@dsl.pipeline
def outer_pipeline() -> str:
    return print_and_return(text=roll_die_pipeline().output).output
