"""What the blocks of the pages compile to is what Argo accepts: its own validator, and its schema closed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from kfdsl import compile_text

from . import pages

SHARED = Path(os.environ.get("KFDSL_SHARED", pages.ROOT / ".." / "shared"))
CHECK = SHARED / "oracle" / "argo" / "check.py"
ARGOLINT = os.environ.get("KFDSL_ARGOLINT", "")
GOOD = [block for page in pages.PAGES for block in pages.blocks(page) if "error" not in block.info]
OUTSIDE = """\
apiVersion: argoproj.io/v1alpha1
kind: WorkflowTemplate
metadata: { name: tools }
spec:
  templates:
  - name: say
    inputs: { parameters: [{ name: text }, { name: note, value: none }, { name: mark }] }
    container: { image: tools }
    outputs: { parameters: [{ name: answer, valueFrom: { path: /answer } }] }
---
apiVersion: argoproj.io/v1alpha1
kind: ClusterWorkflowTemplate
metadata: { name: tools }
spec:
  templates:
  - name: copy
    inputs: { artifacts: [{ name: data, path: /data }] }
    container: { image: tools }
    outputs: { artifacts: [{ name: result, path: /result }] }
---
apiVersion: argoproj.io/v1alpha1
kind: WorkflowTemplate
metadata: { name: report }
spec:
  entrypoint: report
  arguments: { parameters: [{ name: day }] }
  templates:
  - name: report
    container: { image: report }
"""
"""What the blocks about `extern` call."""


@cache
def manifests() -> dict[str, str]:
    """Return what the blocks compile to, by the names of files."""
    example = str(pages.ROOT / "examples" / "churn")
    return {
        f"{Path(block.page).parent.name}-{Path(block.page).stem}-{block.line}.yaml": compile_text(
            block.program, name="docs.pipe", root=example
        ).text
        for block in GOOD
    }


def write(folder: Path) -> list[Path]:
    paths = [folder / name for name in manifests()]
    for path, text in zip(paths, manifests().values(), strict=True):
        path.write_text(text, encoding="utf-8")
    return paths


@pytest.mark.skipif(not ARGOLINT, reason="KFDSL_ARGOLINT is not set: the path of Argo's own validator")
def test_blocks_pass_argos_own_validator(tmp_path: Path) -> None:
    for path, block in zip(write(tmp_path), GOOD, strict=True):
        if "extern(" in block.text:
            with path.open("a", encoding="utf-8") as file:
                file.write(f"---\n{OUTSIDE}")

    run = subprocess.run([ARGOLINT, "--per-file", str(tmp_path)], capture_output=True, text=True, check=False)

    answers = [json.loads(line) for line in run.stdout.splitlines()]
    assert [(a["file"], a["error"]) for a in answers if not a["ok"]] == []
    assert len(answers) >= len(GOOD)


@pytest.mark.skipif(not CHECK.exists(), reason="../shared/oracle/argo/check.py is missing")
def test_blocks_fit_the_closed_schema(tmp_path: Path) -> None:
    command = [sys.executable, str(CHECK), *map(str, write(tmp_path))]

    run = subprocess.run(command, capture_output=True, text=True, check=False)

    assert run.stdout + run.stderr == ""
