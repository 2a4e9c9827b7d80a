from typing import List

from kfp import dsl


@dsl.component
def split_ids(model_ids: str) -> list:
    return model_ids.split(",")


@dsl.component
def split_chars(model_ids: str) -> list:
    return model_ids.split(",")


@dsl.component
def create_file(content: str, file: dsl.Output[dsl.Artifact]):
    open(file.path, "w").write(content)


@dsl.component
def read_single_file(file: dsl.Artifact) -> str:
    print(open(file.path).read())
    return file.uri


@dsl.component
def create_dataset(content: str, data: dsl.Output[dsl.Dataset]):
    open(data.path, "w").write(content)


@dsl.component
def read_datasets(data: List[dsl.Dataset]) -> str:
    for dataset in data:
        print(open(dataset.path).read())
    return "files read"


@dsl.component
def read_single_dataset_generate_model(data: dsl.Dataset, id: str, results: dsl.Output[dsl.Model]):
    info = open(data.path).read()
    open(results.path, "w").write(f"{info}-{id}")
    results.metadata["model"] = info
    results.metadata["model_name"] = f"model-artifact-inner-iteration-{info}-{id}"


@dsl.component
def read_models(models: List[dsl.Model]) -> str:
    for model in models:
        print(f"Model raw data: {open(model.path).read()}")
    return "models read"


@dsl.pipeline
def single_node_dag(char: str) -> dsl.Dataset:
    return create_dataset(content=char).set_caching_options(False).outputs["data"]


@dsl.pipeline
def collecting_artifacts(model_ids: str = "", model_chars: str = "") -> List[dsl.Model]:
    ids = split_ids(model_ids=model_ids).set_caching_options(False).output
    chars = split_chars(model_ids=model_chars).set_caching_options(False).output
    with dsl.ParallelFor(ids) as id:
        file = create_file(content=id).set_caching_options(False).outputs["file"]
        read_single_file(file=file).set_caching_options(False)
        with dsl.ParallelFor(chars) as char:
            node = single_node_dag(char=char).set_caching_options(False)
            generate = read_single_dataset_generate_model(data=node.output, id=id).set_caching_options(False)
        read_models(models=dsl.Collected(generate.outputs["results"])).set_caching_options(False)
        read_datasets(data=dsl.Collected(node.output)).set_caching_options(False)
    return dsl.Collected(generate.outputs["results"])


@dsl.pipeline
def collected_artifact_pipeline():
    collected = collecting_artifacts(model_ids="s1,s2,s3", model_chars="x,y,z").set_caching_options(False)
    read_models(models=collected.output).set_caching_options(False)
