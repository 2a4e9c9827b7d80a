"""One namespace for all tests here; without a cluster each of them is skipped."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .engine import Engine

KUBECONFIG = "KFDSL_TEST_KUBECONFIG"


@pytest.fixture(scope="session", autouse=True)
def kubeconfig() -> str:
    """Return the path of the kubeconfig to use."""
    path = os.environ.get(KUBECONFIG, "")
    if not path:
        pytest.skip(f"{KUBECONFIG} does not name the kubeconfig of a cluster with Argo Workflows")
    return path


@pytest.fixture(scope="session")
def engine(kubeconfig: str) -> Iterator[Engine]:
    """Return Argo Workflows in a namespace of its own."""
    # imported here: without a cluster the client need not be installed
    from .engine import Engine  # noqa: PLC0415

    with Engine(kubeconfig) as made:
        yield made
