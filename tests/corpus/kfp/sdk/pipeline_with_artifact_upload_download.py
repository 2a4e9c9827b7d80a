from kfp import dsl


@dsl.component(packages_to_install=["datasets==4.0.0"])
def download_dataset_and_upload_as_artifact(
    dataset_repo: str, dataset_name: str, output_dataset: dsl.Output[dsl.Dataset]
):
    from datasets import load_dataset

    load_dataset(dataset_repo, dataset_name).save_to_disk(output_dataset.path)
    print(f"Saved to {output_dataset.path}")


@dsl.component
def print_dataset_info(dataset: dsl.Dataset):
    print("URI:", dataset.uri)
    assert "download-dataset-and-upload-as-artifact" in dataset.uri


@dsl.pipeline
def pipeline_with_datasets(dataset_repo: str = "google/frames-benchmark", dataset_name: str = ""):
    """Download Hugging Face Data Set, upload it as an artifact and print its metadata"""
    download = download_dataset_and_upload_as_artifact(dataset_repo=dataset_repo, dataset_name=dataset_name)
    print_dataset_info(dataset=download.outputs["output_dataset"])
