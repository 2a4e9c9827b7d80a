from kfp import dsl


@dsl.component(base_image="python:3.11")
def write_to_workspace(workspace_path: str) -> str:
    import os

    file_path = os.path.join(workspace_path, "data", "test_file.txt")
    os.makedirs(os.path.dirname(file_path), exist_ok=True)
    with open(file_path, "w") as file:
        file.write("Hello from workspace!")
    print(f"Wrote file to: {file_path}")
    return file_path


@dsl.component(base_image="python:3.11")
def read_from_workspace(file_path: str) -> str:
    with open(file_path) as file:
        content = file.read()
    print(f"Read content from: {file_path}")
    assert content == "Hello from workspace!"
    return content


@dsl.pipeline(
    pipeline_config=dsl.PipelineConfig(
        workspace=dsl.WorkspaceConfig(
            size="1Gi",
            kubernetes=dsl.KubernetesWorkspaceConfig(
                pvcSpecPatch={"storageClassName": "standard", "accessModes": ["ReadWriteOnce"]}
            ),
        )
    )
)
def pipeline_with_workspace() -> str:
    """A pipeline that demonstrates workspace functionality"""
    written = write_to_workspace(workspace_path=dsl.WORKSPACE_PATH_PLACEHOLDER)
    return read_from_workspace(file_path=written.output).output
