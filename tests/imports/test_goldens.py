"""Every component of Kubeflow's golden files is imported, or it is said what cannot be; never a traceback."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from kfdsl import ir
from kfdsl.lower import Context, Project
from kfdsl.lower.kubeflow import file
from kfdsl.source import Source

from . import imported

GOLDENS = Path(__file__).resolve().parents[3] / "shared" / "corpus" / "kfp"
FILES = sorted(GOLDENS.rglob("*.yaml"))
UNDERSTOOD = {"invalid-component", "untaken-part"}

pytestmark = pytest.mark.skipif(not FILES, reason=f"there are no golden files of Kubeflow at {GOLDENS}")


def names(path: Path) -> list[str]:
    """Return what a file declares."""
    source = Source(path.name, path.read_text(encoding="utf-8"))
    module = file.load(Project(Context(), None), source, str(path.parent))
    assert module is not None
    return module.exported()


def call(path: Path, name: str) -> str:
    return f'import "{path.name}" {{ {name} as it }}\npipeline p {{ step s = it() }}'


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_component_is_imported_or_it_is_said_why_not(path: Path) -> None:
    for name in names(path):
        found = imported.findings(call(path, name), path.parent)
        errors = {d.name for d in found if d.severity == "error"} - {"missing-argument"}
        assert errors <= UNDERSTOOD, (name, [(d.name, str(d.span), d.message) for d in found])


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_container_goes_to_kubeflow_as_it_is(path: Path) -> None:
    document = next(iter(yaml.safe_load_all(path.read_text(encoding="utf-8"))))
    executors = document["deploymentSpec"]["executors"]
    for name in names(path):
        body = callable_body(path, name)
        if body is None:
            continue
        container = executors[document["components"][f"comp-{name}"]["executorLabel"]]["container"]
        assert isinstance(body.run, ir.Command)
        made = [word_of(word) for word in (*(body.run.command or ()), *(body.run.args or ()))]
        assert made == [
            filled_in(word) for word in (*container.get("command", []), *container.get("args", []))
        ]


def callable_body(path: Path, name: str) -> ir.Body | None:
    """Return the body of a component that is imported without findings; None for pipelines."""
    inputs = component_inputs(path, name)
    if inputs is None:
        return None
    given = ", ".join(f"{key} = {value}" for key, value in inputs)
    text = f'import "{path.name}" {{ {name} as it }}\npipeline p {{\n  step s = it({given})\n}}'
    errors = [d for d in imported.findings(text, path.parent) if d.severity == "error"]
    return None if errors else imported.called(imported.program(text, path.parent))


VALUES = {
    "STRING": '"x"',
    "NUMBER_INTEGER": "1",
    "NUMBER_DOUBLE": "1.5",
    "BOOLEAN": "true",
    "LIST": "[]",
    "STRUCT": "{}",
}


def component_inputs(path: Path, name: str) -> list[tuple[str, str]] | None:
    """Return arguments for a component with a container; None for another one."""
    document: Any = next(iter(yaml.safe_load_all(path.read_text(encoding="utf-8"))))
    component = document["components"].get(f"comp-{name}", {"dag": {}})
    if "dag" in component:
        return None
    definitions = component.get("inputDefinitions", {})
    found = [
        (key, VALUES.get(one["parameterType"], "{}"))
        for key, one in definitions.get("parameters", {}).items()
        if "defaultValue" not in one
    ]
    return found + [(key, 'load("gs://b/x")') for key in definitions.get("artifacts", {})]


def word_of(word: ir.Expr) -> str:
    """Return an entry as the target for Kubeflow writes it."""
    if isinstance(word, ir.KubeflowWord):
        return word.text
    assert isinstance(word, ir.Literal)
    return str(word.value)


def filled_in(word: str) -> str:
    """Return an entry with its `Concat` as the text that it makes, which the backend does not do."""
    if not word.startswith('{"Concat"'):
        return word
    return "".join(json.loads(word)["Concat"])
