from kfp import dsl, kubernetes


@dsl.component(base_image="python:3.11")
def comp():
    pass


@dsl.pipeline
def my_pipeline():
    kubernetes.empty_dir_mount(
        comp(), volume_name="emptydir-vol-1", mount_path="/mnt/my_vol_1", medium="Memory", size_limit="1Gi"
    )
