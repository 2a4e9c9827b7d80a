from kfp import dsl


@dsl.component
def print_message(message: str):
    import datetime
    import time

    t_end = time.time() + 60
    while time.time() < t_end:
        print(message + " (" + str(datetime.datetime.now()) + ")")


@dsl.pipeline
def log_streaming_pipeline(message: str = "Hello world"):
    """Pipeline that prints a hello message in a loop to test log streaming in Dashboard"""
    print_message(message=message).set_caching_options(False)
