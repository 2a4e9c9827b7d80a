"""Help, documentation and completion: three descriptions of one grammar that must not part."""

from __future__ import annotations

import re
import shlex
import subprocess
from pathlib import Path

import pytest

from kfdsl.cli import main
from kfdsl.cli.arguments import EXAMPLES, KINDS, SHELLS, parse, parsers
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

PARSERS = parsers()[1]


@pytest.mark.parametrize("call", CALLS, ids=" ".join)
def test_every_example_of_the_help_is_accepted(call: list[str]) -> None:
    assert parse(call[1:]).command == call[1]


def test_every_command_has_a_parser() -> None:
    assert set(COMMANDS) == set(PARSERS)


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
        if word not in ("-h", "--help") and word not in re.findall(r"[\w-]+", sections[f"`kfdsl {name}`"])
    ]
    assert missing == []


@pytest.mark.parametrize("shell", SHELLS)
def test_a_completion_script_knows_every_option(shell: str) -> None:
    text = script(shell, *parsers())

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
    program = f"{script('bash', *parsers())}\nCOMP_WORDS=({' '.join(map(shlex.quote, words))})\n"
    program += f"COMP_CWORD={len(words) - 1}\n_kfdsl\nprintf '%s\\n' \"${{COMPREPLY[@]}}\"\n"

    result = subprocess.run(["bash", "-c", program], check=True, capture_output=True, text=True)

    assert (set(result.stdout.split()), result.stderr) == (expected, "")
