"""Every port compiles to an IR that means the same as the golden file of Kubeflow Pipelines, or better.

The ports are also written as a user of the SDK writes them, in `kfp/sdk`: what they are compared with in length.
"""

from __future__ import annotations

import os
import subprocess
from functools import cache
from pathlib import Path

import pytest

from kfdsl.compiler import analyze_file, compile_file

from . import compare_kfp, corpora, parity
from .corpora import KFP

PORTS = KFP.ports()
ACCEPTED = KFP.accepted()
MISSING = KFP.missing()
UNRUNNABLE = KFP.noted("unrunnable")
PENDING = KFP.noted("pending")
JUDGED = [
    pytest.param(port, marks=pytest.mark.xfail(reason=PENDING[port], strict=False))
    if port in PENDING
    else port
    for port in PORTS
]
REFUSED_BY_THE_SERVER = "component_with_task_final_status_GH-12033"
"""The one that has no port: it takes the final status of a task as a param of the run, which is refused there."""
SDK = KFP.folder / "sdk"
PYTHON = os.environ.get("KFDSL_KFP_PYTHON", "")


@cache
def compiled(port: str) -> str:
    """Return the YAML of a port; errors fail the test."""
    allow = ["not-run-by-kfp"] if port in UNRUNNABLE else []
    result = compile_file(str(KFP.path(port)), target="kfp", allow=allow)

    assert [f"{d.code} {d.message}" for d in result.diagnostics if d.severity == "error"] == []
    return result.text


@pytest.fixture(scope="session")
def sdk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder with what the SDK compiles its Python to."""
    output = tmp_path_factory.mktemp("sdk")
    program = Path(__file__).with_name("sdk_compile.py")
    subprocess.run([PYTHON, "-W", "ignore", program, output, SDK, *PORTS], check=True)
    return output


@pytest.mark.parametrize("port", sorted(set(PORTS) - set(PENDING)))
def test_port_compiles(port: str) -> None:
    assert compiled(port)


@pytest.mark.parametrize("port", PORTS)
def test_port_is_checked(port: str) -> None:
    found = analyze_file(str(KFP.path(port)), target=None).diagnostics

    assert [f"{d.code} {d.message}" for d in found if d.severity == "error"] == []


@pytest.mark.skipif(bool(MISSING), reason=MISSING)
@pytest.mark.parametrize("port", JUDGED)
def test_port_means_the_same(port: str) -> None:
    corpora.check(compare_kfp.differences(port, compiled(port)), ACCEPTED.get(port, {}))


@pytest.mark.skipif(bool(MISSING), reason=MISSING)
def test_every_golden_file_has_a_port() -> None:
    goldens = {
        path.relative_to(KFP.originals).with_suffix("").as_posix() for path in KFP.originals.rglob("*.yaml")
    }

    assert goldens - set(PORTS) == {REFUSED_BY_THE_SERVER}


@pytest.mark.parametrize("port", PORTS)
def test_port_has_its_python(port: str) -> None:
    assert (SDK / f"{port}.py").exists()


@pytest.mark.skipif(bool(MISSING), reason=MISSING)
@pytest.mark.skipif(not PYTHON, reason="KFDSL_KFP_PYTHON is not set: a Python that has kfp")
@pytest.mark.parametrize("port", PORTS)
def test_python_of_the_sdk_means_the_same(port: str, sdk: Path) -> None:
    found = compare_kfp.differences(port, (sdk / f"{port}.yaml").read_text(encoding="utf-8"))

    assert [text for path, text in found if not path.endswith(".description")] == []


def test_differences_are_accepted_of_ports_only() -> None:
    assert set(ACCEPTED) <= set(PORTS)


def test_page_of_parity_is_current(update: bool) -> None:  # noqa: FBT001  # a fixture
    if update:
        KFP.page.write_text(parity.page(KFP), encoding="utf-8")

    assert KFP.page.read_text(encoding="utf-8") == parity.page(KFP), "pytest --update writes it anew"
