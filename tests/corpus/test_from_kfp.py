"""docs/from-kfp.md shows what lies in examples/from-kfp, and both sides of it compile."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from kfdsl.compiler import compile_file

from . import from_kfp
from .ratio import EXAMPLES

NAMES = from_kfp.names()
PYTHON = os.environ.get("KFDSL_KFP_PYTHON", "")


@pytest.fixture(scope="session")
def sdk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder with what the SDK compiles the Python of the page to."""
    folder = tmp_path_factory.mktemp("page")
    shutil.copytree(EXAMPLES / "steps", folder / "steps")
    for name, text in from_kfp.python().items():
        (folder / f"{name}.py").write_text(text, encoding="utf-8")
    program = Path(__file__).with_name("sdk_compile.py")
    subprocess.run([PYTHON, "-W", "ignore", program, folder, folder, *NAMES], check=True)
    return folder


def test_the_page_is_current(update: bool) -> None:  # noqa: FBT001  # a fixture
    if update:
        from_kfp.PAGE.write_text(from_kfp.page(), encoding="utf-8")

    assert from_kfp.PAGE.read_text(encoding="utf-8") == from_kfp.page(), "pytest --update writes it anew"


def test_the_page_shows_every_example() -> None:
    assert sorted(NAMES) == sorted(path.stem for path in EXAMPLES.glob("*.pipe"))
    assert sorted(NAMES) == sorted(path.stem for path in EXAMPLES.glob("*.py"))


@pytest.mark.skipif(not PYTHON, reason="KFDSL_KFP_PYTHON is not set: a Python that has kfp")
@pytest.mark.parametrize("name", NAMES)
def test_the_sdk_compiles_the_python_of_the_page(name: str, sdk: Path) -> None:
    assert "schemaVersion: 2.1.0" in (sdk / f"{name}.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", NAMES)
def test_example_compiles_for_kubeflow(name: str) -> None:
    result = compile_file(str(EXAMPLES / f"{name}.pipe"), target="kfp")

    assert [f"{d.code} {d.message}" for d in result.diagnostics if d.severity == "error"] == []
    assert "schemaVersion:" in result.text
