"""The model against what kfp compiled, and against the graph of the model of the server's compiler."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from .oracles import GOLDENS, NO_GOLDENS, NO_KFPCOMPILE, workflow
from .spec import Spec, Task, read
from .stubbed import stubbed

FILES = sorted(GOLDENS.rglob("*.yaml")) if not NO_GOLDENS else []
NAMES = [str(path.relative_to(GOLDENS)) for path in FILES]
FAILING = {
    # A fan-in of a step under a condition crashes the driver.
    "conditional_producer_and_consumers.yaml": "an iteration lacks the task",
    # The run gives the root no artifacts.
    "input_artifact.yaml": "parent DAG does not have input artifact data",
    "pipeline_with_metadata_fields.yaml": "parent DAG does not have input artifact in_dataset",
    # A selector on the list of a loop is applied in each iteration once more, when the list is gone.
    "pipeline_with_nested_loops.yaml": "value not found in inputs",
    # The inner loop reads a parameter of the pipeline that the outer one is not given.
    "pipeline_with_parallelfor_parallelism.yaml": "parent DAG does not have input parameter pipelinechannel--",
    # The stub's text is no quantity.
    "pipeline_with_string_machine_fields_task_output.yaml": "failed to parse quantity 'text'",
}
"""What the backend cannot run, and why."""

pytestmark = pytest.mark.skipif(bool(NO_GOLDENS), reason=NO_GOLDENS)


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_a_golden_runs_with_stubs(path: Path, tmp_path: Path) -> None:
    spec = read(path.read_text(encoding="utf-8"))
    run = stubbed(spec, str(tmp_path))

    if path.name in FAILING:
        assert run.phase == "Failed"
        assert FAILING[path.name] in run.table()
    else:
        assert run.phase == "Succeeded", run.table()


def graph(spec: Spec) -> dict[str, list[tuple[str, ...]]]:
    """Return the templates that are DAGs: of each task its name, template, order, condition, count and hook."""
    found: dict[str, list[tuple[str, ...]]] = {}

    def rows(task: Task, hook: str, *, item: str = "") -> list[tuple[str, ...]]:
        name = item or task.name
        if task.iterator and not item:
            loop(task)
            return [(name, f"{task.component}-{name}-iterator", _depends(task.after), "", "", "")]
        kind = spec.kind(task.component)
        after = "" if item or task.is_exit else _depends(task.after)
        if kind in {"importer", "driver"}:
            template = "system-importer" if kind == "importer" else "system-driver"
            return [(name, template, "" if kind == "importer" else after, "", "", "")]
        template = task.component if kind == "dag" else "system-executor"
        return [
            (f"{name}-driver", "system-driver", after, "", "", ""),
            (name, template, f"{name}-driver.Succeeded", "when" if task.condition else "", "", hook),
        ]

    def loop(task: Task) -> None:
        when = "when" if task.condition else ""
        found[f"{task.component}-iteration"] = rows(task, "", item="iteration-item")
        found[f"{task.component}-{task.name}-iterator"] = [
            ("iteration-driver", "system-driver", "", "", "", ""),
            (
                "iteration-iterations",
                f"{task.component}-iteration",
                "iteration-driver.Succeeded",
                when,
                "count",
                "",
            ),
        ]

    def visit(component: str) -> None:
        if component in found or spec.kind(component) != "dag":
            return
        dag = spec.dag(component)
        for task in dag.tasks.values():
            visit(task.component)
            if task.is_exit:
                found[f"exit-hook-{component}-{task.name}"] = rows(task, "")
        made = []
        for task in dag.tasks.values():
            hook = f"exit-hook-{component}-{dag.hooks[task.name]}" if task.name in dag.hooks else ""
            made += [] if task.is_exit else rows(task, hook)
        found[component] = made

    visit("root")
    return found


def _depends(after: tuple[str, ...]) -> str:
    return " && ".join(sorted(f"{name}.Succeeded" for name in after))


def dumped(made: dict[str, Any]) -> dict[str, list[tuple[str, ...]]]:
    """Return the same of an Argo workflow."""
    return {
        template["name"]: [
            (
                task["name"],
                task["template"],
                " && ".join(sorted(task.get("depends", "").split(" && "))),
                "when" if task.get("when") else "",
                "count" if task.get("withSequence") else "",
                task.get("hooks", {}).get("exit", {}).get("template", ""),
            )
            for task in template["dag"]["tasks"]
        ]
        for template in made["spec"]["templates"]
        if "dag" in template and template["name"] != "entrypoint"
    }


@pytest.mark.skipif(bool(NO_KFPCOMPILE), reason=NO_KFPCOMPILE)
@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_the_graph_is_that_of_the_server(path: Path) -> None:
    spec = read(path.read_text(encoding="utf-8"))

    assert graph(spec) == dumped(dict(workflow(path)))
