"""A part of the program in, a few words for its box out."""

from __future__ import annotations

from kfdsl import ir
from kfdsl.source import Span

MOST = 2000
"""Characters of a text that are kept: more is no label."""


def runs(step: ir.Step) -> str:
    """Return what a step runs."""
    called = step.call
    if isinstance(called, (ir.Pipeline, ir.PipelineRef)):
        return f"pipeline {called.name}"
    if called.shared:
        return f"component {called.name}"
    return of_body(called)


def of_body(body: ir.Body) -> str:
    """Return what a body runs."""
    match body.run:
        case ir.Script() as script if script.function is not None:
            return f"{script.interpreter[0]} function {script.function}"
        case ir.Script(interpreter):
            return f"{interpreter[0].rpartition('/')[2]} script"
        case ir.BuiltIn(name):
            return name
        case ir.Containers(containers):
            return f"{len(containers)} containers"
        case ir.Command(command):
            return "command" if command is not None else "image"
        case None:
            return ""


def clause(span: Span, word: str) -> str:
    """Return the author's text of a clause on one line, without the word that it begins with."""
    text = written(span)
    return text[len(word) :].lstrip() if text.startswith(word) else text


def written(span: Span) -> str:
    """Return the author's text on one line, its comments left out."""
    text = span.text[:MOST]
    if "\n" not in text:
        return text
    return " ".join(" ".join(_without_comment(line).split()) for line in text.split("\n")).strip()


def _without_comment(line: str) -> str:
    quote = ""
    for at, char in enumerate(line):
        if quote:
            quote = "" if char == quote and line[at - 1] != "\\" else quote
        elif char in "\"'":
            quote = char
        elif char == "#":
            return line[:at]
    return line
