"""`component.yaml`: its names, types, defaults and command."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kfdsl import ir
from kfdsl.evaluate import constant

from . import imported

HEAD = "name: Work\n"
CONTAINER = "implementation: {container: {image: alpine, command: [run], args: [%s]}}\n"


def written(folder: Path, inputs: str, args: str = "", outputs: str = "") -> ir.Body:
    """Return the component of a file with some inputs."""
    ports = "".join(
        f"{key}: [{value}]\n" for key, value in (("inputs", inputs), ("outputs", outputs)) if value
    )
    (folder / "c.yaml").write_text(HEAD + ports + CONTAINER % args, encoding="utf-8")
    return imported.body("work", "c.yaml", folder)


def test_inputs_and_outputs_are_typed() -> None:
    assert imported.interface(whole()) == {
        "training_data": "Dataset",
        "epochs": "int",
        "rate": "float",
        "fast": "bool",
        "tags": "list<json>",
        "options": "map<json>",
        "bucket": "string",
        "label": "string?",
        "commit": "string",
        "extra_rows": "Artifact?",
        "model": "Model",
        "accuracy": "float",
        "report": "Artifact",
    }


def whole() -> ir.Body:
    pipeline = imported.program(
        'import "train.yaml" { train-model }\npipeline p {\n'
        'step make { image = "alpine", command = ["touch", rows], out rows: Dataset }\n'
        'step train = train-model(training_data = make.rows, bucket = "b")\n}'
    )
    return imported.called(pipeline)


def test_defaults_have_the_types_of_their_inputs() -> None:
    defaults = {i.name: constant(i.default) for i in whole().inputs if i.default is not None}

    assert defaults == {
        "epochs": 3,
        "rate": 0.01,
        "fast": True,
        "tags": ["a", "b"],
        "options": {"depth": 4},
        "commit": "1e3",
    }


def test_descriptions_are_docs() -> None:
    assert whole().doc == "Trains a model on rows of numbers."
    assert whole().inputs[0].doc == "Rows, one a line."


def test_labels_and_annotations_are_those_of_the_pod() -> None:
    labels, annotations = whole().settings.expr("labels"), whole().settings.expr("annotations")

    assert labels is not None
    assert annotations is not None
    assert constant(labels) == {"team": "ml"}
    assert constant(annotations) == {"author": "A. Uthor <a@example.org>"}


@pytest.mark.parametrize(
    ("given", "type_", "default"),
    [
        ("type: String, default: 1e3", "string", "1e3"),
        ("type: String, default: y", "string", "y"),
        ("type: String, default: 0o7", "string", "0o7"),
        ("type: String, default: yes", "string", "yes"),
        ("type: String, default: 010", "string", "010"),
        ("type: String, default: ''", "string", ""),
        ("type: Integer, default: 3", "int", 3),
        ("type: Integer, default: -3", "int", -3),
        ("type: Integer, default: '9007199254740993'", "int", 9007199254740993),
        ("type: Float, default: '1e-7'", "float", 1e-7),
        ("type: Bool, default: 'False'", "bool", False),
        ("type: Boolean, default: 1", "bool", True),
        ("type: JsonObject, default: '{}'", "map<json>", {}),
        ("type: JsonObject, default: {a: 1e3, b: 1.5, c: [yes, 0o7, 'x']}", "map<json>",
         {"a": "1e3", "b": 1.5, "c": ["yes", "0o7", "x"]}),
        ("type: 'typing.List[str]', default: '[1, true]'", "list<json>", [1, True]),
    ],
)  # fmt: skip
def test_default_is_what_the_file_says(tmp_path: Path, given: str, type_: str, default: object) -> None:
    (one,) = written(tmp_path, f"{{name: x, {given}}}").inputs

    assert imported.interface(written(tmp_path, f"{{name: x, {given}}}")) == {"x": type_}
    assert one.default is not None
    assert constant(one.default) == default
    assert type(constant(one.default)) is type(default)


@pytest.mark.parametrize(
    ("given", "args", "type_"),
    [
        ("", "", "Artifact?"),
        ("", "{inputValue: x}", "string?"),
        ("", "{inputPath: x}", "Artifact?"),
        (", type: GCSPath", "{inputValue: x}", "string?"),
        (", type: GCSPath", "{inputPath: x}", "Artifact?"),
        (", type: {GCSPath: {data_type: CSV}}", "{inputValue: x}", "string?"),
        (", type: {JsonObject: {data_type: CSV}}", "{inputValue: x}", "map<json>?"),
        (", type: {JsonObject: {data_type: CSV}}", "{inputPath: x}", "Artifact?"),
        (", type: Markdown", "{inputPath: x}", "Markdown?"),
        (", type: google.VertexModel", "{inputPath: x}", "VertexModel?"),
    ],
)
def test_a_type_that_says_nothing_is_decided_by_the_use(
    tmp_path: Path, given: str, args: str, type_: str
) -> None:
    found = written(tmp_path, f"{{name: x, optional: true{given}}}", args)

    assert imported.interface(found) == {"x": type_}


def test_names_are_those_that_kubeflow_makes(tmp_path: Path) -> None:
    found = written(
        tmp_path,
        "{name: Input 1, optional: true}, {name: learningRate, optional: true}, {name: 2nd try, optional: true}",
        outputs="{name: Model (best)}",
    )

    assert list(imported.interface(found)) == [
        "input_1", "learningrate", "_2nd_try", "model_best",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("file", "text", "name"),
    [
        ("c.yaml", "name: Train (my) Model\n", "train-my-model"),
        ("c.yaml", "name: train_model\n", "train-model"),
        ("fit.yaml", "", "fit"),
        ("lib/train/component.yaml", "", "train"),
        ("lib/2nd.yaml", "", "_2nd"),
    ],
)
def test_a_component_is_called_by_its_name_or_its_file(
    tmp_path: Path, file: str, text: str, name: str
) -> None:
    (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / file).write_text(text + CONTAINER % "", encoding="utf-8")

    assert imported.body(name, file, tmp_path).name == name


def test_command_is_that_of_the_file_and_never_a_script(tmp_path: Path) -> None:
    text = "set -e\necho \"$HOME\" {{x}} 'it'\"'\"'s'"
    container = {"image": "alpine", "command": ["sh", "-c", text]}
    file = json.dumps({"implementation": {"container": container}})
    (tmp_path / "c.yaml").write_text(file, encoding="utf-8")

    made = imported.on_argo(imported.program('import "c.yaml" { c }\npipeline p = c()', tmp_path))

    assert imported.received(made["c"]["container"]) == ["sh", "-c", text]


def test_variables_of_kubernetes_stay_variables(tmp_path: Path) -> None:
    """`$(LEVEL)` is a variable of the container, which a step may set to another value."""
    container = "{image: alpine, command: [run, $(LEVEL), $$(LEVEL), $$, $(date +%s)], env: {LEVEL: info}}"
    (tmp_path / "c.yaml").write_text(f"implementation: {{container: {container}}}", encoding="utf-8")
    text = 'import "c.yaml" { c }\npipeline p { step s = c() { env = { LEVEL = "debug" } } }'

    made = imported.on_argo(imported.program(text, tmp_path))

    words = imported.received(made["c"]["container"])
    assert words == ["run", "debug", "$(LEVEL)", "$", "$(date +%s)"]


def test_words_depend_on_optional_inputs(tmp_path: Path) -> None:
    args = (
        "{if: {cond: {isPresent: x}, then: [--x, {inputValue: x}], else: [--none]}}, "
        "{if: {cond: {isPresent: needed}, then: [--flag]}}, "
        "{concat: [a-, {if: {cond: {isPresent: x}, then: {inputValue: x}}}, -b]}"
    )
    found = written(
        tmp_path, "{name: x, type: String, optional: true}, {name: needed, type: Integer, default: '1'}", args
    )

    assert isinstance(found.run, ir.Command)
    assert found.run.args is not None
    texts = [word.text for word in found.run.args if isinstance(word, ir.KubeflowWord)]
    assert texts == [
        '{"IfPresent": {"InputName": "x", "Then": ["--x", "{{$.inputs.parameters[\'x\']}}"], "Else": ["--none"]}}',
        '{"IfPresent": {"InputName": "needed", "Then": ["--flag"]}}',
        '{"IfPresent": {"InputName": "x", "Then": "a-{{$.inputs.parameters[\'x\']}}-b", "Else": "a--b"}}',
    ]
    meanings = [word.meaning for word in found.run.args if isinstance(word, ir.KubeflowWord)]
    assert [type(one).__name__ for one in meanings] == ["IfPresent", "ListExpr", "IfPresent"]


def test_path_of_an_output_stays_where_the_file_has_it(tmp_path: Path) -> None:
    (tmp_path / "c.yaml").write_text(
        "outputs: [{name: Model}]\n"
        "implementation: {container: {image: a, command: [x], fileOutputs: {Model: /work/model.bin}}}",
        encoding="utf-8",
    )

    made = imported.on_argo(imported.program('import "c.yaml" { c }\npipeline p = c()', tmp_path))

    assert made["c"]["outputs"]["artifacts"] == [{"name": "model", "path": "/work/model.bin"}]


def test_default_of_an_artifact_is_an_artifact_of_its_text(tmp_path: Path) -> None:
    found = written(tmp_path, "{name: rows, default: 'a,b'}", "{inputPath: rows}")

    assert isinstance(found.inputs[0].default, ir.LoadedRef)
