"""The schema takes what kfdsl makes, and what does not fit is told; tests/corpus holds it against the goldens."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from kfdsl import ir
from kfdsl.compiler import analyze_text
from kfdsl.targets import kfp
from kfdsl.targets.kfp import patches, schema
from kfdsl.targets.kfp.findings import Findings

CASES = sorted((Path(__file__).parent / "cases").glob("*.yaml"))
PROGRAM = 'edition 2026\npipeline p { step a { image = "x", command = ["y"] } }\n'


def problems(documents: list[Any]) -> list[str]:
    """Return what is wrong with the documents of a pipeline."""
    found = []
    shape = schema.shape()
    for document in documents:
        parts = [(document, "PipelineSpec")]
        if document is not None and "platforms" in document:
            parts = [(one, "SinglePlatformSpec") for one in document["platforms"].values()]
        for made, name in parts:
            found += [f"{p.path}: {p.message}" for p in shape.problems(made, schema.reference(name))]
    return found


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_what_is_compiled_fits(case: Path) -> None:
    assert problems([*yaml.safe_load_all(case.read_text(encoding="utf-8"))]) == []


@pytest.mark.parametrize(
    "part",
    [
        {"root": {"dag": {"task": {}}}},
        {"root": {"dag": {"tasks": {"a": {"retryPolicy": {"backoffDuration": "30"}}}}}},
        {"deploymentSpec": {"executors": {"a": {"containers": {}}}}},
        {"components": {"a": {"inputDefinitions": {"parameters": {"x": {"parameterType": "TEXT"}}}}}},
    ],
)
def test_what_does_not_fit_is_a_bug_of_kfdsl(part: dict[str, Any]) -> None:
    program = analyze_text(PROGRAM, target=None).program
    assert program is not None
    span = program.pipelines[0].name_span
    found = patches.check(part, {}, span, Findings().patched)

    assert [finding.name for finding in found] == ["invalid-manifest"]
    assert found[0].span == span


def test_a_patch_that_makes_the_whole_wrong_is_told_of_itself() -> None:
    text = PROGRAM.replace('["y"]', '["y"]\n  patch kfp.executor = """\n    container: { imag: z }\n  """\n')
    program = analyze_text(text, target=None).program
    assert program is not None
    pipeline: ir.Pipeline = program.pipelines[0]
    made, found = kfp.render(pipeline, source_name="a.pipe")

    assert made is None
    assert [(finding.name, finding.span.text) for finding in found] == [("invalid-patch", "imag")]
