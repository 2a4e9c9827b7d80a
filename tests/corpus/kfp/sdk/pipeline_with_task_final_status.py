from kfp import dsl


@dsl.component
def print_op(message: str):
    print(message)


@dsl.component
def fail_op(message: str):
    raise SystemExit(message)


@dsl.component
def exit_op(user_input: str, status: dsl.PipelineTaskFinalStatus):
    print("Pipeline status: ", status.state)
    print("Job resource name: ", status.pipeline_job_resource_name)


@dsl.pipeline
def pipeline_with_task_final_status(message: str = "Hello World!"):
    with dsl.ExitHandler(exit_op(user_input=message), name="my-pipeline"):
        print_op(message=message)
        fail_op(message="Task failed.")
