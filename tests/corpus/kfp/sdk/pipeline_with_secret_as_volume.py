from kfp import dsl, kubernetes


@dsl.component(base_image="python:3.11")
def comp():
    with open("/mnt/my_vol/username", encoding="utf-8") as file:
        username = file.read()
    print(f"username: {username}")
    assert username == "user1"


@dsl.pipeline
def pipeline_secret_volume(secret_param: str = "test-secret-1"):
    kubernetes.use_secret_as_volume(comp(), secret_name=secret_param, mount_path="/mnt/my_vol")
