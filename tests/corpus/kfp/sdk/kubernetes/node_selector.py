from kfp import dsl, kubernetes


@dsl.component(base_image="python:3.11")
def comp():
    pass


@dsl.pipeline
def my_pipeline():
    kubernetes.add_node_selector(
        comp(), label_key="cloud.google.com/gke-accelerator", label_value="nvidia-tesla-p4"
    )
