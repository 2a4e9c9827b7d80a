"""`kfdsl check`, and colour."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

from kfdsl.cli import main

ESCAPE = "\x1b["


@pytest.mark.usefixtures("folder")
def test_clean_files_exit_0(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["check", "good"])

    assert (code, capsys.readouterr().err) == (0, "")


@pytest.mark.usefixtures("folder")
def test_findings_go_to_standard_output_and_exit_1(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["check"])

    shown = capsys.readouterr()
    assert (code, "wrong/bad.pipe:4:" in shown.out, shown.err) == (1, True, "")


def test_of_very_many_findings_the_first_are_shown_errors_before_others(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    steps = "".join(f"  step s{i} {{ image = 'a', command = ['b'] }}\n" for i in range(120))
    (folder / "many.pipe").write_text(
        "edition 2026\npipeline p {\n" + steps.replace("['b']", "['b', x]") + "}\n"
    )
    code = main(["check", "many.pipe", "good"])

    shown = capsys.readouterr().out
    assert (code, shown.count("[unknown-name KF100]")) == (1, 100)
    assert "\nmany.pipe has 20 more: `--format json` tells all 120\n120 errors in 3 files" in shown
    main(["check", "many.pipe", "--format", "json"])
    assert len(json.loads(capsys.readouterr().out)["diagnostics"]) == 120


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(("path", "expected"), [("good", 0), ("wrong", 1)])
def test_json_is_printed_whether_or_not_there_are_findings(
    path: str, expected: int, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(["check", path, "--format", "json"])

    json.loads(capsys.readouterr().out)
    assert code == expected


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("options", "variables", "expected"),
    [
        ([], {}, False),
        (["--color", "always"], {}, True),
        ([], {"FORCE_COLOR": "1"}, True),
        ([], {"FORCE_COLOR": "0"}, False),
        ([], {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        (["--color", "always"], {"NO_COLOR": "1"}, True),
        (["--color", "never"], {"FORCE_COLOR": "1"}, False),
    ],
)
def test_colour_is_for_terminals_unless_asked_for(
    options: list[str],
    variables: dict[str, str],
    expected: bool,  # noqa: FBT001  # a column of the table
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    main(["check", "wrong", *options])

    assert (ESCAPE in capsys.readouterr().out) == expected


@pytest.mark.parametrize("command", ["check", "compile"])
def test_standard_input_imports_from_the_current_folder(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    library = 'edition 2026\ncomponent say { image = "busybox", command = ["true"] }\n'
    (tmp_path / "lib.pipe").write_text(library, encoding="utf-8")
    program = b'edition 2026\nimport "lib.pipe" { say }\npipeline p { step a = say() }\n'
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(program)))

    code = main([command, "-"])

    assert (code, "unreadable-import" in capsys.readouterr().out) == (0, False)
