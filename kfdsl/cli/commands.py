"""The commands: parsed arguments in, an exit code out."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Callable, Sequence
from typing import TextIO

from kfdsl.cli import CLEAN, CRASHED, FOUND, MISUSED, inputs
from kfdsl.cli.inputs import Input
from kfdsl.cli.problem import Problem
from kfdsl.cli.terminal import colored, emit, say
from kfdsl.cli.watch import Round, watch
from kfdsl.diagnostics import Diagnostic

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kfdsl.cli.output import Files
    from kfdsl.cli.run import Outcome, Portability


def compile_(arguments: Namespace) -> int:
    """Write the YAML of all inputs, or of none where one has an error."""
    if arguments.check:
        _refuse(arguments.output is None, "--check compares with a file: say which with -o")
        _refuse(arguments.depfile is not None, "--check writes nothing: leave out --depfile")
        _refuse(arguments.watch, "--check looks once: leave out --watch")
    _refuse(
        arguments.depfile is not None and arguments.output is None,
        "--depfile is about files: say which with -o",
    )
    _refuse_kind(arguments)
    return _rounds(arguments, lambda items: _compile(items, arguments), arguments.params)


def _refuse(wrong: bool, message: str) -> None:  # noqa: FBT001  # the condition of a sentence
    if wrong:
        raise Problem(message)


def _refuse_kind(arguments: Namespace) -> None:
    """Refuse a kind that a target does not have."""
    from kfdsl.targets import known

    try:
        known.check_kind(arguments.kind, known.chosen(arguments.target))
    except ValueError as error:
        raise Problem(str(error)) from error


def _rounds(arguments: Namespace, run: Callable[[tuple[Input, ...]], Round], also: list[str]) -> int:
    """Run once, or for as long as files change."""
    if arguments.watch:
        watch(arguments.paths, run, also, quiet=arguments.format == "json")
    return run(inputs.find(arguments.paths)).code


def _compile(items: tuple[Input, ...], arguments: Namespace) -> Round:
    from kfdsl.cli import output, parameters, run

    outcome = run.compile_all(
        items,
        target=arguments.target,
        kind=arguments.kind,
        parameters=parameters.read(arguments.params, arguments.set),
        allow=arguments.allow,
    )
    read = tuple(file for files in outcome.files.values() for file in files)
    if outcome.diagnostics or arguments.format == "json":
        _report(outcome.diagnostics, len(items) - len(outcome.failures), arguments, sys.stderr)
    if outcome.failures:
        return Round(_fail(outcome.failures), read, "nothing written")
    if any(finding.severity == "error" for finding in outcome.diagnostics):
        return Round(_code(outcome.diagnostics), read, "nothing written")
    if not outcome.texts:
        message = "there is no pipeline to compile, only what others import"
        raise Problem(message)
    placed = output.place(outcome.texts, arguments.output)
    if arguments.output is None:
        emit(output.join(outcome.texts), sys.stdout)
        return Round(CLEAN, read, "done")
    output.refuse_inputs([*placed, *filter(None, [arguments.depfile])], [*read, *arguments.params])
    if arguments.check:
        texts = {path: output.join(texts) for path, texts in placed.items()}
        return Round(_compare(texts, arguments), read, "compared")
    return Round(CLEAN, read, _write(placed, outcome, arguments))


def _write(placed: Files, outcome: Outcome, arguments: Namespace) -> str:
    """Write the outputs and the depfile; return what was done. While files are watched, only changes are written."""
    from kfdsl.cli import output, stale

    files = {path: output.join(texts) for path, texts in placed.items()}
    texts = {path: text for path, text in files.items() if not arguments.watch or stale.differs(path, text)}
    written = list(texts)
    if arguments.depfile is not None:
        from kfdsl.cli import depfile

        texts[arguments.depfile] = depfile.render(
            {
                path: [*(f for one in texts for f in outcome.files[one.item.path]), *arguments.params]
                for path, texts in placed.items()
            }
        )
    output.replace_all(texts.items())
    if not written:
        return f"{', '.join(list(files)[:3])}{', …' if len(files) > 3 else ''} is up to date"
    return f"wrote {', '.join(written[:3])}{f' and {len(written) - 3} more' if len(written) > 3 else ''}"


def _compare(files: dict[str, str], arguments: Namespace) -> int:
    from kfdsl.cli.stale import differences

    found = differences(files, color=colored(arguments.color, sys.stdout))
    emit("".join(found.values()), sys.stdout)
    for path in found:
        say(f"{path} is not what its source compiles to")
    return FOUND if found else CLEAN


def check(arguments: Namespace) -> int:
    """Report what is wrong with all inputs; notes alone do not count as findings."""
    return _rounds(arguments, lambda items: _check(items, arguments), [])


def _check(items: tuple[Input, ...], arguments: Namespace) -> Round:
    from kfdsl.cli import run

    for item in items:
        if item.pipeline is not None:
            message = f"check takes whole files: leave out `:{item.pipeline}`"
            raise Problem(message)
    outcome = run.check_all(items, target=arguments.target, allow=arguments.allow)
    read = tuple(file for files in outcome.files.values() for file in files)
    read_items = len(items) - len(outcome.failures)
    _report(
        outcome.diagnostics, read_items, arguments, sys.stdout, run.portability(outcome, arguments.target)
    )
    if outcome.failures:
        return Round(_fail(outcome.failures), read, "not all could be read")
    findings = [finding for finding in outcome.diagnostics if finding.severity != "note"]
    done = f"{len(findings)} finding{'' if len(findings) == 1 else 's'}" if findings else "no findings"
    return Round(_code(findings) if findings else CLEAN, read, done)


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
    say(f"wrote {file}: {starter.next_step(file, arguments.target)}")
    return CLEAN


def _report(
    diagnostics: Sequence[Diagnostic],
    files: int,
    arguments: Namespace,
    stream: TextIO,
    portability: Portability | None = None,
) -> None:
    if arguments.format == "json":
        from kfdsl.report import machine

        parts = [machine.render(diagnostics, *(portability or ()))]
    else:
        from kfdsl.report import text
        from kfdsl.report.first import first

        color = colored(arguments.color, stream)
        shown, more = first(diagnostics)
        report = text.render(shown, color=color)
        parts = [f"{report}\n" if report else "", *more]
        if portability is not None and portability.files:
            from kfdsl.cli.parser import WIDEST, columns
            from kfdsl.report.portability import render

            width = min(columns(), WIDEST)
            parts.append(f"{render(*portability, color=color, width=width)}\n")
        parts.append(text.summary(diagnostics, files))
    emit("".join(f"{part}\n" for part in parts if part), stream)


def _code(diagnostics: Sequence[Diagnostic]) -> int:
    """Return the exit code of findings, one of which may be a bug of kfdsl."""
    return CRASHED if any(finding.name == "invalid-manifest" for finding in diagnostics) else FOUND


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
