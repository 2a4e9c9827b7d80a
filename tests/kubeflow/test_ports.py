"""Ports of the SDK's golden pipelines and of its tutorials, run on the model of the engine by this machine's Python."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from kfdsl.compiler import compile_file

from .containers import Local
from .engine import Engine
from .pod import Cluster
from .spec import read

ROOT = Path(__file__).resolve().parents[2]
SECRETS = {"test-secret-1": {"username": "ann"}, "model-registry": {"token": "t"}}
Texts = dict[str, str]


@dataclass(frozen=True)
class Expected:
    """What a run leaves behind: outputs of steps and what they print, as texts; `fails` says how it ends."""

    outputs: dict[str, Texts] = field(default_factory=dict)
    logs: Texts = field(default_factory=dict)
    arguments: dict[str, Any] = field(default_factory=dict)
    fails: str = ""


PORTS = {
    "artifact_cache": Expected(logs={"crust-comp": "input:  foo\n"}),
    "component_with_optional_inputs": Expected(
        logs={
            "component-op": "input1: Hello, type: <class 'str'>\ninput2: World, type: <class 'str'>\n"
            "input3: None, type: <class 'NoneType'>\n"
        }
    ),
    "concat_message": Expected(
        {"concat-message": {"message": "a{b"}}, {}, {"message1": "a{", "message2": "b"}
    ),
    "env-var": Expected(arguments={"env_var": "PATH"}),
    "fail_v2": Expected(fails="exit status 1"),
    "identity": Expected({"identity": {"y": "it's\n1e3"}}, {}, {"value": "it's\n1e3"}),
    "lightweight_python_functions_pipeline": Expected(
        {
            "preprocess": {
                "output_parameter_path": "m",
                "output_bool_parameter_path": "true",
                "output_dict_parameter_path": '{"A":1,"B":2}',
                "output_list_parameter_path": '["a","b","c"]',
            }
        },
        {},
        {"message": "m"},
    ),
    "local_execution_pipeline_with_exit_handler": Expected({"record-exit": {"record": "exit:Succeeded"}}),
    "mixed_parameters": Expected(logs={"crust-comp": "sum : 3\n"}),
    "nested_pipeline_opt_inputs_nil_compiled": Expected(),
    "nested_return": Expected({"nested-return": {"rows": '[{"A_a":"1","B_b":"2"},{"A_a":"10","B_b":"20"}]'}}),
    "parallel_for_after_dependency": Expected({"print-op-2": {"same": "bar"}}),
    "parallel_for_secret": Expected(),
    "pipeline_as_exit_task": Expected({"get-run-state": {"state": "Failed"}}, fails="Task failed."),
    "pipeline_with_collected_artifacts": Expected({"read-and-join": {"text": "0,1,2"}}),
    "pipeline_with_input_status_state": Expected(),
    "pipeline_with_nested_loops": Expected(),
    "pipeline_with_retry": Expected({"add": {"total": "8"}}),
    "pythonic_artifacts_test_pipeline": Expected(),
    "pythonic_artifacts_with_list_of_artifacts": Expected(),
    "pythonic_artifacts_with_multiple_returns": Expected(),
    "take_nap_compiled": Expected({}, {"wake-up": "I'm awake now. Did I snore?\n"}, {"naptime_secs": 0}),
}
EXAMPLES = {
    "add-numbers": Expected({"second": {"sum": "12"}}),
    "conditional-deployment": Expected(logs={"notify": "the run has Succeeded\n"}),
    "data-quality-gate": Expected(logs={"report": "trained on 1000 rows\n"}, arguments={"most-missing": 0.5}),
    "hyperparameter-search": Expected(
        {"choose": {"score": "1"}}, {"publish": "publishing trained at 0.03\n"}
    ),
    "notebook-training": Expected({"train": {"score": "1.4166666666666667"}}),
    "pipeline-in-pipeline": Expected({"total": {"total": "180"}}),
    "shared-volume": Expected({"read": {"total": "6"}}),
}


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        *((f"tests/corpus/kfp/{name}.pipe", expected) for name, expected in PORTS.items()),
        *((f"examples/from-kfp/{name}.pipe", expected) for name, expected in EXAMPLES.items()),
    ],
    ids=[*PORTS, *EXAMPLES],
)
def test_a_port_runs(path: str, expected: Expected, tmp_path: Path) -> None:
    compiled = compile_file(str(ROOT / path), target="kfp").text
    # The root of a container's files is a folder here.
    spec = read(compiled.replace("'/%s/%s'", f"'{tmp_path}/%s/%s'").replace("/work/", f"{tmp_path}/"))

    run = Engine(Local(str(tmp_path)), str(tmp_path), Cluster(SECRETS)).run(spec, expected.arguments)

    assert run.phase == ("Failed" if expected.fails else "Succeeded"), run.table()
    assert expected.fails in run.table()
    assert {step: run.node(step).outputs for step in expected.outputs} == expected.outputs, run.table()
    assert {step: run.log(step) for step in expected.logs} == expected.logs
