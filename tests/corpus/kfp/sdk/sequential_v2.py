from kfp import dsl
from kfp.dsl import OutputPath


@dsl.container_component
def download(url: str, downloaded: OutputPath(str)):
    return dsl.ContainerSpec(
        image="google/cloud-sdk", command=["sh", "-c"], args=[f"gsutil cp {url} {downloaded}"]
    )


@dsl.container_component
def echo(downloaded: str):
    return dsl.ContainerSpec(image="library/bash", command=["sh", "-c"], args=[f"echo {downloaded}"])


@dsl.pipeline
def sequential(url: str):
    downloaded = download(url=url)
    echo(downloaded=downloaded.output)
