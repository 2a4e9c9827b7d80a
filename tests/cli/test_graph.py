"""`kfdsl graph`: formats, files, exit codes."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from kfdsl.cli import main

ROOT = Path(__file__).parents[2]
CYCLE = (
    'edition 2026\npipeline c {{\n  step a after b {{ image = "b", args = [] }}\n'
    '  step b after a {{ image = "b", args = [{}] }}\n}}\n'
)

Shown = pytest.CaptureFixture[str]

pytestmark = pytest.mark.usefixtures("folder")


def test_text_is_the_default(capsys: Shown) -> None:
    code = main(["graph", "good/one.pipe"])

    assert (code, capsys.readouterr().out) == (0, "one  good/one.pipe:3:10\n○ a  command\n")


def test_several_files_are_one_drawing(capsys: Shown) -> None:
    code = main(["graph", "good", "--format", "json"])

    names = [pipeline["name"] for pipeline in json.loads(capsys.readouterr().out)["pipelines"]]
    assert (code, names) == (0, ["two", "one"])


@pytest.mark.parametrize(
    ("name", "begins"),
    [
        ("x.mmd", "---\n"),
        ("x.MERMAID", "---\n"),
        ("x.md", "```mermaid\n---\n"),
        ("x.dot", "digraph {"),
        ("x.gv", "digraph {"),
        ("x.svg", "<svg "),
        ("x.json", '{"format_version"'),
        ("x.txt", "one  good"),
        ("deep/er/x.txt", "one  good"),
    ],
)
def test_the_ending_says_the_format(name: str, begins: str, folder: Path, capsys: Shown) -> None:
    code = main(["graph", "good/one.pipe", "-o", name])

    assert (code, capsys.readouterr().out) == (0, "")
    assert (folder / name).read_text().startswith(begins)


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["good/one.pipe", "-o", "x.png"], "the ending of x.png says no format"),
        (["good/one.pipe", "-o", "good"], "good is a folder: graph writes one file"),
        (["nowhere.pipe"], "cannot read nowhere.pipe"),
    ],
)
def test_what_cannot_be_done_is_said(arguments: list[str], expected: str, capsys: Shown) -> None:
    code = main(["graph", *arguments])

    assert (code, expected in capsys.readouterr().err) == (2, True)


@pytest.mark.parametrize("depth", ["x", "-1", "1.5", ""])
def test_a_depth_is_a_number_or_all(depth: str, capsys: Shown) -> None:
    code = main(["graph", f"--depth={depth}", "good/one.pipe"])

    assert (code, "neither a number of levels nor all" in capsys.readouterr().err) == (2, True)


def test_pipelines_that_call_each_other_very_often_are_refused(folder: Path, capsys: Shown) -> None:
    last = 'pipeline p0 {\n  step s { image = "b", args = [] }\n}\n'
    rest = "".join(
        f"pipeline p{n} {{\n  step a = p{n - 1}()\n  step b = p{n - 1}()\n}}\n" for n in range(1, 17)
    )
    (folder / "deep.pipe").write_text(f"edition 2026\n{last}{rest}")

    codes = main(["graph", "deep.pipe", "--depth", "3"]), main(["graph", "deep.pipe", "--depth", "all"])

    assert (codes, "give a smaller --depth" in capsys.readouterr().err) == ((0, 2), True)


def test_a_wrong_program_is_drawn_and_reported(capsys: Shown) -> None:
    code = main(["graph", "wrong/bad.pipe"])

    shown = capsys.readouterr()
    assert (code, "○ a" in shown.out, "[missing-image KF120]" in shown.err) == (1, True, True)


@pytest.mark.parametrize("form", ["text", "mermaid", "dot", "svg", "json"])
def test_cycles_are_drawn_and_counted(form: str, folder: Path, capsys: Shown) -> None:
    (folder / "c.pipe").write_text(CYCLE.format(""))

    code = main(["graph", "--view", "cycles", "--format", form, "c.pipe"])

    shown = capsys.readouterr()
    assert (code, bool(shown.out), shown.err) == (1, True, "")


def test_other_errors_are_reported_beside_cycles(folder: Path, capsys: Shown) -> None:
    (folder / "c.pipe").write_text(CYCLE.format("nothing"))

    code = main(["graph", "--view", "cycles", "c.pipe"])

    shown = capsys.readouterr()
    assert (code, "two steps wait for each other" in shown.out) == (1, True)
    assert ("unknown-name" in shown.err, "dependency-cycle" in shown.err) == (True, False)


@pytest.mark.parametrize("form", ["mermaid", "dot", "svg", "json"])
def test_that_there_is_no_cycle_is_said_beside_a_diagram(form: str, capsys: Shown) -> None:
    code = main(["graph", "--view", "cycles", "--format", form, "good/one.pipe"])

    assert (code, capsys.readouterr().err) == (0, "kfdsl: no dependency cycles\n")


def test_colour_is_asked_for_or_not(folder: Path, capsys: Shown, monkeypatch: pytest.MonkeyPatch) -> None:
    main(["graph", "good/one.pipe", "--color", "always"])
    painted = capsys.readouterr().out
    monkeypatch.setenv("FORCE_COLOR", "1")
    main(["graph", "good/one.pipe", "-o", "plain.txt"])

    assert "\x1b[" in painted
    assert "\x1b[" not in (folder / "plain.txt").read_text()


def test_the_page_shows_what_is_drawn(capsys: Shown, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("COLUMNS", "80")
    page = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    found = re.search(r"<!-- graph: (\S+) -->\n```text\n(.*?)```", page, re.DOTALL)
    assert found is not None

    main(["graph", found[1]])

    assert capsys.readouterr().out == found[2]
