from kfp import dsl


@dsl.component
def concat_message(message1: str, message2: str) -> str:
    return message1 + message2
