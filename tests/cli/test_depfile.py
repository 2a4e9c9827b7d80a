"""`--depfile`: what real Make and Ninja make of it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from kfdsl.cli import main
from kfdsl.cli.depfile import render
from kfdsl.cli.problem import Problem

from .conftest import GOOD, ROOT

NAMES = [
    "plain",
    "with space",
    "a#b",
    "a$b",
    "a$(b)c",
    "back\\slash",
    "a\\ b",
    "per%cent",
    "co:lon",
    "é",
]
VALUES = "n: 2\n"
LIB = 'edition 2026\ncomponent prep { image = "busybox", script sh = file("%s.sh") }\n'
MAIN = 'edition 2026\nimport "%s.lib.pipe" { prep }\npipeline x {\n  param n: int = 1\n  step a = prep()\n}\n'


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def quoted(name: str) -> str:
    return name.replace("\\", "\\\\").replace("$", "\\$") if "${" in name else name.replace("\\", "\\\\")


def lay(name: str) -> None:
    """Write a program whose files all have a strange name."""
    Path(f"{name}.pipe").write_text(MAIN % quoted(name))
    Path(f"{name}.lib.pipe").write_text(LIB % quoted(name))
    Path(f"{name}.sh").write_text("true\n")
    Path(f"{name}.values").write_text(VALUES)


def compiled(name: str) -> list[str]:
    options = ["-o", f"{name}.yaml", "--params", f"{name}.values", "--depfile", "out.d"]
    return ["compile", f"{name}.pipe", *options]


def run(*command: str) -> str:
    result = subprocess.run(command, check=False, capture_output=True, text=True)
    assert result.returncode in (0, 1), result.stderr
    return result.stdout + result.stderr


def touch(path: str, seconds: int) -> None:
    os.utime(path, (seconds, seconds))


@pytest.mark.parametrize("name", NAMES)
def test_make_rebuilds_when_any_input_is_newer(name: str) -> None:
    lay(name)
    assert main(compiled(name)) == 0
    target = Path("out.d").read_text().partition(": ")[0]
    wanted = target.replace("\\%", "%")
    Path("Makefile").write_text(f"all: {wanted}\n{target}:\n\t@echo REBUILT\ninclude out.d\n")
    inputs = [f"{name}.{ending}" for ending in ("pipe", "lib.pipe", "sh", "values")]
    for input_ in inputs:
        touch(input_, 1000)
    touch(f"{name}.yaml", 2000)

    before, after = run("make", "-s", "all"), []
    for input_ in inputs:
        touch(input_, 3000)
        after.append(run("make", "-s", "all"))
        touch(input_, 1000)

    assert (before, after) == ("", ["REBUILT\n"] * 4), Path("out.d").read_text()


def test_make_goes_on_when_an_import_is_gone() -> None:
    lay("x")
    assert main(compiled("x")) == 0
    Path("Makefile").write_text("x.yaml:\n\t@echo REBUILT\ninclude out.d\n")
    Path("x.sh").unlink()

    assert run("make", "-s", "x.yaml") == "REBUILT\n"


@pytest.mark.skipif(shutil.which("ninja") is None, reason="ninja is not installed")
@pytest.mark.parametrize("name", ["plain", "with space", "a#b", "a$b", "é"])
def test_ninja_rebuilds_when_any_input_is_newer(name: str) -> None:
    lay(name)
    python, escaped = sys.executable, name.replace("$", "$$").replace(" ", "$ ")
    Path("run.sh").write_text(f'PYTHONPATH="{ROOT}" "{python}" -m kfdsl "$@"\n')
    words = " ".join("'" + word.replace("$", "$$") + "'" for word in compiled(name))
    Path("build.ninja").write_text(
        f"rule kfdsl\n  command = sh run.sh {words}\n  depfile = out.d\n  deps = gcc\n\n"
        f"build {escaped}.yaml: kfdsl {escaped}.pipe\n"
    )

    first, second = run("ninja"), run("ninja")
    after = []
    for ending in ("pipe", "lib.pipe", "sh", "values"):
        future = Path(f"{name}.yaml").stat().st_mtime + 100
        os.utime(f"{name}.{ending}", (future, future))
        after.append(run("ninja", "-n"))
        touch(f"{name}.{ending}", 1000)

    assert ("[1/1]" in first, "no work to do" in second) == (True, True), (first, second)
    assert ["[1/1]" in one for one in after] == [True] * 4, after


def test_each_output_of_a_folder_has_its_own_inputs() -> None:
    Path("in").mkdir()
    Path("in/a.pipe").write_text(GOOD.format("a"))
    Path("in/b.pipe").write_text(GOOD.format("b"))

    code = main(["compile", "in", "-o", "out/", "--depfile", "deps/out.d"])

    text = Path("deps/out.d").read_text()
    assert (code, text) == (0, "out/a.yaml: in/a.pipe\nout/b.yaml: in/b.pipe\nin/a.pipe:\nin/b.pipe:\n")


def test_no_depfile_is_written_when_there_is_an_error() -> None:
    Path("x.pipe").write_text("pipeline {")

    code = main(["compile", "x.pipe", "-o", "x.yaml", "--depfile", "x.d"])

    assert (code, Path("x.d").exists()) == (1, False)


def test_the_inputs_of_standard_input_are_its_imports() -> None:
    assert render({"x.yaml": ["b", "a", "b"]}) == "x.yaml: a b\na:\nb:\n"


def test_a_line_break_in_a_name_is_refused() -> None:
    for name in ("a\nb", "a\tb"):
        with pytest.raises(Problem, match="line break or tab"):
            render({"x": [name]})
