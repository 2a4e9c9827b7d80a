"""`kfdsl new`: each starter is right, and no file is lost."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from pathlib import Path

import pytest
import yaml

from kfdsl import resources
from kfdsl.cli import main
from kfdsl.cli.arguments import SHAPES
from kfdsl.cli.starter import SHAPES as TABLE
from kfdsl.cli.starter import pipeline_name, text
from kfdsl.compiler import check_text, compile_text

ARGOLINT = os.environ.get("KFDSL_ARGOLINT")


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_every_shape_has_a_file_and_a_line() -> None:
    files = {path.stem for path in (Path(resources.__file__).parent / "starters").iterdir()}

    assert files == set(SHAPES) == set(TABLE)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("name", ["churn", "a", "pipeline-" + "x" * 31])
def test_a_starter_has_no_findings_and_no_notes(shape: str, name: str) -> None:
    content = text(shape, name)

    assert check_text(content) == ()
    assert [m.pipeline for m in compile_text(content).manifests] == [name]
    assert "my-pipeline" not in content


@pytest.mark.parametrize("shape", SHAPES)
def test_a_starter_explains_itself(shape: str) -> None:
    lines = text(shape, "x").splitlines()

    comments = [line for line in lines if re.search(r"(^| )#", line)]
    assert comments
    assert max(map(len, lines)) <= 120


@pytest.mark.skipif(not ARGOLINT, reason="KFDSL_ARGOLINT names Argo's validator")
@pytest.mark.parametrize("shape", SHAPES)
def test_argo_accepts_a_starter(shape: str, tmp_path: Path) -> None:
    file = tmp_path / "x.yaml"
    file.write_text(compile_text(text(shape, "x")).text, encoding="utf-8")

    result = subprocess.run([str(ARGOLINT), str(file)], capture_output=True, text=True, check=False)

    assert '"ok":true' in result.stdout, result.stdout + result.stderr


def test_a_file_is_written_and_the_next_command_printed(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["new", "my churn.pipe"])

    shown = capsys.readouterr()
    assert (code, shown.out) == (0, "")
    assert "wrote my churn.pipe: `kfdsl compile 'my churn.pipe' | kubectl create -f -` runs it" in shown.err
    assert "pipeline my-churn {" in Path("my churn.pipe").read_text()
    assert main(["compile", "my churn.pipe"]) == 0
    assert yaml.safe_load(capsys.readouterr().out)["metadata"]["generateName"] == "my-churn-"


def test_for_kubeflow_the_next_command_makes_what_is_uploaded(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["new", "my churn", "--target", "kfp"])

    command = "kfdsl compile 'my churn.pipe' --target kfp -o 'my churn.yaml'"
    assert code == 0
    assert f"wrote my churn.pipe: `{command}` makes what is uploaded" in capsys.readouterr().err
    assert main(shlex.split(command)[1:]) == 0
    assert "# Name: my-churn\n" in Path("my churn.yaml").read_text()


@pytest.mark.parametrize("shape", SHAPES)
def test_a_starter_runs_on_all_targets(shape: str) -> None:
    result = compile_text(text(shape, "x"), target="argo,argo@3.7,kfp")

    assert result.diagnostics == ()
    assert len(result.manifests) == 3


@pytest.mark.parametrize(
    ("arguments", "file", "name"),
    [
        ([], "pipeline.pipe", "pipeline"),
        (["churn"], "churn.pipe", "churn"),
        (["a/b/churn.v2"], "a/b/churn.v2.pipe", "churn-v2"),
        (["models/"], "models/models.pipe", "models"),
        (["there"], "there/there.pipe", "there"),
        (["there/."], "there/there.pipe", "there"),
        (["--shape", "train", "x.pipe"], "x.pipe", "x"),
        (["x.pipe", "--shape", "ci", "--force"], "x.pipe", "x"),
    ],
)
def test_a_path_may_leave_out_what_is_clear(arguments: list[str], file: str, name: str) -> None:
    Path("there").mkdir()

    code = main(["new", *arguments])

    assert (code, f"pipeline {name} {{" in Path(file).read_text()) == (0, True)


def test_a_file_that_exists_is_kept_without_force(capsys: pytest.CaptureFixture[str]) -> None:
    Path("x.pipe").write_text("mine")
    Path("link.pipe").symlink_to("nowhere")

    codes = main(["new", "x.pipe"]), main(["new", "link.pipe"])

    shown = capsys.readouterr().err
    assert (codes, Path("x.pipe").read_text(), Path("nowhere").exists()) == ((2, 2), "mine", False)
    assert "x.pipe exists already: choose another name, or replace it with --force" in shown
    assert (main(["new", "x.pipe", "--force"]), "pipeline x {" in Path("x.pipe").read_text()) == (0, True)


def test_a_file_that_cannot_be_written_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    Path("file").write_text("")

    code = main(["new", "file/x.pipe"])

    assert (code, "cannot write file/x.pipe" in capsys.readouterr().err) == (2, True)


def test_the_shapes_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["new", "--list"])

    shown = capsys.readouterr().out
    assert (code, [line.split()[0] for line in shown.splitlines()]) == (0, list(SHAPES))


def test_a_starter_may_go_to_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["new", "-", "--shape", "minimal"])

    assert (code, capsys.readouterr().out) == (0, resources.read("starters/minimal.pipe"))


@pytest.mark.parametrize(
    "stem",
    [
        "true",
        "Not",
        "1x",
        "-",
        "",
        "ÄÖ ü",
        "日本",
        "a" * 200,
        "x.y_z",
        "pipeline",
        "step",
        "a\nb",
        "'\"${x}",
        "_a",
        "on",
    ],
)
def test_any_file_name_gives_a_name_that_is_taken(stem: str) -> None:
    name = pipeline_name(stem)

    assert re.fullmatch("[a-z]([a-z0-9-]*[a-z0-9])?", name)
    assert check_text(text("minimal", name)) == ()
