"""The wrong programs of examples/errors, their reports, and the page that is made of them."""

from __future__ import annotations

import contextlib
from pathlib import Path

from kfdsl import Diagnostic, check_file
from kfdsl.codes import CODES
from kfdsl.diagnostics import Fix
from kfdsl.report.text import render

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "examples" / "errors"
PAGE = ROOT / "docs" / "errors.md"
PROGRAMS = sorted(FOLDER.glob("*.pipe"))

WITHOUT_EXAMPLE = {
    "unreadable-text": "the program would not be text",
    "missing-edition": "a note, which every program without `edition` has",
    "unchecked-timezone": "a note, on machines without data of time zones",
    "unknown-pipeline": "comes of the command line: `kfdsl compile FILE:NAME`",
    "too-many-steps": "the program would have thousands of steps",
    "invalid-manifest": "a bug of kfdsl that is known is mended",
}
"""Codes that no program of the folder can show, and why."""

CHAPTERS = {
    "KF00": "Syntax",
    "KF01": "Syntax",
    "KF10": "Names",
    "KF11": "Order",
    "KF12": "What runs",
    "KF13": "Presence",
    "KF14": "Units and constants",
    "KF15": "Types and values",
    "KF16": "Scripts",
    "KF17": "Secrets",
    "KF18": "Files",
    "KF19": "Files",
    "KF30": "Targets",
    "KF31": "Targets",
    "KF39": "Targets",
}

TARGETS = {"not-in-version": "argo@3.7"} | {
    program.stem: "kfp" for program in PROGRAMS if program.stem.startswith("kfp-")
}
"""Programs that are checked for another target than the newest Argo."""


def findings(program: Path) -> tuple[Diagnostic, ...]:
    """Return what a check of a program finds; names of files are relative to the folder of examples."""
    with contextlib.chdir(FOLDER):
        name = program.relative_to(FOLDER).as_posix()
        return check_file(name, target=TARGETS.get(program.stem, "argo"))


def report(program: Path) -> str:
    """Return the whole report of a program, as its `.txt` has it."""
    return render(findings(program), color=False) + "\n"


def fixed(text: str, fix: Fix) -> str:
    """Return a text after a fix."""
    for edit in sorted(fix.edits, key=lambda e: (e.span.start, e.span.end), reverse=True):
        text = text[: edit.span.start] + edit.text + text[edit.span.end :]
    return text


def page() -> str:
    """Return the page of all errors, with the report of each example."""
    shown = {program: findings(program) for program in PROGRAMS}
    lines = [
        "# Errors",
        "",
        "What kfdsl says about wrong programs, by code.",
        "`kfdsl check` reports all there is in one run; each report is that of a program in",
        "[examples/errors](../examples/errors), whose first line says what is wrong with it.",
        "",
        "This page is written by `make update`.",
    ]
    chapter = ""
    for name, code in sorted(CODES.items(), key=lambda item: item[1].code):
        title = CHAPTERS.get(code.code[:4])
        if title is None:
            continue
        if title != chapter:
            chapter = title
            lines += ["", f"## {title}"]
        lines += ["", f"### {code.code} {name}", "", code.about]
        if name in WITHOUT_EXAMPLE:
            lines += ["", f"There is no example: {WITHOUT_EXAMPLE[name]}."]
        for program, found in shown.items():
            if any(d.name == name for d in found):
                lines += _example(program, found)
    return "\n".join(lines) + "\n"


def _example(program: Path, found: tuple[Diagnostic, ...]) -> list[str]:
    said = program.read_text(encoding="utf-8").splitlines()[0].removeprefix("# ")
    link = f"[{program.stem}](../examples/errors/{program.name})"
    return [
        "",
        f"{said.removesuffix('.')} ({link}):",
        "",
        "```text",
        *render(found, color=False).split("\n"),
        "```",
    ]
