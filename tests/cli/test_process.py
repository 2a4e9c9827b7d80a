"""What only a process shows: signals, closed pipes, standard input, what is imported."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from .conftest import GOOD, Start

HEAVY = ("lark", "jinja2", "yaml", "jsonschema", "kubernetes", "kfdsl.compiler")


def test_ctrl_c_exits_130_without_a_traceback(start: Start) -> None:
    """The text is more than a pipe holds: when it is written, kfdsl is at work and waits for more."""
    with start("compile", "-") as process:
        assert process.stdin
        process.stdin.write(b"#" * 1_000_000)
        process.stdin.flush()
        process.send_signal(signal.SIGINT)
        output = process.communicate(timeout=60)

    assert (process.returncode, output) == (130, (b"", b""))


def test_a_closed_pipe_ends_kfdsl_quietly(start: Start) -> None:
    reader, writer = os.pipe()
    os.close(reader)

    with start("completion", "bash", stdout=writer) as process:
        os.close(writer)
        _, errors = process.communicate(timeout=60)

    assert (process.returncode, errors) == (141, b"")


@pytest.mark.parametrize("locale", ["C.UTF-8", "C"])
def test_standard_input_becomes_yaml_in_any_locale(locale: str, start: Start) -> None:
    text = GOOD.format("x").replace('"true"', '"ü"')

    with start("compile", "-", variables={"LC_ALL": locale, "PYTHONIOENCODING": "ascii"}) as process:
        output, errors = process.communicate(text.encode(), timeout=60)

    assert (process.returncode, errors) == (0, b"")
    assert "ü" in output.decode()


@pytest.mark.parametrize(
    "arguments", ["['--version']", "['--help']", "['compile', '--help']", "['completion', 'zsh']"]
)
def test_help_imports_nothing_heavy(arguments: str) -> None:
    program = f"import sys, kfdsl.cli; kfdsl.cli.main({arguments}); print(*sys.modules)"

    result = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)

    modules = result.stdout.splitlines()[-1].split()
    assert [name for name in HEAVY if name in modules] == []
