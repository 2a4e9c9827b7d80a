"""`kfdsl compile`: where the YAML goes, and when none is written."""

from __future__ import annotations

import io
import json
import os
import stat
import sys
from pathlib import Path

import pytest
import yaml

from kfdsl.cli import main

from .conftest import BAD, GOOD


def names(text: str) -> list[str]:
    return [document["metadata"]["generateName"] for document in yaml.safe_load_all(text)]


@pytest.mark.usefixtures("folder")
def test_one_file_goes_to_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["compile", "good/one.pipe"])

    shown = capsys.readouterr()
    assert (code, names(shown.out), shown.err) == (0, ["one-"], "")


@pytest.mark.usefixtures("folder")
def test_a_folder_is_searched_in_sorted_order(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["compile", "good"])

    assert (code, names(capsys.readouterr().out)) == (0, ["two-", "one-"])


def test_no_path_means_the_current_folder(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(folder / "good")

    code = main(["compile"])

    assert (code, names(capsys.readouterr().out)) == (0, ["two-", "one-"])


def test_options_may_stand_between_paths(folder: Path) -> None:
    code = main(["compile", "good/one.pipe", "-o", "all.yaml", "good/deep/two.pipe"])

    assert (code, names((folder / "all.yaml").read_text())) == (0, ["one-", "two-"])


def test_one_pipeline_of_a_file_can_be_picked(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "both.pipe").write_text(GOOD.format("a") + GOOD.format("b").removeprefix("edition 2026\n"))

    code = main(["compile", "both.pipe:b"])

    assert (code, names(capsys.readouterr().out)) == (0, ["b-"])


@pytest.mark.usefixtures("folder")
def test_a_file_given_twice_is_compiled_once(capsys: pytest.CaptureFixture[str]) -> None:
    main(["compile", "good/one.pipe", "good", "./good/one.pipe"])

    assert names(capsys.readouterr().out) == ["one-", "two-"]


@pytest.mark.usefixtures("folder")
def test_standard_input_is_compiled(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(GOOD.format("piped").encode())))

    code = main(["compile", "-"])

    assert (code, names(capsys.readouterr().out)) == (0, ["piped-"])


@pytest.mark.usefixtures("folder")
def test_standard_input_that_is_not_utf8_is_an_io_error(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"ab\xff")))

    code = main(["compile", "-"])

    assert (code, "not UTF-8, see byte 3" in capsys.readouterr().err) == (2, True)


def test_a_folder_gets_one_file_for_each_source(folder: Path) -> None:
    code = main(["compile", "good", "-o", "out/"])

    found = {str(path.relative_to(folder / "out")) for path in (folder / "out").rglob("*") if path.is_file()}
    assert (code, found) == (0, {"one.yaml", "deep/two.yaml"})


def test_two_sources_of_one_name_are_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "one.pipe").write_text(GOOD.format("other"))

    code = main(["compile", "one.pipe", "good/one.pipe", "-o", "out/"])

    assert code == 2
    assert "one.pipe and good/one.pipe would both be written to out/one.yaml" in capsys.readouterr().err
    assert not (folder / "out").exists()


def test_nothing_is_written_when_any_input_has_an_error(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(["compile", "good", "wrong", "-o", "out/"])

    shown = capsys.readouterr()
    assert (code, shown.out, (folder / "out").exists()) == (1, "", False)
    assert "wrong/bad.pipe:4:" in shown.err


@pytest.mark.usefixtures("folder")
def test_a_report_can_be_json(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["compile", "wrong", "--format", "json"])

    assert (code, bool(json.loads(capsys.readouterr().err))) == (1, True)


def test_a_finding_in_a_shared_file_is_reported_once(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "twin.pipe").write_text(BAD.format("twin"))

    main(["compile", "twin.pipe", "twin.pipe:twin"])

    assert capsys.readouterr().err.count("twin.pipe:4:") == 1


def test_an_existing_file_keeps_its_mode_and_a_link_stays_a_link(folder: Path) -> None:
    real, link = folder / "real.yaml", folder / "link.yaml"
    real.write_text("old\n")
    real.chmod(0o640)
    link.symlink_to(real)

    code = main(["compile", "good/one.pipe", "-o", "link.yaml"])

    assert (code, link.is_symlink(), stat.S_IMODE(real.stat().st_mode)) == (0, True, 0o640)
    assert names(real.read_text()) == ["one-"]


def test_a_device_is_written_to_and_not_replaced(folder: Path) -> None:
    device = folder / "device"
    os.mkfifo(device)
    reader = os.open(device, os.O_RDONLY | os.O_NONBLOCK)

    code = main(["compile", "good/one.pipe", "-o", "device"])

    with open(reader) as written:
        assert (code, names(written.read()), stat.S_ISFIFO(device.stat().st_mode)) == (0, ["one-"], True)


@pytest.mark.usefixtures("folder")
def test_output_that_cannot_be_written_is_an_io_error(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["compile", "good/one.pipe", "-o", "good/one.pipe/x.yaml"])

    shown = capsys.readouterr()
    assert (code, shown.out) == (2, "")
    assert shown.err.startswith("kfdsl: cannot write good/one.pipe/x.yaml: ")


@pytest.mark.usefixtures("folder")
def test_check_is_silent_when_files_are_up_to_date(capsys: pytest.CaptureFixture[str]) -> None:
    main(["compile", "good", "-o", "out/"])

    code = main(["compile", "good", "-o", "out/", "--check"])

    shown = capsys.readouterr()
    assert (code, shown.out, shown.err) == (0, "", "")


def test_check_prints_a_diff_and_writes_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["compile", "good", "-o", "out/"])
    stale = folder / "out/one.yaml"
    stale.write_text(stale.read_text() + "# by hand\n")
    before = stale.read_bytes()

    code = main(["compile", "good", "-o", "out/", "--check"])

    shown = capsys.readouterr()
    assert (code, "-# by hand\n" in shown.out, stale.read_bytes()) == (1, True, before)
    assert shown.err == "kfdsl: out/one.yaml is not what its source compiles to\n"


