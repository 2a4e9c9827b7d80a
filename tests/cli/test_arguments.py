"""Help, documentation and completion: three descriptions of one grammar that must not part."""

from __future__ import annotations

import re
import shlex
import subprocess
from pathlib import Path

import pytest

from kfdsl.cli import main
from kfdsl.cli.arguments import ABOUT, EXAMPLES, KINDS, OPTIONS, SHELLS, command_parser, parse, program_parser
from kfdsl.cli.commands import COMMANDS
from kfdsl.cli.completion import actions, script

PAGE = Path(__file__).parents[2] / "docs/cli.md"

CALLS = [
    shlex.split(part, comments=True)
    for text in EXAMPLES.values()
    for line in text.strip().splitlines()
    for part in line.replace("<(", "|").replace(")", "|").split("|")
    if part.split()[:1] == ["kfdsl"]
]

PARSERS = {name: command_parser(name) for name in ABOUT}


@pytest.mark.parametrize("call", CALLS, ids=" ".join)
def test_every_example_of_the_help_is_accepted(call: list[str]) -> None:
    assert parse(call[1:]).command == call[1]


def test_every_command_has_a_parser() -> None:
    assert set(COMMANDS) == set(OPTIONS) == set(ABOUT)


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["complie"], "no command `complie`: did you mean `compile`?"),
        (["x"], "no command `x`: see `kfdsl --help`"),
        ([__file__], f"did you mean `kfdsl compile {__file__}`?"),
        (["compile", "--chekc"], "no option `--chekc`: did you mean `--check`?"),
        (["check", "--nothing-like-it"], "no option `--nothing-like-it`: see `kfdsl check --help`"),
        ([], "say what to do"),
    ],
)
def test_a_wrong_word_says_which_was_meant(
    arguments: list[str], expected: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(arguments)

    shown = capsys.readouterr()
    assert (code, shown.out, shown.err.startswith("usage: kfdsl")) == (2, "", True)
    assert expected in shown.err


def test_help_is_a_command_too(capsys: pytest.CaptureFixture[str]) -> None:
    codes = main(["help"]), main(["help", "check"])

    shown = capsys.readouterr().out
    assert (codes, "usage: kfdsl [-h]" in shown, "usage: kfdsl check" in shown) == ((0, 0), True, True)


@pytest.mark.parametrize("columns", ["1", "60", "500", "x"])
def test_help_fits_the_terminal(
    columns: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", columns)

    code = main(["compile", "--help"])

    lines = capsys.readouterr().out.partition("examples:")[0].splitlines()
    widest = {"1": 40, "60": 58, "500": 110, "x": 80}[columns]
    assert (code, [line for line in lines if len(line) > widest and "{" not in line]) == (0, [])


@pytest.mark.parametrize("arguments", [["--help"], *([name, "--help"] for name in PARSERS)], ids=" ".join)
def test_help_has_examples(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    code = main(arguments)

    shown = capsys.readouterr().out
    assert (code, "\nexamples:\n  " in shown, "exit codes: 0 clean" in shown) == (0, True, True)


def test_the_page_names_every_command_option_and_choice() -> None:
    text = PAGE.read_text(encoding="utf-8")

    sections = dict(part.split("\n", 1) for part in text.split("\n## ")[1:])
    missing = [
        f"{name}: {word}"
        for name, parser in PARSERS.items()
        for action in actions(parser)
        for word in (*action.option_strings, *(action.choices or ()))
        if word not in ("-h", "--help")
        and word not in re.findall(r"[\w-]+(?:@\d+\.\d+)?", sections[f"`kfdsl {name}`"])
    ]
    assert missing == []


@pytest.mark.parametrize("shell", SHELLS)
def test_a_completion_script_knows_every_option(shell: str) -> None:
    text = script(shell, program_parser(), PARSERS)

    options = {
        option
        for parser in PARSERS.values()
        for action in actions(parser)
        for option in action.option_strings
    }
    assert [option for option in options if option.lstrip("-") not in text] == []


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("kfdsl c", {"compile", "check", "completion"}),
        ("kfdsl compile --col", {"--color"}),
        ("kfdsl compile --kind ", set(KINDS)),
        ("kfdsl check x.pipe --color ", {"auto", "always", "never"}),
        ("kfdsl completion ", {*SHELLS, "-h", "--help"}),
        ("kfdsl compile -o ", set()),
        ("kfdsl compile x", set()),
    ],
)
def test_bash_completes(line: str, expected: set[str]) -> None:
    words = [*line.split(" ")]
    program = (
        f"{script('bash', program_parser(), PARSERS)}\nCOMP_WORDS=({' '.join(map(shlex.quote, words))})\n"
    )
    program += f"COMP_CWORD={len(words) - 1}\n_kfdsl\nprintf '%s\\n' \"${{COMPREPLY[@]}}\"\n"

    result = subprocess.run(["bash", "-c", program], check=True, capture_output=True, text=True)

    assert (set(result.stdout.split()), result.stderr) == (expected, "")
