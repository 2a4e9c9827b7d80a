"""`Result.files`: what a run read or looked for."""

from __future__ import annotations

from pathlib import Path

from kfdsl.compiler import analyze_file, analyze_text, compile_file

MAIN = """
edition 2026

import "lib/steps.pipe" { prep }

pipeline x {
  step a = prep()
  step b {
    image       = "busybox"
    script bash = file("b.sh")
  }
}
"""
STEPS = 'edition 2026\ncomponent prep { image = "busybox", script sh = file("prep.sh") }\n'


def test_imports_and_texts_are_files_of_a_run(tmp_path: Path) -> None:
    for name, text in {
        "x.pipe": MAIN,
        "b.sh": "true\n",
        "lib/steps.pipe": STEPS,
        "lib/prep.sh": "true\n",
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)

    result = compile_file(str(tmp_path / "x.pipe"))

    found = {str(Path(file).relative_to(tmp_path)) for file in result.files}
    assert (len(result.manifests), found) == (1, {"x.pipe", "b.sh", "lib/steps.pipe", "lib/prep.sh"})


def test_a_file_that_is_missing_was_looked_for(tmp_path: Path) -> None:
    (tmp_path / "x.pipe").write_text(MAIN)

    result = analyze_file(str(tmp_path / "x.pipe"))

    assert str(tmp_path / "lib/steps.pipe") in result.files
    assert result.program is None


def test_a_file_that_does_not_parse_is_a_file_of_the_run(tmp_path: Path) -> None:
    (tmp_path / "x.pipe").write_text("pipeline {")
    (tmp_path / "y.pipe").write_bytes(b"\xff")

    found = [analyze_file(str(tmp_path / name)).files for name in ("x.pipe", "y.pipe")]

    assert found == [(str(tmp_path / "x.pipe"),), (str(tmp_path / "y.pipe"),)]


def test_without_a_target_there_is_a_program_and_no_manifest() -> None:
    result = analyze_text('edition 2026\npipeline x { image = "a", command = ["b"] }\n', target=None)

    assert (result.manifests, result.diagnostics, result.files) == ((), (), ())
    assert result.program is not None
    assert [p.name for p in result.program.pipelines] == ["x"]
