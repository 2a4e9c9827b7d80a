"""Every example compiles, and what it compiles to is what Argo accepts."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from kfdsl import check_file, compile_file
from kfdsl.compiler import Result

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("KFDSL_SHARED", ROOT / ".." / "shared"))
CHECK = SHARED / "oracle" / "argo" / "check.py"
ARGOLINT = os.environ.get("KFDSL_ARGOLINT", "")
FOLDERS = sorted(p.name for p in (ROOT / "examples").iterdir() if p.is_dir() and p.name != "errors")
FROM_KFP = sorted(f"from-kfp/{p.stem}" for p in (ROOT / "examples" / "from-kfp").glob("*.pipe"))
EXAMPLES = [*(f"{name}/{name}" for name in FOLDERS if name != "from-kfp"), *FROM_KFP]


@cache
def compiled(name: str) -> Result:
    """Return what an example compiles to."""
    return compile_file(str(ROOT / "examples" / f"{name}.pipe"))


@pytest.mark.parametrize("name", FOLDERS)
def test_example_has_a_readme(name: str) -> None:
    readme = (ROOT / "examples" / name / "README.md").read_text(encoding="utf-8")

    assert readme.startswith(f"# {name}\n")


@pytest.mark.parametrize("name", EXAMPLES)
def test_example_compiles_without_a_finding(name: str) -> None:
    result = compiled(name)

    assert result.diagnostics == ()
    assert len(result.manifests) == 1


@pytest.mark.skipif(not CHECK.exists(), reason="../shared/oracle/argo/check.py is missing")
@pytest.mark.parametrize("name", EXAMPLES)
def test_example_fits_the_closed_schema(name: str, tmp_path: Path) -> None:
    manifest = tmp_path / f"{Path(name).name}.yaml"
    manifest.write_text(compiled(name).text, encoding="utf-8")

    command = [sys.executable, str(CHECK), str(manifest)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)

    assert run.stdout + run.stderr == ""


@pytest.mark.skipif(not ARGOLINT, reason="KFDSL_ARGOLINT is not set: the path of Argo's own validator")
def test_examples_pass_argos_own_validator(tmp_path: Path) -> None:
    for name in EXAMPLES:
        (tmp_path / f"{Path(name).name}.yaml").write_text(compiled(name).text, encoding="utf-8")

    run = subprocess.run([ARGOLINT, "--per-file", str(tmp_path)], capture_output=True, text=True, check=False)

    answers = [json.loads(line) for line in run.stdout.splitlines()]
    assert [(a["file"], a["error"]) for a in answers if not a["ok"]] == []
    assert len(answers) == len(EXAMPLES)


def test_seed_pipelines_are_small() -> None:
    text = compiled("simple-pipeline/simple-pipeline").text

    assert "depends: preprocess" in text
    assert len(text.splitlines()) < 30


def test_a_check_of_all_examples_finds_nothing() -> None:
    """Files that only others import are checked too."""
    files = [p for p in ROOT.glob("examples/**/*.pipe") if "errors" not in p.parts]

    assert [(p.name, d.message) for p in files for d in check_file(str(p))] == []
    assert len(files) >= len(EXAMPLES)
