from kfp import dsl, kubernetes


@dsl.component(base_image="registry.access.redhat.com/ubi9/python-311:latest")
def producer() -> str:
    with open("/data/file.txt", "w") as file:
        file.write("Hello world")
    with open("/data/file.txt") as file:
        content = file.read()
    print(content)
    return content


@dsl.component(base_image="registry.access.redhat.com/ubi9/python-311:latest")
def consumer() -> str:
    with open("/data/file.txt") as file:
        content = file.read()
    print(content)
    return content


@dsl.pipeline
def pipeline_with_volume_no_cache():
    pvc = kubernetes.CreatePVC(
        pvc_name_suffix="-my-pvc",
        access_modes=["ReadWriteOnce"],
        size="5Mi",
        storage_class_name="standard",
    ).set_caching_options(False)
    produced = producer()
    consumed = consumer().after(produced)
    for task in (produced, consumed):
        kubernetes.mount_pvc(task, pvc_name=pvc.outputs["name"], mount_path="/data")
    kubernetes.DeletePVC(pvc_name=pvc.outputs["name"]).after(consumed).set_caching_options(False)
