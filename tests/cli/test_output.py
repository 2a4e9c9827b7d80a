"""Replacement of files: all or none, and nothing left beside them."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from kfdsl.cli.output import replace_all
from kfdsl.cli.problem import Problem


def test_an_interruption_leaves_everything_as_it_was(tmp_path: Path) -> None:
    old = tmp_path / "old.yaml"
    old.write_text("old\n")

    def files() -> Iterator[tuple[str, str]]:
        yield str(old), "new\n"
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        replace_all(files())

    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"old.yaml": "old\n"}


def test_a_request_to_end_leaves_everything_as_it_was(tmp_path: Path) -> None:
    old = tmp_path / "old.yaml"
    old.write_text("old\n")
    before = signal.getsignal(signal.SIGTERM)

    def files() -> Iterator[tuple[str, str]]:
        yield str(old), "new\n"
        os.kill(os.getpid(), signal.SIGTERM)
        yield str(tmp_path / "never.yaml"), "new\n"

    with pytest.raises(SystemExit) as stop:
        replace_all(files())

    assert (stop.value.code, signal.getsignal(signal.SIGTERM)) == (143, before)
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"old.yaml": "old\n"}


def test_a_file_that_cannot_be_written_leaves_the_others_as_they_were(tmp_path: Path) -> None:
    old, wrong = tmp_path / "old.yaml", tmp_path / "old.yaml" / "below.yaml"
    old.write_text("old\n")

    with pytest.raises(Problem, match=r"cannot write .*below\.yaml"):
        replace_all([(str(old), "new\n"), (str(wrong), "new\n")])

    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"old.yaml": "old\n"}


def test_all_files_are_replaced(tmp_path: Path) -> None:
    replace_all([(str(tmp_path / "a/b.yaml"), "one\r\n"), (str(tmp_path / "c.yaml"), "ü\n")])

    assert (tmp_path / "a/b.yaml").read_bytes() == b"one\r\n"
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["a", "b.yaml", "c.yaml"]