def test_check_of_a_missing_file_is_a_difference(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["compile", "good/one.pipe", "-o", "one.yaml", "--check"])

    assert (code, capsys.readouterr().out.startswith("--- (no file)\n+++ one.yaml (compiled)\n")) == (1, True)
    assert not (folder / "one.yaml").exists()


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["compile", "nowhere.pipe"], "cannot read nowhere.pipe: No such file or directory"),
        (["compile", "nowhere.pipe:a"], "cannot read nowhere.pipe: No such file or directory"),
        (["check", "nowhere.pipe"], "cannot read nowhere.pipe: No such file or directory"),
        (["compile", "empty"], "no .pipe files in empty"),
        (["compile", "good", "--check"], "--check compares with a file: say which with -o"),
        (["check", "good/one.pipe:one"], "check takes whole files: leave out `:one`"),
        (
            ["compile", "good", "--params", "nowhere.yaml"],
            "cannot read nowhere.yaml: No such file or directory",
        ),
        (["compile", "good", "--set", "epochs"], "'epochs' is not of the form NAME=VALUE"),
        (["compile", "good", "--kind", "Job"], "argo has no kind `Job`: there is Workflow, "),
        ([], "say what to do"),
        (["bogus"], "no command `bogus`"),
    ],
)
def test_misuse_exits_2_and_says_what_is_wrong(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("empty").mkdir()

    code = main(arguments)

    shown = capsys.readouterr()
    assert (code, shown.out, message in shown.err) == (2, "", True)


def test_links_that_form_loops_end(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "good/loop").symlink_to(folder / "good")

    code = main(["compile", "good"])

    assert (code, names(capsys.readouterr().out)) == (0, ["two-", "one-"])


def test_a_link_to_itself_is_an_io_error(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "self.pipe").symlink_to("self.pipe")

    code = main(["compile", "self.pipe"])

    assert (code, capsys.readouterr().err.startswith("kfdsl: cannot read self.pipe: ")) == (2, True)


def test_hidden_folders_and_files_are_skipped(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "good/.git").mkdir()
    (folder / "good/.git/x.pipe").write_text("{")
    (folder / "good/.#one.pipe").symlink_to("editor@host.1")

    code = main(["compile", "good"])

    assert (code, names(capsys.readouterr().out)) == (0, ["two-", "one-"])


@pytest.mark.usefixtures("folder")
def test_a_crash_says_that_it_is_a_bug_and_where(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing that is known crashes kfdsl, so the test has to."""

    def crash(*_: object, **__: object) -> None:
        message = "boom"
        raise KeyError(message)

    monkeypatch.setattr("kfdsl.compiler.compile_file", crash)

    code = main(["compile", "good/one.pipe"])

    first, second, *_ = capsys.readouterr().err.splitlines()
    assert (code, second) == (70, "Traceback (most recent call last):")
    assert first.startswith("kfdsl: this is a bug in kfdsl ")
    assert "good/one.pipe" in first


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["one.pipe", "-o", "one.pipe"], "one.pipe is an input, and would be written over"),
        (["one.pipe", "-o", "linked"], "linked is an input, and would be written over"),
        (["one.pipe", "-o", "other.pipe"], "other.pipe is a .pipe file, and would be written over"),
        (["one.pipe", "--params", "v.yaml", "-o", "v.yaml"], "v.yaml is an input"),
        (["one.pipe", "-o", "x.yaml", "--depfile", "one.pipe"], "one.pipe is an input"),
        (["one.pipe", "-o", "x.yaml", "--depfile", "./x.yaml"], "./x.yaml would be written twice"),
    ],
)
def test_no_input_is_written_over(
    arguments: list[str],
    message: str,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(folder / "good")
    Path("linked").symlink_to("one.pipe")
    Path("v.yaml").write_text("")

    code = main(["compile", *arguments])

    assert (code, Path("one.pipe").read_text(), Path("x.yaml").exists()) == (2, GOOD.format("one"), False)
    assert message in capsys.readouterr().err


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("path", ["good/one", "good/on.pipe", "good/one.pip"])
def test_a_path_that_is_not_there_says_which_was_meant(path: str, capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["compile", path])

    assert (code, "; did you mean good/one.pipe?" in capsys.readouterr().err) == (2, True)
