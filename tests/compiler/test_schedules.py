"""Schedules: what depends on the machine that compiles."""

from __future__ import annotations

import sys
import zoneinfo
from collections.abc import Iterator

import pytest

from kfdsl import check_text

PROGRAM = """edition 2026
pipeline nightly {
  schedule = { cron = "0 3 * * *", timezone = "%s" }
  image   = "busybox:1.36"
  command = ["true"]
}
"""


@pytest.fixture
def no_zones(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let Python find no data of time zones: neither those of the system nor those of a package."""
    for module in ("tzdata", *(name for name in sys.modules if name.startswith("tzdata."))):
        monkeypatch.setitem(sys.modules, module, None)
    zoneinfo.reset_tzpath(to=())
    zoneinfo.ZoneInfo.clear_cache()
    yield
    zoneinfo.reset_tzpath()
    zoneinfo.ZoneInfo.clear_cache()


@pytest.mark.usefixtures("no_zones")
def test_zone_that_cannot_be_checked_is_a_note() -> None:
    found = check_text(PROGRAM % "Nowhere/Atall")

    assert [(d.name, d.severity) for d in found] == [("unchecked-timezone", "note")]


def test_zone_that_does_not_exist_is_an_error() -> None:
    found = check_text(PROGRAM % "Europe/Berlim")

    assert [(d.name, d.severity) for d in found] == [("invalid-schedule", "error")]
    assert found[0].fixes[0].edits[0].text == '"Europe/Berlin"'
