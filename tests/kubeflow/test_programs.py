"""Every program that compiles for Kubeflow runs through the model of its engine, its steps being stubs."""

from __future__ import annotations

import tempfile
from functools import cache

import pytest

from kfdsl.compiler import analyze_file

from .oracles import ROOT
from .spec import read
from .stubbed import stubbed
from .test_judges import pipelines

FOLDERS = ("examples", "tests/corpus", "tests/targets/kfp")
PROGRAMS = sorted(
    path.relative_to(ROOT).as_posix()
    for folder in FOLDERS
    for path in (ROOT / folder).rglob("*.pipe")
    if "errors" not in path.parts
)
FAILING = {
    # Stubs know types, and not what else a step promises of its values.
    "tests/corpus/argo/parameter-aggregation-script.pipe": "no such key: evenness",
    "tests/corpus/kfp/pipeline_with_parallelfor_parallelism.pipe": "type mismatch: expect STRUCT, got number",
    "tests/corpus/kfp/pipeline_with_string_machine_fields_task_output.pipe": "failed to parse quantity 'text'",
    # A run gives the pipeline no artifacts.
    "tests/corpus/kfp/input_artifact.pipe": "parent DAG does not have input artifact",
    "tests/corpus/kfp/pipeline_with_metadata_fields.pipe": "parent DAG does not have input artifact",
    # The backend itself: a fan-in of a step under a condition; a selector on the list of a loop.
    "tests/corpus/kfp/conditional_producer_and_consumers.pipe": "an iteration lacks the task",
    "tests/corpus/kfp/pipeline_with_nested_loops.pipe": "value not found in inputs",
}
"""What fails, and what it says."""


@cache
def failures(program: str) -> str:
    """Return what fails in a run of each pipeline of a program; nothing if it is not for Kubeflow."""
    result = analyze_file(str(ROOT / program), target="kfp")
    if not result.text or any(one.severity == "error" for one in result.diagnostics):
        return ""
    said = ""
    for text in pipelines(result.text):
        with tempfile.TemporaryDirectory() as folder:
            run = stubbed(read(text), folder)
        if any(node.phase == "Failed" for node in run.nodes):
            said += run.table()
    return said


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_program_runs_with_stubs(program: str) -> None:
    said = failures(program)
    if said and program in FAILING:
        assert FAILING[program] in said
    else:
        assert not said


def test_what_fails_is_there() -> None:
    assert FAILING.keys() <= set(PROGRAMS)
