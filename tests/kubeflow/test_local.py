"""kfp's local runner and the model of the backend, on what kfp compiled: where both can run it they agree."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from .containers import Local
from .engine import Engine
from .local import LocalRun, run_all
from .oracles import GOLDENS, NO_GOLDENS, NO_KFP, python
from .spec import read

pytestmark = pytest.mark.skipif(bool(NO_KFP or NO_GOLDENS), reason=NO_KFP or NO_GOLDENS)

CASES: dict[str, dict[str, Any]] = {
    "hello_world.yaml": {},
    "pipeline_with_after.yaml": {},
    "producer_consumer_param_pipeline.yaml": {"text": "a < b"},
    "sequential_v2.yaml": {"url": "x"},
}
"""Pipelines of containers that need no more than a shell."""


@pytest.fixture(scope="module")
def local() -> dict[str, LocalRun]:
    """Return what kfp's runner makes of them."""
    return dict(zip(CASES, run_all([(GOLDENS / name, given) for name, given in CASES.items()]), strict=True))


@pytest.mark.parametrize("name", CASES)
def test_both_run_the_same_containers_with_the_same_words(
    name: str, local: dict[str, LocalRun], tmp_path: Path
) -> None:
    spec = read((GOLDENS / name).read_text(encoding="utf-8"))
    run = Engine(Local(str(tmp_path)), str(tmp_path)).run(spec, CASES[name])
    ours = [(node.task.component, node.phase == "Succeeded") for node in run.nodes if node.attempts]
    theirs = [(start.component, start.code == 0) for start in local[name].starts]

    assert sorted(ours) == sorted(theirs), f"{run.table()}\n{local[name].error}"
    assert (run.phase == "Succeeded") is local[name].succeeded


def test_a_log_is_found_by_its_component(local: dict[str, LocalRun]) -> None:
    assert local["hello_world.yaml"].log("comp-echo") == "hello world\n"
    with pytest.raises(LookupError, match="0 containers of comp-x"):
        local["hello_world.yaml"].log("comp-x")


def test_its_runner_of_processes_takes_no_containers() -> None:
    code = (
        "import sys\nfrom kfp import components, local\nlocal.init(local.SubprocessRunner(use_venv=False))\n"
        "try:\n    components.load_component_from_file(sys.argv[1])()\nexcept RuntimeError as e:\n    print(e)"
    )

    assert "only supports running Lightweight Python Components" in python(
        code, "", str(GOLDENS / "hello_world.yaml")
    )
