from kfp import dsl
from kfp.dsl import OutputPath


@dsl.container_component
def flip_coin(output: OutputPath(str)):
    return dsl.ContainerSpec(
        image="python:alpine3.9",
        command=["sh", "-c"],
        args=[
            'mkdir -p "$(dirname $0)" && python -c "import random; '
            "result = 'heads' if random.randint(0,1) == 0 else 'tails'; print(result, end='')\" | tee $0",
            output,
        ],
    )


def generate_random_number(low: int, high: int):
    @dsl.container_component
    def generate_random_number(output: OutputPath(int)):
        return dsl.ContainerSpec(
            image="python:alpine3.9",
            command=["sh", "-c"],
            args=[
                'mkdir -p "$(dirname $2)" && '
                "python -c \"import random; print(random.randint($0, $1), end='')\" | tee $2",
                str(low),
                str(high),
                output,
            ],
        )

    return generate_random_number()


@dsl.container_component
def print(msg: str):
    return dsl.ContainerSpec(image="python:alpine3.9", command=["echo", msg])


@dsl.pipeline(display_name="Conditional execution pipeline.")
def conditional_execution_pipeline():
    """Shows how to use dsl.Condition()."""
    coin = flip_coin()
    with dsl.If(coin.output == "heads"):
        number = generate_random_number(0, 9)
        with dsl.If(number.output > 5):
            print(msg=f"heads and {number.output} > 5!")
        with dsl.If(number.output <= 5):
            print(msg=f"heads and {number.output} <= 5!")
    with dsl.If(coin.output == "tails"):
        number = generate_random_number(10, 19)
        with dsl.If(number.output > 15):
            print(msg=f"tails and {number.output} > 15!")
        with dsl.If(number.output <= 15):
            print(msg=f"tails and {number.output} <= 15!")
