from kfp import dsl, kubernetes


@dsl.component(base_image="python:3.11")
def comp():
    pass


@dsl.pipeline
def my_pipeline():
    pvc = kubernetes.CreatePVC(
        pvc_name="static-pvc-name-cmdep",
        access_modes=["ReadWriteOnce"],
        size="5Gi",
        storage_class_name="standard",
    )
    task = comp()
    kubernetes.mount_pvc(task, pvc_name=pvc.outputs["name"], mount_path="/data")
    kubernetes.DeletePVC(pvc_name=pvc.outputs["name"]).after(task)
