"""What all tests share: `--update`, which writes golden files anew."""

from __future__ import annotations

import os

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--update`."""
    parser.addoption(
        "--update", action="store_true", help="write what the golden tests expect anew; read the diff"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Refuse to update where nobody reads the diff."""
    if config.getoption("--update") and os.environ.get("CI"):
        message = "--update is refused when CI is set"
        raise pytest.UsageError(message)


@pytest.fixture
def update(request: pytest.FixtureRequest) -> bool:
    """Whether golden files are to be written."""
    return bool(request.config.getoption("--update"))
