from kfp import dsl


@dsl.component
def take_nap(naptime_secs: int) -> str:
    from time import sleep

    print(f"Sleeping for {naptime_secs} seconds: Zzzzzz ...")
    sleep(naptime_secs)
    return "I'm awake now. Did I snore?"


@dsl.component
def wake_up(message: str):
    print(message)


@dsl.pipeline(pipeline_root="s3://change/me")
def take_nap_pipeline(naptime_secs: int = 900):
    """Pipeline that sleeps for 15 mins (900 secs)"""
    nap = take_nap(naptime_secs=naptime_secs).set_caching_options(False)
    wake_up(message=nap.output).set_caching_options(False)
