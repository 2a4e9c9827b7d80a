"""The interface of pipelines: a table, a JSON Schema, or a file of values to fill in."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from collections.abc import Mapping, Sequence

from kfdsl import ir
from kfdsl.cli import parameters, run
from kfdsl.cli.inputs import Input
from kfdsl.cli.parser import columns
from kfdsl.cli.problem import Problem
from kfdsl.diagnostics import Diagnostic
from kfdsl.node import Node
from kfdsl.parameters import check, missing


class Described(Node):
    """What is to be printed; `text` is None where a file could not be read or `errors` are found."""

    text: str | None
    errors: tuple[Diagnostic, ...]
    failures: tuple[str, ...]


def describe(items: Sequence[Input], arguments: Namespace) -> Described:
    """Describe the params of all inputs, and find what is wrong with the values given for them."""
    values = parameters.read(arguments.params, arguments.set)
    complete = not arguments.template and bool(arguments.params or arguments.set)
    results, failures = run.analyze_all(items)
    found: list[Diagnostic] = []
    pipelines: list[tuple[ir.Pipeline, Mapping[str, object]]] = []
    for _, result in results:
        found += result.diagnostics
        if result.program is not None:
            own, unfit = check(result.program, values)
            found += unfit
            for pipeline, fitting in zip(result.program.pipelines, own, strict=True):
                pipelines.append((pipeline, fitting))
                found += missing(pipeline, values) if complete else ()
    errors = tuple(finding for finding in run.unique(found) if finding.severity == "error")
    if errors or failures:
        return Described(None, errors, failures)
    if not pipelines:
        message = "there is no pipeline here, only what others import"
        raise Problem(message)
    return Described(_text(pipelines, arguments), (), ())


def _text(pipelines: list[tuple[ir.Pipeline, Mapping[str, object]]], arguments: Namespace) -> str:
    if arguments.format == "text" and not arguments.template:
        from kfdsl.cli import params_table

        return params_table.render(pipelines, columns() if sys.stdout.isatty() else None)
    if len(pipelines) > 1:
        names = ", ".join(pipeline.name for pipeline, _ in pipelines)
        message = f"there are {len(pipelines)} pipelines ({names}): say which, as FILE:PIPELINE"
        raise Problem(message)
    pipeline, values = pipelines[0]
    if arguments.template:
        from kfdsl.cli import params_template

        return params_template.render(pipeline, values, arguments.format)
    from kfdsl.parameter_schema import schema

    return f"{json.dumps(schema(pipeline), ensure_ascii=False, indent=2)}\n"
