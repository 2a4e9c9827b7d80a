"""Compiled IR: components and pipelines of the files that `files/compiled.py` writes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from kfdsl import ir
from kfdsl.evaluate import constant

from . import imported


def fit(more: str = "") -> ir.Pipeline:
    return imported.program(
        'import "fit.yaml" { fit }\npipeline p {\n'
        'step make { image = "alpine", command = ["touch", rows], out rows: Dataset }\n'
        f"step fit = fit(data = make.rows{more})\n}}"
    )


def container(file: str, executor: str) -> dict[str, Any]:
    """Return the container of an executor in a file."""
    document = next(iter(yaml.safe_load_all((imported.FILES / file).read_text(encoding="utf-8"))))
    found: dict[str, Any] = document["deploymentSpec"]["executors"][executor]["container"]
    return found


def test_a_component_that_was_compiled_alone_is_a_component() -> None:
    body = imported.called(fit())

    assert imported.interface(body) == {
        "data": "Dataset",
        "options": "map<json>",
        "epochs": "int",
        "fast": "bool",
        "label": "string?",
        "note": "string",
        "tags": "list<json>",
        "model": "Model",
        "score": "float",
    }
    assert body.inputs[0].doc == "Rows, one a line."


def test_defaults_are_what_the_file_says() -> None:
    defaults = {i.name: constant(i.default) for i in imported.called(fit()).inputs if i.default is not None}

    assert defaults == {
        "epochs": 3,
        "fast": True,
        "note": "1e3",
        "tags": ["y", "0o7"],
        "options": {"depth": 4, "rate": 0.5},
    }


def test_container_for_kubeflow_is_that_of_the_file_but_for_texts_put_together() -> None:
    """The backend does not know `Concat`, which is therefore written as the text that it makes."""
    made, wanted = imported.on_kfp(fit())["exec-fit"], container("fit.yaml", "exec-fit")

    at = next(n for n, word in enumerate(wanted["args"]) if word.startswith('{"Concat"'))
    wanted["args"][at] = "p-{{$.inputs.parameters['note']}}-x"
    assert made == wanted


def test_values_reach_the_container_on_argo() -> None:
    made = imported.on_argo(fit(', label = "it\'s {{x}} $(HOME)"'))["fit"]["container"]

    assert made["command"] == ["sh", "-c", 'echo "$0" "$@"']
    assert made["args"][:4] == [
        "--epochs", "{{inputs.parameters.epochs}}", "/tmp/inputs/data", "/tmp/outputs/model",  # noqa: S108  # promised
    ]  # fmt: skip


def test_a_function_of_the_sdk_passes_through_to_kubeflow() -> None:
    program = imported.program('import "add.yaml" as lib\npipeline p { step s = lib.add(a = 1) }')

    assert imported.on_kfp(program)["exec-add"] == container("add.yaml", "exec-add")


def test_a_function_of_the_sdk_is_refused_for_argo_at_its_call() -> None:
    text = 'import "add.yaml" as lib\npipeline p {\n  step s = lib.add(a = 1)\n  step t = lib.add(a = s.Output)\n}'
    found = [d for d in imported.findings(text, imported.FILES, "argo") if d.severity == "error"]

    assert [(d.name, d.message, d.span.text) for d in found] == [
        ("not-on-argo", "`add` runs on Kubeflow only", "s"),
        ("not-on-argo", "`add` runs on Kubeflow only", "t"),
    ]
    assert [(label.span.source.name, label.span.text) for d in found for label in d.labels] == [
        ("add.yaml", "'{{$}}'")
    ] * 2


def test_a_plain_pipeline_is_a_pipeline() -> None:
    pipeline = imported.program('import "talk.yaml" { talk }\npipeline p { step t = talk(who = "you") }')
    assert pipeline.graph is not None
    (step,) = pipeline.graph.steps()
    talk = step.call
    assert isinstance(talk, ir.Pipeline)
    assert talk.graph is not None

    assert talk.doc == "Says two things."
    assert [(p.name, constant(p.default)) for p in talk.params if p.default is not None] == [
        ("loud", False),
        ("who", "world"),
    ]
    assert [(s.name, [n.step for n in s.needs]) for s in talk.graph.steps()] == [
        ("say", []),
        ("say-2", ["say"]),
        ("say-3", ["say"]),
    ]
    assert [(o.name, o.value) for o in talk.outputs if isinstance(o.value, ir.OutputRef)] == [
        ("Output", talk.outputs[0].value)
    ]


def test_settings_of_tasks_and_executors_are_settings() -> None:
    made = imported.on_argo(
        imported.program('import "talk.yaml" { talk }\npipeline p { step t = talk(who = "you") }')
    )
    second, third = made["say-2"], made["say-3"]
    variables = {v["name"]: v.get("value") or v["valueFrom"] for v in third["container"]["env"]}

    assert second["retryStrategy"] == {
        "limit": "2",
        "retryPolicy": "Always",
        "backoff": {"duration": "10s", "factor": "2", "maxDuration": "60s"},
    }
    assert second["annotations"] == {"workflows.argoproj.io/display-name": "Second one"}
    assert variables["LEVEL"] == "1e3"
    assert variables["DB_USER"] == {"secretKeyRef": {"name": "creds", "key": "user"}}
    assert variables["APP_LEVEL"] == {"configMapKeyRef": {"name": "settings", "key": "level"}}
    assert variables["POD"] == {"fieldRef": {"fieldPath": "metadata.name"}}
    assert third["container"]["resources"] == {
        "requests": {"cpu": "500m"},
        "limits": {"cpu": 1, "memory": "1Gi", "nvidia.com/gpu": 1},
    }
    assert {m["mountPath"] for m in third["container"]["volumeMounts"]} >= {"/creds", "/rows", "/scratch"}
    assert third["metadata"] == {"labels": {"team": "ml"}, "annotations": {"on": "yes"}}
    assert third["timeout"] == "90s"
    assert third["nodeSelector"] == {"disk": "ssd"}
    assert third["tolerations"] == [{"effect": "NoSchedule", "key": "gpu", "operator": "Exists"}]
    assert third["container"]["securityContext"] == {"runAsUser": 1000, "runAsNonRoot": True}
    assert "registry" in third["podSpecPatch"]


def test_components_of_a_pipeline_can_be_imported_by_their_names() -> None:
    assert imported.interface(imported.called(imported.program(
        'import "choose.yaml" { say }\npipeline p { step s = say(text = "x") }'
    ))) == {"text": "string", "said": "string"}  # fmt: skip


def alone(folder: Path, container: dict[str, Any], **definitions: Any) -> ir.Pipeline:  # noqa: ANN401  # JSON
    """Return a pipeline that calls the only component of an IR."""
    spec = {
        "components": {"comp-c": {"executorLabel": "x", **definitions}},
        "deploymentSpec": {"executors": {"x": {"container": {"image": "a", "command": ["b"], **container}}}},
        "root": {"dag": {"tasks": {"c": {"componentRef": {"name": "comp-c"}}}}},
    }
    (folder / "c.yaml").write_text(json.dumps(spec), encoding="utf-8")
    return imported.program('import "c.yaml" as lib\npipeline p { step c = lib.c() }', folder)


@pytest.mark.parametrize(
    ("resources", "wanted"),
    [
        ({"cpuLimit": 1.0, "memoryLimit": 0.5}, {"limits": {"cpu": 1, "memory": "0.5G"}}),
        ({"cpuRequest": 0.5, "resourceCpuRequest": "500m"}, {"requests": {"cpu": "500m"}}),
        ({"resourceMemoryLimit": "512Mi"}, {"limits": {"memory": "512Mi"}}),
        ({"accelerator": {"type": "nvidia.com/gpu", "count": "2"}}, {"limits": {"nvidia.com/gpu": 2}}),
    ],
)
def test_both_generations_of_resources_are_read(
    tmp_path: Path, resources: dict[str, Any], wanted: dict[str, Any]
) -> None:
    made = imported.on_argo(alone(tmp_path, {"resources": resources}))

    assert made["c"]["container"]["resources"] == wanted


def test_members_of_an_enum_are_literals(tmp_path: Path) -> None:
    mode = {"parameterType": "STRING", "literals": ["fast", "y", "1e3"], "defaultValue": "y"}
    pipeline = alone(tmp_path, {}, inputDefinitions={"parameters": {"mode": mode}})

    assert imported.interface(imported.called(pipeline)) == {"mode": 'enum("fast", "y", "1e3")'}


def test_a_name_that_the_language_cannot_write_is_another_one(tmp_path: Path) -> None:
    parameters = {"two words": {"parameterType": "STRING", "isOptional": True}}
    choice = '{"IfPresent": {"InputName": "two words", "Then": "{{$.inputs.parameters[\'two words\']}}"}}'
    pipeline = alone(tmp_path, {"args": [choice]}, inputDefinitions={"parameters": parameters})

    assert imported.interface(imported.called(pipeline)) == {"two_words": "string?"}
    assert imported.on_kfp(pipeline)["exec-c"]["args"] == [choice.replace("two words", "two_words")]


def test_variables_of_a_container_stay_in_it_for_kubeflow() -> None:
    """A variable with a placeholder, which the backend fills in only in a command, is exported in front of it."""
    program = imported.program('import "talk.yaml" { say-3 }\npipeline p { step s = say-3(text = "x") }')

    assert imported.on_kfp(program)["exec-say-3"]["env"] == [{"name": "LEVEL", "value": "1e3"}]
    whole = imported.program(
        'import "train.yaml" { train-model }\npipeline p { step s = train-model('
        'training_data = load("gs://b/x"), bucket = "b") }'
    )
    assert imported.on_kfp(whole)["exec-train-model"]["env"] == [
        {"name": "LEVEL", "value": "info"},
        {"name": "RUN", "value": "x-$(LEVEL)"},
    ]
