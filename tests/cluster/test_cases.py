"""Every case folder's file does on the cluster what its expectation says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from .case import Case, cases, orphans, submit_all
from .expectation import differences

if TYPE_CHECKING:
    from concurrent.futures import Future

    from .engine import Engine, Pending

CASES = cases("raw", ".yaml") + cases("cases", ".pipe")
LIMIT = 420
"""Seconds for one to end; the first that is waited for has all others beside it."""


@pytest.fixture(scope="session")
def pending(engine: Engine, request: pytest.FixtureRequest) -> dict[Case, Future[Pending]]:
    """Return all cases that this session will ask for, submitted at the first use."""
    asked = [item.callspec.params.get("case") for item in request.session.items if hasattr(item, "callspec")]
    return submit_all(engine, [case for case in CASES if case in asked])


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.path.parent.name}/{case.name}")
def test_runs_as_expected(case: Case, pending: dict[Case, Future[Pending]], engine: Engine) -> None:
    lacking = engine.lacks(case.expected.get("needs", ""))
    if lacking:
        pytest.skip(lacking)
    run = pending[case].result().wait(LIMIT)

    found = differences(run, case.expected)
    assert not found, "\n".join([*found, run.table()])


@pytest.mark.parametrize("folder", ["raw", "cases"])
def test_every_expectation_belongs_to_a_case(folder: str) -> None:
    assert orphans(folder) == []
