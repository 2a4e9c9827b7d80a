from kfp import dsl
from kfp.dsl import Input, Model, Output


@dsl.component(base_image="python:3.11")
def build_model_car(model: Output[Model]):
    model.uri = "oci://registry.domain.local/org/repo:v1.0"


@dsl.component(base_image="python:3.11")
def get_model_files_list(input_model: Input[Model]) -> str:
    import os

    expected = {
        "added_tokens.json",
        "config.json",
        "generation_config.json",
        "merges.txt",
        "model.safetensors",
        "normalizer.json",
        "preprocessor_config.json",
        "special_tokens_map.json",
        "tokenizer.json",
        "tokenizer_config.json",
        "vocab.json",
    }
    found = set(os.listdir(input_model.path))
    if not found.issuperset(expected):
        raise RuntimeError("The model lacks " + ", ".join(sorted(expected - found)))
    return ", ".join(sorted(found))


@dsl.pipeline
def pipeline_with_modelcar_model(model_uri: str = "oci://registry.domain.local/modelcar:test"):
    build_model_car().set_caching_options(False)
    importer = dsl.importer(artifact_uri=model_uri, artifact_class=Model)
    get_model_files_list(input_model=importer.output).set_caching_options(False)
