from kfp import dsl
from kfp.dsl import OutputPath


@dsl.component(base_image="python:3.11")
def flip_biased_coin_op() -> str:
    return "heads"


@dsl.component(base_image="python:3.11")
def machine_type() -> str:
    return "n1-standard-4"


@dsl.component(base_image="python:3.11")
def accelerator_type() -> str:
    return "NVIDIA_TESLA_P4"


@dsl.component(base_image="python:3.11")
def accelerator_count() -> int:
    return 1


@dsl.container_component
def custom_training_job(
    display_name: str,
    gcp_resources: OutputPath(str),
    location: str = "{{$.pipeline_google_cloud_location}}",
    worker_pool_specs: list = [],
    timeout: str = "604800s",
    restart_job_on_worker_restart: bool = False,
    service_account: str = "",
    tensorboard: str = "",
    enable_web_access: bool = False,
    network: str = "",
    reserved_ip_ranges: list = [],
    base_output_directory: str = "",
    labels: dict = {},
    encryption_spec_key_name: str = "",
    persistent_resource_id: str = "{{$.pipeline_persistent_resource_id}}",
    strategy: str = "STANDARD",
    max_wait_duration: str = "86400s",
    psc_interface_config: dict = {},
    project: str = "{{$.pipeline_google_cloud_project_id}}",
):
    return dsl.ContainerSpec(
        image="gcr.io/ml-pipeline/google-cloud-pipeline-components:2.22.0",
        command=["python3", "-u", "-m", "google_cloud_pipeline_components.container.v1.custom_job.launcher"],
        args=[
            "--type",
            "CustomJob",
            "--payload",
            f'{{"display_name": "{display_name}", "job_spec": {{"worker_pool_specs": {worker_pool_specs}, '
            f'"scheduling": {{"timeout": "{timeout}", '
            f'"restart_job_on_worker_restart": {restart_job_on_worker_restart}, "strategy": "{strategy}", '
            f'"max_wait_duration": "{max_wait_duration}"}}, "service_account": "{service_account}", '
            f'"tensorboard": "{tensorboard}", "enable_web_access": {enable_web_access}, '
            f'"network": "{network}", "reserved_ip_ranges": {reserved_ip_ranges}, '
            f'"base_output_directory": {{"output_uri_prefix": "{base_output_directory}"}}, '
            f'"persistent_resource_id": "{persistent_resource_id}", '
            f'"psc_interface_config": {psc_interface_config}}}, "labels": {labels}, '
            f'"encryption_spec": {{"kms_key_name": "{encryption_spec_key_name}"}}}}',
            "--project",
            project,
            "--location",
            location,
            "--gcp_resources",
            gcp_resources,
        ],
    )


@dsl.pipeline
def pipeline_with_dynamic_condition_output(project: str, location: str, encryption_spec_key_name: str = ""):
    flip = flip_biased_coin_op().set_caching_options(False)
    machine = machine_type()
    accelerator = accelerator_type()
    count = accelerator_count()
    with dsl.If(flip.output == "heads"):
        custom_training_job(
            project=project,
            display_name="add-numbers",
            location=location,
            encryption_spec_key_name=encryption_spec_key_name,
            worker_pool_specs=[
                {
                    "container_spec": {
                        "image_uri": "gcr.io/ml-pipeline/google-cloud-pipeline-components:2.5.0",
                        "command": ["echo"],
                        "args": ["foo"],
                    },
                    "machine_spec": {
                        "accelerator_count": count.output,
                        "accelerator_type": accelerator.output,
                        "machine_type": machine.output,
                    },
                    "replica_count": 1,
                }
            ],
        )
