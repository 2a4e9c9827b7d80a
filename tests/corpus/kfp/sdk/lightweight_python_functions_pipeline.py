from typing import Dict, List

from kfp import dsl


@dsl.component
def preprocess(
    message: str,
    input_dict_parameter: Dict[str, int],
    input_list_parameter: List[str],
    output_dataset_one: dsl.Output[dsl.Dataset],
    output_dataset_two_path: dsl.OutputPath("Dataset"),
    output_parameter_path: dsl.OutputPath(str),
    output_bool_parameter_path: dsl.OutputPath(bool),
    output_dict_parameter_path: dsl.OutputPath(Dict[str, int]),
    output_list_parameter_path: dsl.OutputPath(List[str]),
):
    """Dummy preprocessing step."""
    import json

    open(output_dataset_one.path, "w").write(message)
    open(output_dataset_two_path, "w").write(message)
    open(output_parameter_path, "w").write(message)
    json.dump(True, open(output_bool_parameter_path, "w"))
    json.dump(input_dict_parameter, open(output_dict_parameter_path, "w"))
    json.dump(input_list_parameter, open(output_list_parameter_path, "w"))


@dsl.component
def train(
    dataset_one_path: dsl.InputPath("Dataset"),
    dataset_two: dsl.Input[dsl.Dataset],
    message: str,
    model: dsl.Output[dsl.Model],
    input_bool: bool,
    input_dict: Dict[str, int],
    input_list: List[str],
    num_steps: int = 100,
):
    """Dummy Training step."""
    line = (
        f"dataset_one_contents: {open(dataset_one_path).read()} || "
        f"dataset_two_contents: {open(dataset_two.path).read()} || "
        f"message: {message} || "
        f"input_bool: {input_bool}, type {type(input_bool)} || "
        f"input_dict: {input_dict}, type {type(input_dict)} || "
        f"input_list: {input_list}, type {type(input_list)} \n"
    )
    with open(model.path, "w") as output_file:
        for i in range(num_steps):
            output_file.write(f"Step {i}\n{line}\n=====\n")
    model.metadata["accuracy"] = 0.9


@dsl.pipeline(name="my-test-pipeline-beta")
def pipeline(message: str, input_dict: Dict[str, int] = {"A": 1, "B": 2}):
    prepared = preprocess(
        message=message, input_dict_parameter=input_dict, input_list_parameter=["a", "b", "c"]
    ).outputs
    train(
        dataset_one_path=prepared["output_dataset_one"],
        dataset_two=prepared["output_dataset_two_path"],
        message=prepared["output_parameter_path"],
        input_bool=prepared["output_bool_parameter_path"],
        input_dict=prepared["output_dict_parameter_path"],
        input_list=prepared["output_list_parameter_path"],
    )
