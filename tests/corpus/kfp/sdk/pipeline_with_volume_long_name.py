from kfp import dsl, kubernetes


@dsl.component(base_image="registry.access.redhat.com/ubi9/python-311:latest")
def dummy_task():
    print("hello")


@dsl.pipeline(name="here-is-a-pipeline-very-long-name")
def long_name():
    kubernetes.CreatePVC(
        pvc_name_suffix="-my-pvc", access_modes=["ReadWriteOnce"], size="1Gi", storage_class_name="standard"
    )
    dummy_task()
