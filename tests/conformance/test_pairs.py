"""Each case of the cluster's tests on Kubeflow: it does there what the same expectation says, or it is refused.

Argo's half is `tests/cluster`, on a real cluster; Kubeflow's is the model of its engine in `tests/kubeflow`, which
executes what the steps' containers would execute. `differences.toml` names the cases that do not agree.
"""

from __future__ import annotations

import tempfile
import tomllib
from functools import cache
from pathlib import Path

import pytest

from tests.cluster.case import Case, cases
from tests.cluster.expectation import differences
from tests.kubeflow.spec import Refused

from .pair import compiled, portable, read, run

CASES = cases("cases", ".pipe")
PAIRS = 10
"""How many pipelines have to do the same on both engines, at least."""


@cache
def known() -> dict[str, str]:
    """Return what does not agree, and why."""
    text = (Path(__file__).parent / "differences.toml").read_text(encoding="utf-8")
    table: dict[str, str] = tomllib.loads(text)["cases"]
    return table


@cache
def found(case: Case) -> tuple[str, ...] | None:
    """Return what is not as expected on Kubeflow; None if the case is refused there."""
    text, errors = compiled(case)
    if errors:
        assert [error for error in errors if not error.startswith("KF3")] == []
        return None
    with tempfile.TemporaryDirectory() as folder:
        try:
            ended = run(read(text), case.expected, folder)
            said = differences(ended, portable(case.expected))
        except (LookupError, Refused) as error:
            return (str(error),)
    return (*said, ended.table()) if said else ()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_kubeflow_does_what_argo_does_or_refuses_to(case: Case) -> None:
    said = found(case)
    if said and case.name in known():
        pytest.xfail(known()[case.name])

    assert not said, "\n".join(said)


def test_so_many_pipelines_do_the_same_on_both_engines() -> None:
    same = [case.name for case in CASES if found(case) == ()]

    assert len(same) >= PAIRS, same


def test_every_difference_belongs_to_a_case() -> None:
    assert known().keys() <= {case.name for case in CASES}
