"""`--target`, `--kind` and `--allow`: several engines, and files that hold one pipeline."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from kfdsl.cli import main

from .conftest import GOOD, ROOT

TWO = GOOD.format("first") + GOOD.format("second").partition("\n\n")[2]


def _files(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.yaml"))


@pytest.mark.usefixtures("folder")
def test_a_pipeline_is_compiled_for_kubeflow(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["compile", "good/one.pipe", "--target", "kfp"])

    shown = capsys.readouterr()
    assert (code, shown.err) == (0, "")
    assert shown.out.startswith("# PIPELINE DEFINITION\n# Name: one\n")
    assert "\nschemaVersion: " in shown.out


@pytest.mark.parametrize("output", [[], ["-o", "out.yaml"]])
def test_a_file_for_kubeflow_holds_one_pipeline(
    output: list[str], folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "two.pipe").write_text(TWO)

    code = main(["compile", "two.pipe", "--target", "kfp", *output])

    shown = capsys.readouterr()
    assert (code, shown.out, _files(folder)) == (2, "", [])
    assert "compile one of `two.pipe:first`, `two.pipe:second`" in shown.err
    assert "`-o DIR/`" in shown.err
    assert main(["compile", "two.pipe:second", "--target", "kfp", *output]) == 0


def test_below_a_folder_each_pipeline_for_kubeflow_has_its_file(folder: Path) -> None:
    (folder / "good" / "two.pipe").write_text(TWO)

    code = main(["compile", "good", "--target", "kfp", "-o", "out/", "--depfile", "out.d"])

    assert code == 0
    assert _files(folder / "out") == ["deep/two.yaml", "one.yaml", "two.first.yaml", "two.second.yaml"]
    assert "# Name: second\n" in (folder / "out" / "two.second.yaml").read_text()
    assert "out/two.second.yaml: good/two.pipe" in (folder / "out.d").read_text()
    assert main(["compile", "good", "--target", "kfp", "-o", "out/", "--check"]) == 0


def test_a_list_of_targets_has_a_folder_for_each(folder: Path) -> None:
    (folder / "good" / "two.pipe").write_text(TWO)

    code = main(["compile", "good/two.pipe", "--target", "argo@3.7, kfp", "-o", "out/"])

    assert code == 0
    assert _files(folder / "out") == ["argo@3.7/two.yaml", "kfp/two.first.yaml", "kfp/two.second.yaml"]
    assert (folder / "out" / "argo@3.7" / "two.yaml").read_text().count("kind: Workflow\n") == 2


@pytest.mark.usefixtures("folder")
def test_a_list_of_targets_needs_a_folder(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["compile", "good/one.pipe", "--target", "argo,kfp"])

    shown = capsys.readouterr()
    assert (code, shown.out) == (2, "")
    assert "there are 2 targets: `-o DIR/` writes a file below DIR/argo/, DIR/kfp/ and so on" in shown.err


@pytest.mark.usefixtures("folder")
def test_two_ways_to_say_a_version_are_one_target(capsys: pytest.CaptureFixture[str]) -> None:
    codes = [
        main(["compile", "good/one.pipe", "--target", target]) for target in ("kfp", "kfp@2.17", "kfp,kfp")
    ]

    first, *others = capsys.readouterr().out.split("# PIPELINE DEFINITION\n")[1:]
    assert codes == [0, 0, 0]
    assert others == [first, first]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--target", "kpf"], "there is no target `kpf`: did you mean `kfp`?"),
        (["--target", "argo,x"], "there is no target `x`: there is argo, argo@4.1, "),
        (["--target", "argo@2.0"], "argo has no version `2.0`: there is 4.1, 4.0, 3.7"),
        (["--target", ""], "there is no target ``"),
        (["--target", "kfp", "--kind", "Workflow"], "kfp has no kind `Workflow`: there is pipeline, "),
        (["--target", "kfp", "--kind", "recuring-run"], "did you mean `recurring-run`?"),
        (["--target", "argo,kfp", "--kind", "pipeline"], "argo has no kind `pipeline`"),
        (["--allow", "KF312"], "`KF312` cannot be allowed"),
        (["--allow", "unrunable"], "there is no finding `unrunable`: did you mean `unrunnable`?"),
        (["--allow", "KF9"], "there is no finding `KF9`: "),
    ],
)
@pytest.mark.usefixtures("folder")
def test_what_does_not_exist_is_a_mistake_of_the_command_line(
    options: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(["compile", "good/one.pipe", *options])

    shown = capsys.readouterr()
    assert (code, shown.out, message in shown.err) == (2, "", True), shown.err


@pytest.mark.parametrize("word", ["KF311", "kf311", "not-run-by-kfp", "unrunnable", "all", "KF311,all"])
@pytest.mark.usefixtures("folder")
def test_what_may_be_allowed_is_said_by_code_by_name_and_in_short(word: str) -> None:
    assert main(["check", "good/one.pipe", "--target", "kfp", "--allow", word]) == 0


FOREIGN = ("google", "jinja2.sandbox", "kfp", "kubernetes", "yaml")


@pytest.mark.parametrize(("target", "other"), [("argo", "kfp")])
def test_no_target_imports_another(target: str, other: str, folder: Path) -> None:
    program = (
        "import sys; from kfdsl.cli import main; main(sys.argv[1:]); "
        f"print(*[m for m in sys.modules if m.startswith(('kfdsl.targets.{other}', *{FOREIGN!r}))])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, "compile", "good/one.pipe", "-o", "one.yaml", "--target", target],
        cwd=folder,
        env={"PYTHONPATH": ROOT},
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.split() == []


ONLY_ARGO = GOOD.format("only").replace(
    "    command", '    sidecar db { image = "postgres:17" }\n    command'
)


def test_several_targets_give_a_table(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    (folder / "good" / "only.pipe").write_text(ONLY_ARGO)

    code = main(["check", "good/only.pipe", "good/one.pipe", "--target", "argo,kfp"])

    shown = capsys.readouterr().out
    assert code == 1
    assert shown.count("[not-on-kfp KF310]") == 1
    assert [line.split() for line in shown.split("\n\n")[-2].split("\n") if ".pipe" in line] == [
        ["good/only.pipe", "yes", "no"],
        ["good/one.pipe", "yes", "differs"],
    ]
    assert max(map(len, shown.split("\n\n")[-2].split("\n"))) <= 80


@pytest.mark.parametrize(
    ("path", "target", "expected"),
    [
        ("good/one.pipe", "argo,kfp", 0),
        ("good/only.pipe", "argo,kfp", 1),
        ("good/only.pipe", "argo,argo@3.7", 0),
        ("wrong/bad.pipe", "argo,kfp", 1),
    ],
)
def test_notes_alone_leave_the_exit_code(path: str, target: str, expected: int, folder: Path) -> None:
    (folder / "good" / "only.pipe").write_text(ONLY_ARGO)

    assert main(["check", path, "--target", target]) == expected


def test_a_wrong_program_is_reported_once_and_runs_nowhere(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "lib.pipe").write_text("edition 2026\nlet x = 1\n")
    code = main(["check", "wrong", "lib.pipe", "--target", "argo,kfp", "--format", "json"])

    report = json.loads(capsys.readouterr().out)
    assert code == 1
    assert [(one["name"], one["targets"]) for one in report["diagnostics"]] == [
        ("missing-image", ["argo", "kfp"])
    ]
    assert report["portability"] == [
        {"file": "wrong/bad.pipe", "verdicts": {"argo": "no", "kfp": "no"}},
    ]
