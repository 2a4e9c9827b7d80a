"""The Python in docs/api.md runs, and says what the page says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import kfdsl

PAGE = Path(__file__).resolve().parents[2] / "docs" / "api.md"


def test_the_example_runs(capsys: pytest.CaptureFixture[str]) -> None:
    blocks = re.findall(r"^```python\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    assert len(blocks) == 1

    exec(compile(blocks[0], str(PAGE), "exec"), {})  # noqa: S102  # a page of this repository

    printed = capsys.readouterr().out
    assert "kind: Workflow\n" in printed
    assert "Workflow hello- hello\n" in printed
    assert "KF150 type-mismatch expected `string`, found `int`" in printed


@pytest.mark.parametrize("name", kfdsl.__all__)
def test_every_public_name_is_there_and_described(name: str) -> None:
    assert getattr(kfdsl, name)
    assert name in PAGE.read_text(encoding="utf-8")


def test_a_file_is_given_as_a_path(tmp_path: Path) -> None:
    path = tmp_path / "a.pipe"
    path.write_text('edition 2026\npipeline a { image = "x", command = ["y"] }\n', encoding="utf-8")

    assert kfdsl.check(path) == ()
    assert [m.kind for m in kfdsl.compile(path).manifests] == ["Workflow"]
    with pytest.raises(FileNotFoundError):
        kfdsl.check(tmp_path / "missing.pipe")


def test_a_target_that_does_not_exist() -> None:
    with pytest.raises(ValueError, match="there is no target `kpf`"):
        kfdsl.compile_text('edition 2026\npipeline a { image = "x", command = ["y"] }', target="kpf")
