"""The line that shows how far a long run is: on a terminal only, and gone at the end."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import GOOD, ROOT

PROGRAM = """
import sys
from kfdsl.cli import main, progress
progress.PATIENCE = progress.EVERY = 0
sys.exit(main(["check", "."]))
"""


def on_terminal(program: str, **variables: str) -> tuple[str, str]:
    """Run a program with standard error on a terminal; return standard output and what the terminal got."""
    ours, theirs = pty.openpty()
    clean = {k: v for k, v in os.environ.items() if k not in ("CI", "NO_COLOR", "FORCE_COLOR")}
    environment = {**clean, "PYTHONPATH": ROOT, "TERM": "xterm", "COLUMNS": "40", **variables}
    process = subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=theirs, env=environment
    )
    os.close(theirs)
    seen = b""
    try:
        while part := os.read(ours, 4096):
            seen += part
    except OSError:  # how Linux says that the other end is closed
        pass
    os.close(ours)
    output, _ = process.communicate(timeout=60)
    assert process.returncode == 0, seen.decode()
    return output.decode(), seen.decode()


@pytest.fixture
def many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for number in range(25):
        Path(f"{number:02}-{'long-' * 10}name.pipe").write_text(GOOD.format(f"p{number}"))


@pytest.mark.usefixtures("many")
def test_a_line_shows_which_file_is_at_work_and_is_gone_at_the_end() -> None:
    output, seen = on_terminal(PROGRAM)

    states = seen.split("\r\x1b[K")
    assert (output, states[0], states[-1], len(states)) == ("no problems in 25 files\n", "", "", 27)
    assert states[1].startswith("1/25 …")
    assert states[25].endswith("long-name.pipe")
    assert max(map(len, states)) <= 40


@pytest.mark.usefixtures("many")
@pytest.mark.parametrize("variables", [{"TERM": "dumb"}, {"CI": "true"}, {"NO_COLOR": "1"}])
def test_terminals_that_cannot_erase_are_left_alone(variables: dict[str, str]) -> None:
    assert on_terminal(PROGRAM, **variables) == ("no problems in 25 files\n", "")


@pytest.mark.usefixtures("many")
def test_a_pipe_gets_no_line() -> None:
    result = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        check=True,
        capture_output=True,
        env={**os.environ, "PYTHONPATH": ROOT, "TERM": "xterm"},
    )

    assert result.stderr == b""


def test_few_files_or_a_quick_run_are_not_worth_a_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    quick = "from kfdsl.cli import progress; progress.PATIENCE = 60; list(progress.shown(['a'] * 50))"

    assert on_terminal(quick) == ("", "")
    Path("one.pipe").write_text(GOOD.format("one"))
    assert on_terminal(PROGRAM) == ("no problems in 1 file\n", "")
