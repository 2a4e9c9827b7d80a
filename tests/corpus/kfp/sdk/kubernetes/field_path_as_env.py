from kfp import dsl, kubernetes


@dsl.component(base_image="python:3.11")
def comp():
    pass


@dsl.pipeline
def my_pipeline():
    kubernetes.use_field_path_as_env(
        comp(), env_name="KFP_RUN_NAME", field_path="metadata.annotations['pipelines.kubeflow.org/run_name']"
    )
