from typing import List

from kfp import dsl


@dsl.component
def int_0_to_9999() -> int:
    import random

    return random.randint(0, 9999)


@dsl.component
def is_even_or_odd(num: int) -> str:
    return "odd" if num % 2 else "even"


@dsl.component
def print_and_return(text: str) -> str:
    print(text)
    return text


@dsl.component
def print_ints(ints: List[int]):
    print(ints)


@dsl.pipeline
def lucky_number_pipeline(
    add_drumroll: bool = True, repeat_if_lucky_number: bool = True, trials: List[int] = [1, 2, 3]
):
    with dsl.ParallelFor(trials) as trial:
        with dsl.If(add_drumroll == True):
            with dsl.If(trial == 3):
                print_and_return(text="Adding drumroll on last trial!")
        number = int_0_to_9999().set_caching_options(False)
        with dsl.If(number.output < 5000):
            parity = is_even_or_odd(num=number.output)
            with dsl.If(parity.output == "even"):
                even = print_and_return(text="Got a low even number!")
            with dsl.Else():
                odd = print_and_return(text="Got a low odd number!")
            print_and_return(text=dsl.OneOf(even.output, odd.output))
        with dsl.Elif(number.output > 5000):
            parity = is_even_or_odd(num=number.output)
            with dsl.If(parity.output == "even"):
                even = print_and_return(text="Got a high even number!")
            with dsl.Else():
                odd = print_and_return(text="Got a high odd number!")
            print_and_return(text=dsl.OneOf(even.output, odd.output))
        with dsl.Else():
            print_and_return(text="Announcing: Got the lucky number 5000! A one in 10,000 chance.")
            with dsl.If(repeat_if_lucky_number == True):
                with dsl.ParallelFor([1, 2]):
                    print_and_return(
                        text="Announcing again: Got the lucky number 5000! A one in 10,000 chance."
                    )
    print_ints(ints=dsl.Collected(number.output))
