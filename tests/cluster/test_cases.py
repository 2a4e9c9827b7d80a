"""Every case folder's file does on the cluster what its expectation says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from .case import Case, cases, orphans, running
from .expectation import differences

if TYPE_CHECKING:
    from collections.abc import Iterator
    from concurrent.futures import Future

    from .engine import Engine
    from .history import Run

CASES = cases("raw", ".yaml") + cases("cases", ".pipe")


@pytest.fixture(scope="session")
def runs(engine: Engine, request: pytest.FixtureRequest) -> Iterator[dict[Case, Future[Run]]]:
    """Return the runs of all cases that this session will ask for, begun at the first use."""
    asked = [item.callspec.params.get("case") for item in request.session.items if hasattr(item, "callspec")]
    chosen = [case for case in CASES if case in asked and not engine.lacks(case.expected.get("needs", ""))]
    with running(engine, chosen) as found:
        yield found


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.path.parent.name}/{case.name}")
def test_runs_as_expected(case: Case, runs: dict[Case, Future[Run]], engine: Engine) -> None:
    lacking = engine.lacks(case.expected.get("needs", ""))
    if lacking:
        pytest.skip(lacking)
    run = runs[case].result()

    found = differences(run, case.expected)
    assert not found, "\n".join([*found, run.table()])


@pytest.mark.parametrize("folder", ["raw", "cases"])
def test_every_expectation_belongs_to_a_case(folder: str) -> None:
    assert orphans(folder) == []
