"""What a container is given and what it leaves behind; all programs are really run."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from .containers import Local
from .engine import Engine, Run
from .irs import constant, dag, made, optional, output, pipeline, received, step, task
from .pod import Cluster
from .spec import Json

X = "{{$.inputs.parameters['x']}}"
FILE = "{{$.outputs.parameters['y'].output_file}}"
SHOW = ("sh", "-c", 'for one; do printf "[%s]" "$one"; done', "sh")


def ran(
    tmp_path: Path,
    component: Json,
    parameters: Json | None = None,
    *,
    cluster: Cluster | None = None,
) -> Run:
    """Run one step, in a pipeline that may be given an `n`."""
    root = dag({"a": task("a", parameters)}, {"n": optional("NUMBER_INTEGER", 3)})
    return Engine(Local(str(tmp_path)), str(tmp_path), cluster or Cluster()).run(pipeline(root, a=component))


@pytest.mark.parametrize(
    ("type_", "value", "shown"),
    [
        ("STRING", 'it\'s "q" $HOME `x`', 'it\'s "q" $HOME `x`'),
        ("STRING", "a\n", "a\n"),
        ("NUMBER_DOUBLE", 0.00001, "1e-05"),
        ("NUMBER_INTEGER", 12345678901, "12345678901"),
        ("BOOLEAN", True, "true"),
        ("LIST", ["<", 1, 0.5], '["\\u003c",1,0.5]'),
        ("STRUCT", {"b": 1, "a": {}}, '{"a":{},"b":1}'),
    ],
)
def test_a_value_in_an_argument(tmp_path: Path, type_: str, value: object, shown: str) -> None:
    result = ran(tmp_path, step({"x": type_}, argv=(*SHOW, f"<{X}>")), {"x": constant(value)})

    assert result.log("a") == f"[<{shown}>]"


def test_text_that_looks_like_a_variable_is_expanded_by_kubernetes(tmp_path: Path) -> None:
    component = step({"x": "STRING"}, argv=(*SHOW, X, "$(A)"), env=[{"name": "A", "value": "1"}])
    result = ran(tmp_path, component, {"x": constant("$(A) $(B) $$(A) $$ $")})

    assert result.log("a") == "[1 $(B) $(A) $ $][1]"


def test_a_variable_may_use_an_earlier_one(tmp_path: Path) -> None:
    env = [{"name": "A", "value": "1"}, {"name": "B", "value": "$(A)$$(A)$(C)"}, {"name": "C", "value": "3"}]

    assert ran(tmp_path, step(argv=("sh", "-c", 'echo "$B"'), env=env)).log("a") == "1$(A)$(C)\n"


def test_a_constant_that_names_another_input_is_filled_in_by_a_second_pass_and_only_in_the_container(
    tmp_path: Path,
) -> None:
    text = {
        "x": constant("n is {{$.inputs.parameters['pipelinechannel--n']}}"),
        "pipelinechannel--n": received("n"),
    }
    direct = ran(tmp_path, step({"x": "STRING"}, argv=(*SHOW, X)), text)
    called = dag({"a": task("a", {"x": received("x")})}, {"x": "STRING"})
    root = dag({"call": task("called", text)}, {"n": "NUMBER_INTEGER"})
    spec = pipeline(root, called=called, a=step({"x": "STRING"}, argv=(*SHOW, X)))
    inside = Engine(Local(str(tmp_path)), str(tmp_path)).run(spec, {"n": 3})

    assert direct.log("a") == "[n is 3]"
    assert inside.log("a") == "[n is {{$.inputs.parameters['pipelinechannel--n']}}]"


def test_a_value_with_a_placeholder_is_filled_in_too(tmp_path: Path) -> None:
    component = step({"x": "STRING", "z": "STRING"}, argv=(*SHOW, X))
    result = ran(tmp_path, component, {"x": constant("{{$.inputs.parameters['z']}}"), "z": constant("Z")})

    assert result.log("a") == "[Z]"


def test_a_default_is_not_there_yet_when_the_driver_fills_in_arguments(tmp_path: Path) -> None:
    component = step({"x": optional("STRING", "d")}, {"y": "STRING"}, argv=(*SHOW, X))
    late = step(
        {"x": optional("STRING", "d")}, {"y": "STRING"}, argv=("sh", "-c", f"printf %s '{X}' > {FILE}")
    )

    assert "parameter 'x' not found in executor input" in ran(tmp_path, component).node("a").message
    assert ran(tmp_path, late).node("a").outputs == {"y": "d"}  # beside an output, the launcher does it


@pytest.mark.parametrize(
    ("given", "shown"), [({"x": constant("v")}, "[--x][v][--end]"), ({}, "[--none][--end]")]
)
def test_if_present_adds_words(tmp_path: Path, given: Json, shown: str) -> None:
    clause = json.dumps({"IfPresent": {"InputName": "x", "Then": ["--x", X], "Else": ["--none"]}})
    component = step({"x": optional("STRING")}, argv=(*SHOW, clause, "--end"))

    assert ran(tmp_path, component, given).log("a") == shown


def test_if_present_of_an_artifact_beside_an_output_and_concat_are_not_resolved(tmp_path: Path) -> None:
    artifact = json.dumps({"IfPresent": {"InputName": "m", "Then": ["--m"], "Else": ["--none"]}})
    outputs = json.dumps({"IfPresent": {"InputName": "x", "Then": ["{{$.outputs.artifacts['o'].path}}"]}})
    concat = json.dumps({"Concat": ["a", "b"]})
    maker = step(outputs={"m": "Model"})
    reader = step({"m": "Model?", "x": "STRING"}, argv=(*SHOW, artifact, outputs, concat))
    tasks = {"make": task("maker"), "a": task("a", {"x": constant("v")}, {"m": made("make", "m")})}
    spec = pipeline(dag(tasks), maker=maker, a=reader)
    result = Engine(Local(str(tmp_path)), str(tmp_path)).run(spec)

    assert result.log("a") == f"[--none][{outputs}][{concat}]"


def test_the_first_word_knows_no_artifacts_and_outputs(tmp_path: Path) -> None:
    result = ran(tmp_path, step(outputs={"y": "STRING"}, argv=(FILE,)))

    assert result.node("a").message == "exit status 127"
    assert FILE in result.log("a")


def test_no_words_are_an_error_since_the_entrypoint_is_never_used(tmp_path: Path) -> None:
    assert ran(tmp_path, step(argv=())).node("a").message == "command and arguments are empty"


def test_the_whole_input_is_json_with_the_defaults(tmp_path: Path) -> None:
    component = step({"x": "STRING", "d": optional("LIST", [1])}, {"m": "Model"}, argv=(*SHOW, "{{$}}"))
    whole = json.loads(ran(tmp_path, component, {"x": constant('"\n')}).log("a")[1:-1])

    assert whole["inputs"]["parameterValues"] == {"x": '"\n', "d": [1]}
    assert whole["outputs"]["artifacts"]["m"]["artifacts"][0]["uri"].startswith("minio://")
    assert Path(whole["outputs"]["outputFile"]).parent.is_dir()


def written(tmp_path: Path, outputs: dict[str, str | Json], script: str, *more: str) -> Run:
    """Run a step with outputs, and a reader of them."""
    reader = step(dict(outputs), argv=(*SHOW, *more))
    parameters = {n: output("a", n) for n, t in outputs.items() if isinstance(t, str) and t.isupper()}
    artifacts = {n: made("a", n) for n, t in outputs.items() if isinstance(t, str) and not t.isupper()}
    maker = step(
        outputs=outputs, argv=("sh", "-ec", script, "{{$}}", FILE, "{{$.outputs.artifacts['m'].path}}")
    )
    spec = pipeline(
        dag({"a": task("a"), "read": task("reader", parameters, artifacts)}), a=maker, reader=reader
    )
    return Engine(Local(str(tmp_path)), str(tmp_path)).run(spec)


def test_an_output_keeps_its_newline(tmp_path: Path) -> None:
    assert written(tmp_path, {"y": "STRING"}, 'echo a > "$1"').node("read").inputs == {"y": "a\n"}


@pytest.mark.parametrize(("script", "message"), [(":", "No such file"), ('echo x > "$1"', "NUMBER_INTEGER")])
def test_an_output_that_is_missing_or_of_another_type_fails_the_step(
    tmp_path: Path, script: str, message: str
) -> None:
    result = written(tmp_path, {"y": "NUMBER_INTEGER"}, script)

    assert message in result.node("a").message
    assert not result.ran("read")


def test_an_artifact_that_is_missing_passes(tmp_path: Path) -> None:
    result = written(tmp_path, {"m": "Model"}, ":", "{{$.inputs.artifacts['m'].path}}")

    assert result.phase == "Succeeded"
    assert not os.path.exists(result.log("read")[1:-1])


TELL = """
import json, sys
whole = json.loads(sys.argv[1])
told = json.loads(sys.argv[2])
open(whole["outputs"]["outputFile"], "w").write(json.dumps(told))
"""


def told(tmp_path: Path, outputs: dict[str, str | Json], said: Json) -> Run:
    """Run a Python step that tells of its outputs in the file for that."""
    component = step(outputs=outputs, argv=("python3", "-c", TELL, "{{$}}", json.dumps(said)))
    reader = step({"m": "Model"}, argv=(*SHOW, "{{$}}"))
    tasks = {"a": task("a"), "read": task("reader", artifacts={"m": made("a", "m")})}
    return Engine(Local(str(tmp_path)), str(tmp_path)).run(pipeline(dag(tasks), a=component, reader=reader))


def test_the_output_file_gives_parameters_and_metadata(tmp_path: Path) -> None:
    metadata = {"auc": 0.9, "ok": True, "xs": [1], "m": {"k": "v"}}
    said = {"parameterValues": {"y": 7}, "artifacts": {"m": {"artifacts": [{"metadata": metadata}]}}}
    result = told(tmp_path, {"y": "NUMBER_INTEGER", "m": "Model"}, said)
    read = json.loads(result.log("read")[1:-1])["inputs"]["artifacts"]["m"]["artifacts"][0]["metadata"]

    assert result.node("a").outputs == {"y": "7"}
    assert read == {
        "auc": 0.9,
        "ok": 1,
        "xs": {"list": [1]},
        "m": {"struct": {"k": "v"}},
        "display_name": "m",
    }


@pytest.mark.parametrize(
    "said",
    [
        {"parameters": {}},
        {"artifacts": {"m": {"artifacts": [{"meta": {}}]}}},
        {"artifacts": {"m": {"list": []}}},
    ],
)
def test_an_unknown_key_in_the_output_file_fails_the_step(tmp_path: Path, said: Json) -> None:
    assert "unknown field" in told(tmp_path, {"m": "Model"}, said).node("a").message


def test_an_artifact_may_lie_elsewhere(tmp_path: Path) -> None:
    place = tmp_path / "elsewhere"
    place.write_text("weights", encoding="utf-8")
    result = told(tmp_path, {"m": "Model"}, {"artifacts": {"m": {"artifacts": [{"customPath": str(place)}]}}})
    uri = json.loads(result.log("read")[1:-1])["inputs"]["artifacts"]["m"]["artifacts"][0]["uri"]

    assert (tmp_path / "minio" / uri.removeprefix("minio://")).read_text(encoding="utf-8") == "weights"


def test_of_a_list_of_artifacts_an_argument_names_the_first(tmp_path: Path) -> None:
    body = dag(
        {"make": task("maker", {"x": received("item")})},
        {"item": "NUMBER_INTEGER"},
        {"m": ("Model", ("make", "m"))},
    )
    maker = step(
        {"x": "NUMBER_INTEGER"},
        {"m": "Model"},
        argv=("sh", "-c", f'echo {X} > "$0"', "{{$.outputs.artifacts['m'].path}}"),
    )
    tasks = {
        "loop": task("body", items="[7, 8]"),
        "read": task("reader", artifacts={"ms": made("loop", "m")}),
    }
    argv = (*SHOW, "{{$.inputs.artifacts['ms'].path}}", "{{$}}")
    spec = pipeline(dag(tasks), body=body, maker=maker, reader=step({"ms": "Model"}, argv=argv))
    log = Engine(Local(str(tmp_path)), str(tmp_path)).run(spec).log("read")
    path, whole = log[1:-1].split("][", 1)

    assert Path(path).read_text(encoding="utf-8") == "7\n"
    assert len(json.loads(whole)["inputs"]["artifacts"]["ms"]["artifacts"]) == 2


def test_secrets_are_variables_and_their_lack_keeps_the_pod_from_starting(tmp_path: Path) -> None:
    setting = {"secretNameParameter": constant("db"), "keyToEnv": [{"secretKey": "p", "envVar": "P"}]}
    component = step(argv=("sh", "-c", 'echo "$P"'), kubernetes={"secretAsEnv": [setting]})

    assert ran(tmp_path, component, cluster=Cluster({"db": {"p": "s3cret"}})).log("a") == "s3cret\n"
    assert "couldn't find key p in db" in ran(tmp_path, component).node("a").message


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"resources": {"resourceMemoryLimit": "lots"}}, "failed to parse quantity"),
        ({"kubernetes": {"imagePullPolicy": "Often"}}, "unsupported value"),
        ({"image": "{{$.inputs.parameters['gone']}}"}, "did not contain container Image input parameter"),
    ],
)
def test_settings_that_the_driver_refuses_fail_the_step(tmp_path: Path, more: Json, message: str) -> None:
    result = ran(tmp_path, step(**more))

    assert message in result.node("a").message
    assert not result.ran("a")


@pytest.mark.parametrize(
    ("type_", "value", "message"),
    [
        ("NUMBER_INTEGER", "5", "type mismatch"),
        ("STRING", 5, ""),
        ({"parameterType": "STRING", "literals": ["a", "b"]}, "c", "none of its literals"),
    ],
)
def test_the_driver_checks_types_and_literals(
    tmp_path: Path, type_: str | Json, value: object, message: str
) -> None:
    result = ran(tmp_path, step({"x": type_}), {"x": constant(value)})

    assert (message in result.node("a").message) if message else (result.node("a").inputs == {"x": "5"})
