from kfp import dsl, kubernetes


@dsl.component(base_image="python:3.11")
def producer() -> str:
    with open("/data/file.txt", "w") as file:
        file.write("hello")
    with open("/data/file.txt") as file:
        return file.read()


@dsl.component(base_image="python:3.11")
def consumer():
    with open("/data/file.txt") as file:
        print(file.read())


@dsl.pipeline
def pvc_mount_pipeline(pvc_name: str):
    produced = producer()
    consumed = consumer().after(produced)
    for task in (produced, consumed):
        kubernetes.mount_pvc(task, pvc_name=pvc_name, mount_path="/data")
