"""Inputs in, what the compiler made of them and said about them out: the command line's only door to it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeVar

from kfdsl import compiler
from kfdsl.cli import progress
from kfdsl.cli.inputs import STDIN, Input
from kfdsl.cli.output import SUFFIX, Text
from kfdsl.cli.problem import Problem, trouble
from kfdsl.diagnostics import Diagnostic
from kfdsl.given import Given
from kfdsl.node import Node

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kfdsl.report.portability import Checked

T = TypeVar("T")


class Outcome(Node):
    """What a run over several inputs came to.

    `texts` are the YAML of the inputs that have manifests, in order.
    `diagnostics` are the findings, each once, though two inputs may import the file it is in.
    `failures` are the files that could not be read, as lines.
    `files` are the paths that were read or looked for, by the path of the input.
    `results` are what the inputs came to.
    """

    texts: tuple[Text, ...]
    diagnostics: tuple[Diagnostic, ...]
    failures: tuple[str, ...]
    files: Mapping[str, tuple[str, ...]]
    results: tuple[tuple[Input, compiler.Result], ...] = ()


def compile_all(
    inputs: Sequence[Input], *, target: str, kind: str | None, parameters: Given, allow: Sequence[str]
) -> Outcome:
    """Compile every input, whatever becomes of the others."""

    def one(item: Input) -> compiler.Result:
        if item.path != STDIN:
            return compiler.compile_file(
                item.path,
                pipeline=item.pipeline,
                target=target,
                kind=kind,
                parameters=parameters,
                allow=allow,
            )
        return compiler.compile_text(
            _stdin(),
            name="<stdin>",
            pipeline=item.pipeline,
            target=target,
            kind=kind,
            parameters=parameters,
            allow=allow,
            root=os.curdir,
        )

    results, failures = _each(inputs, one)
    texts = tuple(text for item, result in results for text in _texts(item, result, kind))
    return _outcome(texts, results, failures)


def _texts(item: Input, result: compiler.Result, kind: str | None) -> Iterator[Text]:
    """Yield what an input came to: a text for each target, or for each object that must be alone in its file."""
    for made in result.rendered if result.manifests else ():
        target = made.target.target
        folder = made.target.word if len(result.rendered) > 1 else ""
        wanted = kind or target.kinds[0]
        if wanted in target.single:
            suffix = ".json" if wanted in target.json else SUFFIX
            for manifest in made.manifests:
                yield Text(item, manifest.text, folder, True, manifest.pipeline, suffix)
        elif made.manifests:
            yield Text(item, "---\n".join(manifest.text for manifest in made.manifests), folder)


def check_all(inputs: Sequence[Input], *, target: str, allow: Sequence[str]) -> Outcome:
    """Check every input, whatever becomes of the others; there are no texts then."""

    def one(item: Input) -> compiler.Result:
        if item.path == STDIN:
            return compiler.analyze_text(_stdin(), name="<stdin>", root=os.curdir, target=target, allow=allow)
        return compiler.analyze_file(item.path, target=target, allow=allow)

    results, failures = _each(inputs, one)
    return _outcome((), results, failures)


class Portability(NamedTuple):
    """What several targets found in each file that something is compiled of, and what the targets are called."""

    files: tuple[Checked, ...]
    targets: tuple[str, ...]


def portability(outcome: Outcome, target: str) -> Portability | None:
    """Return what a list of targets found, None for a single one."""
    targets = tuple(target.split(","))
    if len(targets) < 2:
        return None
    from kfdsl.report.portability import Checked

    files = []
    for item, result in outcome.results:
        found = {made.target.word: made.diagnostics for made in result.rendered}
        name = "<stdin>" if item.path == STDIN else item.path
        wrong = not found  # targets are asked about right programs only
        if wrong or any(found.values()) or result.manifests:
            files.append(Checked(name, found, wrong))
    return Portability(tuple(files), targets)


def _outcome(
    texts: tuple[Text, ...],
    results: Sequence[tuple[Input, compiler.Result]],
    failures: tuple[str, ...],
) -> Outcome:
    files: dict[str, tuple[str, ...]] = {}
    for item, result in results:
        files[item.path] = (*files.get(item.path, ()), *result.files)
    found = unique(d for _, result in results for d in result.diagnostics)
    return Outcome(texts, found, failures, files, tuple(results))


def analyze_all(
    inputs: Sequence[Input],
) -> tuple[tuple[tuple[Input, compiler.Result], ...], tuple[str, ...]]:
    """Return what every input means, right or wrong, and the files that could not be read, as lines."""

    def one(item: Input) -> compiler.Result:
        if item.path == STDIN:
            return compiler.analyze_text(
                _stdin(), name="<stdin>", pipeline=item.pipeline, target=None, root=os.curdir
            )
        return compiler.analyze_file(item.path, pipeline=item.pipeline, target=None)

    results, failures = _each(inputs, one)
    return tuple(results), failures


def _each(
    inputs: Sequence[Input], one: Callable[[Input], T]
) -> tuple[list[tuple[Input, T]], tuple[str, ...]]:
    results, failures = [], []
    for item in progress.shown(inputs):
        try:
            results.append((item, one(item)))
        except OSError as error:
            failures.append(trouble("read", str(error.filename or item.path), error))
        except Exception as error:
            error.add_note(f"at work on {item.path}")
            raise
    return results, tuple(failures)


def _stdin() -> str:
    try:
        return sys.stdin.buffer.read().decode()
    except UnicodeDecodeError as error:
        message = f"cannot read standard input: it is not UTF-8, see byte {error.start + 1}"
        raise Problem(message) from error


def unique(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Return findings each once, though two inputs may import the file that has them."""
    return tuple({(d.order, d.message): d for d in diagnostics}.values())
