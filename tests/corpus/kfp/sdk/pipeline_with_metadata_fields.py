from kfp import dsl


@dsl.component
def str_to_dataset(string: str, dataset: dsl.Output[dsl.Dataset]):
    """Convert string to dataset.

    Args:
        string: The string.

    Returns:
        dataset: The dataset.
    """
    open(dataset.path, "w").write(string)


@dsl.component
def dataset_joiner(
    dataset_a: dsl.Input[dsl.Dataset],
    dataset_b: dsl.Input[dsl.Dataset],
    out_dataset: dsl.Output[dsl.Dataset],
) -> str:
    """Concatenate dataset_a and dataset_b.

    Args:
        dataset_a: First dataset.
        dataset_b: Second dataset.

    Returns:
        out_dataset: The concatenated dataset.
        Output: The concatenated string.
    """
    joined = open(dataset_a.path).read() + open(dataset_b.path).read()
    open(out_dataset.path, "w").write(joined)
    return joined


@dsl.pipeline(
    name="dataset-concatenator",
    description="A pipeline that joins string to in_dataset.",
)
def dataset_concatenator(string: str, in_dataset: dsl.Input[dsl.Dataset]) -> dsl.Dataset:
    """Concatenate.

    Args:
        string: String to concatenate to in_artifact.
        in_dataset: Dataset to which to concatenate string.

    Returns:
        Output: The final concatenated dataset.
    """
    first = str_to_dataset(string=string)
    joiner = dataset_joiner(dataset_a=first.outputs["dataset"], dataset_b=in_dataset)
    return joiner.outputs["out_dataset"]
