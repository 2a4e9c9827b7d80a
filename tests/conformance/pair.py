"""A case of the cluster's tests, compiled for Kubeflow and run by the model of its engine."""

from __future__ import annotations

from typing import cast

import kfdsl
from tests.cluster.case import Case
from tests.cluster.expectation import Expectation
from tests.kubeflow.containers import Local
from tests.kubeflow.engine import Engine, Run
from tests.kubeflow.spec import Spec, read
from tests.kubeflow.values import parse

TARGET = "kfp"


def compiled(case: Case) -> tuple[str, list[str]]:
    """Return the IR of a case, or the codes of the errors with what they say."""
    text = case.path.read_text(encoding="utf-8")
    result = kfdsl.compile_text(text, name=case.path.name, root=str(case.path.parent), target=TARGET)
    errors = [f"{d.code} {d.message}" for d in result.diagnostics if d.severity == "error"]
    return str(result.text or ""), errors


def run(spec: Spec, expected: Expectation, root: str) -> Run:
    """Run an IR with the parameters that the expectation names, its programs those of this machine."""
    defined = spec.definitions("root", "input", "parameters")
    given = expected.get("parameters", {})
    arguments = {name: parse(text, defined[name]["parameterType"]) for name, text in given.items()}
    return Engine(Local(root), root).run(spec, arguments)


def portable(expected: Expectation) -> Expectation:
    """Return what an expectation says of the language, without what it says of Argo.

    That is its messages, how it calls inputs and standard output, and why a step did not run.
    """
    whole = dict(expected)
    for key in ("message", "inputs", "needs", "parameters"):
        whole.pop(key, None)
    steps = expected.get("steps", {})
    unlike = {"Error": "Failed", "Skipped": "not run", "Omitted": "not run", "absent": "not run"}
    whole["steps"] = {name: unlike.get(phase, phase) for name, phase in steps.items()}
    whole["phase"] = unlike.get(expected["phase"], expected["phase"])
    outputs = expected.get("outputs", {})
    whole["outputs"] = {
        name: {key: value for key, value in values.items() if key != "result"}
        for name, values in outputs.items()
    }
    return cast("Expectation", whole)


__all__ = ["compiled", "portable", "read", "run"]
