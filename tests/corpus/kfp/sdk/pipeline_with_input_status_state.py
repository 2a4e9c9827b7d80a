from kfp import dsl


@dsl.component
def some_task():
    print("Executing some_task()...")


@dsl.component
def echo_state(status: dsl.PipelineTaskFinalStatus):
    assert status.state == "COMPLETE"
    assert "status-state-pipeline" in status.pipeline_job_resource_name
    assert status.pipeline_task_name == "exit-handler-1"


@dsl.pipeline
def status_state_pipeline():
    with dsl.ExitHandler(echo_state()):
        some_task()
