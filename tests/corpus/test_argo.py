"""Every port compiles to manifests that fit Argo's schema and mean the same as the upstream example."""

from __future__ import annotations

from functools import cache

import pytest

from kfdsl.compiler import compile_file

from . import compare_argo, corpora, parity
from .corpora import ARGO

PORTS = ARGO.ports()
ACCEPTED = ARGO.accepted()
MISSING = ARGO.missing()


@cache
def compiled(port: str) -> str:
    """Return the YAML of a port; errors fail the test."""
    result = compile_file(str(ARGO.path(port)))

    assert [f"{d.code} {d.message}" for d in result.diagnostics if d.severity == "error"] == []
    return result.text


@pytest.mark.parametrize("port", PORTS)
def test_port_compiles(port: str) -> None:
    assert compiled(port)


@pytest.mark.skipif(bool(MISSING), reason=MISSING)
@pytest.mark.parametrize("port", PORTS)
def test_port_fits_the_schema(port: str) -> None:
    assert compare_argo.schema_problems(compiled(port)) == []


@pytest.mark.skipif(bool(MISSING), reason=MISSING)
@pytest.mark.parametrize("port", PORTS)
def test_port_means_the_same(port: str) -> None:
    corpora.check(compare_argo.differences(port, compiled(port)), ACCEPTED.get(port, {}))


def test_differences_are_accepted_of_ports_only() -> None:
    assert set(ACCEPTED) <= set(PORTS)


def test_page_of_parity_is_current(update: bool) -> None:  # noqa: FBT001  # a fixture
    if update:
        ARGO.page.write_text(parity.page(ARGO), encoding="utf-8")

    assert ARGO.page.read_text(encoding="utf-8") == parity.page(ARGO), "pytest --update writes it anew"
