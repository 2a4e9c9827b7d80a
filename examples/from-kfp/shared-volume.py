from kfp import dsl, kubernetes

IMAGE = "python:3.12-slim"


@dsl.component(base_image=IMAGE)
def write():
    open("/work/numbers.txt", "w").write("1 2 3")


@dsl.component(base_image=IMAGE)
def read() -> int:
    return sum(map(int, open("/work/numbers.txt").read().split()))


@dsl.pipeline
def shared_volume() -> int:
    """Writes to a volume in one step and reads from it in another; the volume lives as long as the run."""
    claim = kubernetes.CreatePVC(
        access_modes=["ReadWriteOnce"], size="1Gi", pvc_name_suffix="-work", storage_class_name="standard"
    )
    name = claim.outputs["name"]
    written = write().set_caching_options(False)
    total = read().after(written).set_caching_options(False)
    kubernetes.mount_pvc(written, name, "/work")
    kubernetes.mount_pvc(total, name, "/work")
    kubernetes.DeletePVC(pvc_name=name).after(total)
    return total.output
