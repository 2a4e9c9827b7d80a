"""`--watch`: real processes, which wait for output and not for time."""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from .conftest import BAD, GOOD, Start

MOST = 60
"""Seconds after which a test fails."""

MAIN = 'edition 2026\nimport "lib.pipe" { prep }\npipeline x {\n  step a = prep()\n}\n'
LIB = 'edition 2026\ncomponent prep { image = "busybox", script sh = file("a.sh") }\n'


class Watching:
    """A process of kfdsl and the lines of its standard error."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process
        self.lines: queue.Queue[str] = queue.Queue()
        self.seen: list[str] = []
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stderr
        for line in self.process.stderr:
            self.lines.put(line.decode().rstrip("\n"))

    def until(self, part: str) -> str:
        """Return the next line that holds `part`."""
        end = time.monotonic() + MOST
        while True:
            try:
                line = self.lines.get(timeout=max(end - time.monotonic(), 0.01))
            except queue.Empty:
                pytest.fail(f"no line with {part!r} after {self.seen}")
            self.seen.append(line)
            if part in line:
                return line


@pytest.fixture
def watching(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Watching]]:
    """Processes that end with the test."""
    monkeypatch.chdir(tmp_path)
    started: list[Watching] = []
    yield started
    for one in started:
        one.process.kill()
        one.process.communicate()


def begin(watching: list[Watching], start: Start, *arguments: str, files: dict[str, str]) -> Watching:
    for name, text in files.items():
        Path(name).parent.mkdir(exist_ok=True, parents=True)
        Path(name).write_text(text)
    watching.append(Watching(start(*arguments)))
    return watching[-1]


def test_a_change_of_any_input_compiles_again(watching: list[Watching], start: Start) -> None:
    one = begin(
        watching,
        start,
        *("compile", "x.pipe", "-o", "x.yaml", "--watch"),
        files={"x.pipe": MAIN, "lib.pipe": LIB, "a.sh": "echo one\n"},
    )
    assert "] wrote x.yaml" in one.until("wrote x.yaml")
    assert "echo one" in Path("x.yaml").read_text()

    Path("a.sh").write_text("echo two, longer\n")
    assert "a.sh changed: wrote x.yaml" in one.until("changed")
    assert "echo two" in Path("x.yaml").read_text()

    Path("lib.pipe").write_text(LIB.replace("busybox", "debian"))
    assert "lib.pipe changed: wrote x.yaml" in one.until("changed")

    before = Path("x.yaml").stat()
    Path("x.pipe").write_text(MAIN + "# a comment\n")
    assert "x.pipe changed: x.yaml is up to date" in one.until("changed")
    assert Path("x.yaml").stat().st_ino == before.st_ino


def test_an_error_is_reported_and_mended(watching: list[Watching], start: Start) -> None:
    one = begin(
        watching, start, "compile", "x.pipe", "-o", "x.yaml", "--watch", files={"x.pipe": BAD.format("x")}
    )
    one.until("missing-image")
    one.until("1 error")
    assert not Path("x.yaml").exists()

    Path("x.pipe").write_text(GOOD.format("x"))
    one.until("x.pipe changed: wrote x.yaml")


def test_files_may_vanish_be_replaced_and_come_back(watching: list[Watching], start: Start) -> None:
    one = begin(
        watching,
        start,
        *("compile", "x.pipe", "-o", "x.yaml", "--watch"),
        files={"x.pipe": MAIN, "lib.pipe": LIB, "a.sh": "echo one\n"},
    )
    one.until("wrote x.yaml")

    Path("lib.pipe").unlink()
    one.until("there is no file `lib.pipe` here")
    Path("lib.pipe").write_text(LIB)
    one.until("lib.pipe changed: x.yaml is up to date")

    Path("x.pipe").unlink()
    one.until("cannot read x.pipe")
    one.until("x.pipe changed: waiting")
    Path("new").write_text(GOOD.format("y"))
    os.replace("new", "x.pipe")  # as editors save
    one.until("x.pipe changed: wrote x.yaml")


def test_an_import_that_is_new_is_watched(watching: list[Watching], start: Start) -> None:
    one = begin(
        watching,
        start,
        *("compile", "x.pipe", "-o", "x.yaml", "--watch"),
        files={"x.pipe": GOOD.format("x"), "lib.pipe": LIB, "a.sh": "echo one\n"},
    )
    one.until("wrote x.yaml")

    Path("x.pipe").write_text(MAIN)
    one.until("x.pipe changed: wrote")
    Path("a.sh").write_text("echo and more\n")
    one.until("a.sh changed: wrote")


def test_values_are_watched_and_may_be_wrong_for_a_while(watching: list[Watching], start: Start) -> None:
    text = 'edition 2026\npipeline x {\n  param n: int = 1\n  image = "a"\n  command = ["b", string(n)]\n}\n'
    one = begin(
        watching,
        start,
        *("compile", "x.pipe", "-o", "x.yaml", "--params", "v.yaml", "--watch"),
        files={"x.pipe": text, "v.yaml": "n: 2\n"},
    )
    one.until("wrote x.yaml")

    Path("v.yaml").write_text("n: [\n")
    one.until("cannot read v.yaml")
    Path("v.yaml").write_text("n: 33\n")
    one.until("v.yaml changed: wrote x.yaml")
    assert "'33'" in Path("x.yaml").read_text() or '"33"' in Path("x.yaml").read_text()


def test_a_new_file_of_a_folder_is_compiled(watching: list[Watching], start: Start) -> None:
    one = begin(
        watching, start, "compile", "in", "-o", "out/", "--watch", files={"in/one.pipe": GOOD.format("one")}
    )
    one.until("wrote out/one.yaml")

    Path("in/two.pipe").write_text(GOOD.format("two"))
    one.until("two.pipe changed: wrote out/two.yaml")


def test_check_watches_too_and_writes_its_report_to_standard_output(
    watching: list[Watching], start: Start
) -> None:
    one = begin(watching, start, "check", "x.pipe", "--watch", files={"x.pipe": GOOD.format("x")})
    one.until("] no findings")

    Path("x.pipe").write_text(BAD.format("x"))
    one.until("x.pipe changed: 1 finding")
    one.process.send_signal(signal.SIGINT)
    assert one.process.wait(MOST) == 130
    assert one.process.stdout
    assert b"missing-image" in one.process.stdout.read()


def test_ctrl_c_ends_it_quietly(watching: list[Watching], start: Start) -> None:
    one = begin(
        watching, start, "compile", "x.pipe", "-o", "x.yaml", "--watch", files={"x.pipe": GOOD.format("x")}
    )
    line = one.until("wrote x.yaml")
    one.process.send_signal(signal.SIGINT)

    assert one.process.wait(MOST) == 130
    assert one.seen == [line]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["compile", "-", "--watch"], "standard input cannot be watched"),
        (["compile", "x.pipe", "-o", "x", "--check", "--watch"], "--check looks once: leave out --watch"),
        (["compile", "x.pipe", "--depfile", "x.d"], "--depfile is about files: say which with -o"),
        (["compile", "x.pipe", "-o", "x", "--check", "--depfile", "x.d"], "--check writes nothing"),
    ],
)
def test_what_cannot_be_together_is_refused(arguments: list[str], message: str, start: Start) -> None:
    with start(*arguments) as process:
        output, errors = process.communicate(timeout=MOST)

    assert (process.returncode, output) == (2, b"")
    assert message in errors.decode()
