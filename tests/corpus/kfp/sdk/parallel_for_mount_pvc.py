from kfp import dsl, kubernetes


@dsl.component
def example_component(item: str) -> str:
    print(f"Item: {item}")
    return item


@dsl.pipeline
def pipeline_parallel_for_mount_pvc(my_pvc_name_suffix: str = "test-pvc"):
    """Pipeline with 1 component inside ParallelFor using mount_pvc."""
    claim = kubernetes.CreatePVC(
        access_modes=["ReadWriteOnce"], size="5Mi", pvc_name_suffix="-my-pvc", storage_class_name="standard"
    )
    with dsl.ParallelFor(["a"]) as item:
        kubernetes.mount_pvc(example_component(item=item), claim.outputs["name"], "/data")
