"""Every port compiles to manifests that fit Argo's schema and mean the same as the upstream example."""

from __future__ import annotations

from fnmatch import fnmatchcase
from functools import cache

import pytest

from kfdsl.compiler import compile_text

from . import originals, parity

PORTS = originals.ports()
KNOWN = originals.known_differences()
NO_CORPUS = originals.missing(originals.ORIGINALS)
NO_ORACLE = originals.missing(originals.ORACLE)


@cache
def compiled(port: str) -> str:
    """Return the YAML of a port; errors fail the test."""
    result = compile_text(originals.source(port), name=f"{port}.pipe")

    assert [f"{d.code} {d.message}" for d in result.diagnostics if d.severity == "error"] == []
    return result.text


@pytest.mark.parametrize("port", PORTS)
def test_port_compiles(port: str) -> None:
    assert compiled(port)


@pytest.mark.skipif(bool(NO_ORACLE), reason=NO_ORACLE)
@pytest.mark.parametrize("port", PORTS)
def test_port_fits_the_schema(port: str) -> None:
    assert originals.schema_problems(compiled(port)) == []


@pytest.mark.skipif(bool(NO_CORPUS or NO_ORACLE), reason=NO_CORPUS or NO_ORACLE)
@pytest.mark.parametrize("port", PORTS)
def test_port_means_the_same(port: str) -> None:
    found = originals.differences(port, compiled(port))

    accepted = KNOWN.get(port, {})
    surprising = [text for path, text in found if not any(fnmatchcase(path, glob) for glob in accepted)]
    stale = [glob for glob in accepted if not any(fnmatchcase(path, glob) for path, _ in found)]
    assert not surprising, "\n".join(surprising)
    assert stale == [], "accepted in differences.toml, but equal by now"


def test_differences_are_accepted_of_ports_only() -> None:
    assert set(KNOWN) <= set(PORTS)


def test_page_of_parity_is_current(update: bool) -> None:  # noqa: FBT001  # a fixture
    if update:
        parity.PAGE.write_text(parity.page(), encoding="utf-8")

    assert parity.PAGE.read_text(encoding="utf-8") == parity.page(), "pytest --update writes it anew"
