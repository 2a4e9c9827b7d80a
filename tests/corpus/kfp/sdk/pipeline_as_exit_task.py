from kfp import dsl


@dsl.component
def print_op(message: str):
    print(message)


@dsl.component
def fail_op(message: str):
    raise SystemExit(message)


@dsl.component
def get_run_state(status: dict) -> str:
    print("Pipeline status: ", status)
    return status["state"]


@dsl.pipeline
def conditional_notification(status: dsl.PipelineTaskFinalStatus):
    state = get_run_state(status=status)
    with dsl.If(state.output == "FAILED"):
        print_op(message="notify task failure.")


@dsl.pipeline
def pipeline_with_task_final_status_conditional(message: str = "Hello World!"):
    with dsl.ExitHandler(conditional_notification(), name="my-pipeline"):
        print_op(message=message)
        fail_op(message="Task failed.")
