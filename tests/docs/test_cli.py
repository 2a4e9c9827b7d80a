"""docs/cli.md shows what the command prints."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kfdsl.cli import main

PAGE = Path(__file__).resolve().parents[2] / "docs" / "cli.md"


def test_the_table_of_targets_is_the_one_of_its_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    section = PAGE.read_text(encoding="utf-8").partition("### Portability")[2]
    program, table = re.findall(r"^```(?:pipe|text)\n(.*?)\n```$", section, re.MULTILINE | re.DOTALL)[:2]
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    Path("report.pipe").write_text(program, encoding="utf-8")
    main(["check", "report.pipe", "--target", "argo,kfp"])

    assert f"\n\n{table}\n\n" in capsys.readouterr().out
