"""Fixtures of the command line's tests: a folder to work in, and kfdsl as a process."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

import pytest

ROOT = str(Path(__file__).parents[2])

Start = Callable[..., "subprocess.Popen[bytes]"]

GOOD = (
    'edition 2026\n\npipeline {} {{\n  step a {{\n    image   = "busybox"\n    command = ["true"]\n  }}\n}}\n'
)
BAD = 'edition 2026\n\npipeline {} {{\n  step a {{\n    command = ["true"]\n  }}\n}}\n'


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder: `one.pipe`, `two.pipe` below `deep`, and `wrong/bad.pipe` in another."""
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    for path, text in {
        "good/one.pipe": GOOD.format("one"),
        "good/deep/two.pipe": GOOD.format("two"),
        "wrong/bad.pipe": BAD.format("bad"),
    }.items():
        target = tmp_path / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def start() -> Start:
    """Start kfdsl as a process of its own, its streams pipes, with some more environment variables."""

    def _start(
        *arguments: str, variables: Mapping[str, str] = MappingProxyType({}), stdout: int = subprocess.PIPE
    ) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-m", "kfdsl", *arguments],
            env={**os.environ, "PYTHONPATH": ROOT, **variables},
            stdin=subprocess.PIPE,
            stdout=stdout,
            stderr=subprocess.PIPE,
        )

    return _start
