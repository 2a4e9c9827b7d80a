from kfp import dsl


@dsl.component
def echo(message: str) -> str:
    return message


@dsl.component
def record_exit(status: dsl.PipelineTaskFinalStatus) -> str:
    return f"exit:{status.state}"


@dsl.pipeline
def pipeline_with_exit_handler(message: str = "hello"):
    """Runs `echo` inside an ExitHandler.

    On success the exit task receives a PipelineTaskFinalStatus with
    state='SUCCEEDED'. No pipeline output — KFP's compiler rejects
    returning a value from inside an ExitHandler.
    """
    with dsl.ExitHandler(record_exit()):
        echo(message=message)
