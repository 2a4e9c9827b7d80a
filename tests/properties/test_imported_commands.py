"""The command of an imported component reaches its container exactly as its file has it, on both engines."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from kfdsl.targets import kfp
from tests.imports import imported

from . import BOUNDED
from .literals import ODD

PIECES = st.sampled_from(
    ["$", "$$", "$(LEVEL)", "$(HOME)", "$(date)", "{{", "}}", "{", "{{=x}}", "{{workflow.name}}", "'", '"', "\\",
     "\n", " ", "1e3", "0o7", "y", "~", "é", "😀", "${x}", "#", ": ", "- ", "%", "\t"]
)  # fmt: skip
TEXTS = st.lists(PIECES, max_size=8).map("".join).filter(lambda text: "{{$" not in text)
WORDS = st.lists(TEXTS, min_size=1, max_size=4)
ENV = {"LEVEL": "info"}


def call(file: str, component: str) -> Any:  # noqa: ANN401  # a pipeline
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "c.yaml").write_text(file, encoding="utf-8")
        return imported.program(
            f'import "c.yaml" {{ {component} }}\npipeline p = {component}()', Path(folder)
        )


def old(command: list[str], *, as_json: bool) -> str:
    container = {"image": "a", "command": ["run", *command], "env": ENV}
    file = {"name": "c", "implementation": {"container": container}}
    return json.dumps(file, ensure_ascii=False) if as_json else yaml.safe_dump(file)


def compiled(command: list[str]) -> str:
    container = {
        "image": "a",
        "command": ["run"],
        "args": command,
        "env": [{"name": "LEVEL", "value": "info"}],
    }
    return yaml.safe_dump(
        {
            "components": {"comp-c": {"executorLabel": "exec-c"}},
            "deploymentSpec": {"executors": {"exec-c": {"container": container}}},
            "root": {"dag": {"tasks": {"c": {"componentRef": {"name": "comp-c"}}}}},
        }
    )


@settings(BOUNDED, max_examples=60)
@given(WORDS, st.booleans())
def test_command_of_a_component_yaml_arrives_exactly(words: list[str], as_json: bool) -> None:  # noqa: FBT001  # drawn
    pipeline = call(old(words, as_json=as_json), "c")

    expected = ["run", *(imported.expanded(word, ENV) for word in words)]
    assert imported.received(imported.on_argo(pipeline)["c"]["container"]) == expected
    assert imported.on_kfp(pipeline)["exec-c"]["command"] == ["run", *words]


@settings(BOUNDED, max_examples=60)
@given(WORDS)
def test_command_of_a_compiled_component_arrives_exactly(words: list[str]) -> None:
    pipeline = call(compiled(words), "c")

    expected = ["run", *(imported.expanded(word, ENV) for word in words)]
    assert imported.received(imported.on_argo(pipeline)["c"]["container"]) == expected
    assert imported.on_kfp(pipeline)["exec-c"]["args"] == words


@pytest.mark.parametrize("text", [text for text in ODD if yaml.safe_load(yaml.safe_dump(text)) == text])
def test_odd_text_arrives_exactly(text: str) -> None:
    pipeline = call(old([text], as_json=False), "c")

    expected = ["run", imported.expanded(text, ENV)]
    assert imported.received(imported.on_argo(pipeline)["c"]["container"]) == expected
    manifest, found = kfp.render(pipeline, source_name="x.pipe", allow=frozenset(("all",)))
    if manifest is None:
        assert all("does not keep a text with U+" in d.message for d in found if d.severity == "error")
    else:
        assert imported.on_kfp(pipeline)["exec-c"]["command"] == ["run", text]
