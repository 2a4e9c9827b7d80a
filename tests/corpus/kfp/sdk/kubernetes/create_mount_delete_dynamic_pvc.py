from kfp import dsl, kubernetes


@dsl.component(base_image="python:3.11")
def producer() -> str:
    with open("/data/file.txt", "w") as file:
        file.write("Hello world")
    with open("/data/file.txt") as file:
        content = file.read()
    print(content)
    return content


@dsl.component(base_image="python:3.11")
def consumer() -> str:
    with open("/data/file.txt") as file:
        content = file.read()
    print(content)
    return content


@dsl.pipeline
def my_pipeline():
    pvc = kubernetes.CreatePVC(
        pvc_name_suffix="-my-pvc",
        access_modes=["ReadWriteOnce"],
        size="5Mi",
        storage_class_name="standard",
        data_source={"apiGroup": "snapshot.storage.k8s.io", "kind": "VolumeSnapshot", "name": "my-snap"},
    )
    produced = producer()
    consumed = consumer().after(produced)
    for task in (produced, consumed):
        kubernetes.mount_pvc(task, pvc_name=pvc.outputs["name"], mount_path="/data")
    kubernetes.DeletePVC(pvc_name=pvc.outputs["name"]).after(consumed)
