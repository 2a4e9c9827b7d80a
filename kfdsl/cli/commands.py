"""The commands: parsed arguments in, an exit code out."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Callable, Sequence
from typing import TextIO

from kfdsl.cli import CLEAN, FOUND, MISUSED, inputs
from kfdsl.cli.problem import Problem
from kfdsl.cli.terminal import colored, emit, say
from kfdsl.diagnostics import Diagnostic


def compile_(arguments: Namespace) -> int:
    """Write the YAML of all inputs, or of none where one has an error."""
    from kfdsl.cli import output, parameters, run

    if arguments.check and arguments.output is None:
        message = "--check compares with a file: say which with -o"
        raise Problem(message)
    items = inputs.find(arguments.paths)
    outcome = run.compile_all(
        items,
        target=arguments.target,
        kind=arguments.kind,
        parameters=parameters.read(arguments.params, arguments.set),
    )
    if outcome.diagnostics or arguments.format == "json":
        _report(outcome.diagnostics, len(items) - len(outcome.failures), arguments, sys.stderr)
    if outcome.failures:
        return _fail(outcome.failures)
    if any(finding.severity == "error" for finding in outcome.diagnostics):
        return FOUND
    if not outcome.texts:
        message = "there is no pipeline to compile, only what others import"
        raise Problem(message)
    if arguments.output is None:
        emit(output.join(text for _, text in outcome.texts), sys.stdout)
        return CLEAN
    files = output.place(outcome.texts, arguments.output)
    if arguments.check:
        return _compare(files, arguments)
    output.replace_all(files.items())
    return CLEAN


def _compare(files: dict[str, str], arguments: Namespace) -> int:
    from kfdsl.cli.stale import differences

    found = differences(files, color=colored(arguments.color, sys.stdout))
    emit("".join(found.values()), sys.stdout)
    for path in found:
        say(f"{path} is not what its source compiles to")
    return FOUND if found else CLEAN


def check(arguments: Namespace) -> int:
    """Report what is wrong with all inputs; notes alone do not count as findings."""
    from kfdsl.cli import run

    items = inputs.find(arguments.paths)
    for item in items:
        if item.pipeline is not None:
            message = f"check takes whole files: leave out `:{item.pipeline}`"
            raise Problem(message)
    outcome = run.check_all(items)
    _report(outcome.diagnostics, len(items) - len(outcome.failures), arguments, sys.stdout)
    if outcome.failures:
        return _fail(outcome.failures)
    return FOUND if any(finding.severity != "note" for finding in outcome.diagnostics) else CLEAN


def params(arguments: Namespace) -> int:
    """Print the params of pipelines, or what is wrong with the values given for them."""
    from kfdsl.cli.params import describe

    items = inputs.find(arguments.paths)
    described = describe(items, arguments)
    if described.errors:
        _report(described.errors, len(items) - len(described.failures), arguments, sys.stderr)
    if described.failures:
        return _fail(described.failures)
    if described.text is None:
        return FOUND
    emit(described.text, sys.stdout)
    return CLEAN


def new(arguments: Namespace) -> int:
    """Write a file to begin with, and say what to type next."""
    from kfdsl.cli import starter

    if arguments.list:
        emit(starter.listing(starter.SHAPES), sys.stdout)
        return CLEAN
    file, content = starter.create(arguments.path, arguments.shape, force=arguments.force)
    if file == inputs.STDIN:
        emit(content, sys.stdout)
        return CLEAN
    starter.write(file, content, force=arguments.force)
    say(f"wrote {file}: `{starter.next_command(file)}` runs it")
    return CLEAN


def _report(diagnostics: Sequence[Diagnostic], files: int, arguments: Namespace, stream: TextIO) -> None:
    if arguments.format == "json":
        from kfdsl.report import machine

        parts = [machine.render(diagnostics)]
    else:
        from kfdsl.report import text

        report = text.render(diagnostics, color=colored(arguments.color, stream))
        parts = [f"{report}\n" if report else "", text.summary(diagnostics, files)]
    emit("".join(f"{part}\n" for part in parts if part), stream)


def _fail(failures: Sequence[str]) -> int:
    for failure in failures:
        say(failure)
    return MISUSED


def graph(arguments: Namespace) -> int:
    """Draw the pipelines of all inputs; what is wrong with them is reported, and drawn as far as it is known."""
    from kfdsl.cli import drawing

    drawn = drawing.draw(inputs.find(arguments.paths), arguments)
    if drawn.diagnostics:
        arguments.format = "text"  # of the report
        _report(drawn.diagnostics, drawn.files, arguments, sys.stderr)
    if drawn.failures:
        return _fail(drawn.failures)
    if drawn.text is not None:
        drawing.write(drawn.text, arguments.output)
    return FOUND if drawn.wrong else CLEAN


def completion(arguments: Namespace) -> int:
    """Print the completion script of a shell."""
    from kfdsl.cli.arguments import ABOUT, command_parser, program_parser
    from kfdsl.cli.completion import script

    commands = {name: command_parser(name) for name in ABOUT}
    emit(script(arguments.shell, program_parser(), commands), sys.stdout)
    return CLEAN


COMMANDS: dict[str, Callable[[Namespace], int]] = {
    "compile": compile_,
    "check": check,
    "params": params,
    "new": new,
    "graph": graph,
    "completion": completion,
}
