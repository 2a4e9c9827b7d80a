from kfp import dsl, kubernetes


@dsl.component(base_image="python:3.11")
def get_pvc_name() -> str:
    return "static-pvc-name-cmdepfto"


@dsl.component(base_image="python:3.11")
def comp():
    pass


@dsl.pipeline
def my_pipeline():
    name = get_pvc_name()
    pvc = kubernetes.CreatePVC(
        pvc_name=name.output,
        access_modes=["ReadWriteOnce"],
        size="5Gi",
        storage_class_name="standard",
    )
    task = comp()
    kubernetes.mount_pvc(task, pvc_name=pvc.outputs["name"], mount_path="/data")
    kubernetes.DeletePVC(pvc_name=name.output).after(task)
