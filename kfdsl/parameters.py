"""Values given for a pipeline's params: converted, and checked against types and rules."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from kfdsl import ir
from kfdsl.codes import report
from kfdsl.convert import Converter, Unfit
from kfdsl.diagnostics import Diagnostic, Label
from kfdsl.evaluate import EvaluationError, Lookup, NotConstantError, evaluate
from kfdsl.given import Given
from kfdsl.kinds import Optional, is_artifact, show
from kfdsl.nearest import nearest


def check(program: ir.Program, given: Given) -> tuple[list[dict[str, Any]], tuple[Diagnostic, ...]]:
    """Return the values for each pipeline of a program, in order, and what is wrong with them.

    Texts without a place are converted to the type of their param, so that `--set epochs=10` gives a number.
    Reported, where the value stands or else at the param, are `KF185` unknown names, `KF150` wrong types and
    `KF144` values that break a rule.
    """
    known = {param.name for pipeline in program.pipelines for param in pipeline.params}
    strangers = [name for name in given.values if name not in known and program.pipelines]
    found = [_unknown(program.pipelines[0], name, known, given) for name in strangers]
    values = []
    for pipeline in program.pipelines:
        own: dict[str, Any] = {}
        for param in pipeline.params:
            if param.name in given.values:
                converter = Converter(reads_text=given.place((param.name,)) is None)
                value = converter.convert(given.values[param.name], param.type, (param.name,))
                found += [_unfit(param, problem, given) for problem in converter.unfit]
                if not converter.unfit:
                    own[param.name] = value
        found += _broken(pipeline, own, given)
        values.append(own)
    return values, tuple(found)


def missing(pipeline: ir.Pipeline, given: Given) -> tuple[Diagnostic, ...]:
    """Return the params that are needed and have no value, `KF124`."""
    return tuple(
        report(
            "missing-argument",
            param.span,
            f"`{param.name}` has no default, and no value is given for it",
            label=f"is a `{show(param.type)}`",
        )
        for param in pipeline.params
        if is_required(param) and param.name not in given.values
    )


def is_required(param: ir.Param) -> bool:
    """Tell whether a run cannot do without a value for a param; artifacts are given otherwise."""
    return param.default is None and not isinstance(param.type, Optional) and not is_artifact(param.type)


def _unknown(pipeline: ir.Pipeline, name: str, known: set[str], given: Given) -> Diagnostic:
    close = nearest(name, known)
    helps = (f"did you mean `{close}`?",) if close else ()
    shown = f"its params: {', '.join(sorted(known))}" if known else "it has no params"
    message = f"a value is given for `{name}`, which is no param of `{pipeline.name}`"
    place = given.place((name,))
    if place is None:
        return report("unknown-parameter", pipeline.name_span, message, label=shown, helps=helps)
    labels = (Label(pipeline.name_span, shown),)
    return report("unknown-parameter", place, message, label="unknown", labels=labels, helps=helps)


def _unfit(param: ir.Param, problem: Unfit, given: Given) -> Diagnostic:
    message = f"the value given for `{param.name}` does not fit: {problem.message}"
    label = f"is a `{show(param.type)}`"
    place = given.place(problem.path)
    if place is None:
        return report("type-mismatch", param.span, message, label=label, helps=problem.helps)
    labels = (Label(param.span, label),)
    return report("type-mismatch", place, message, label="does not fit", labels=labels, helps=problem.helps)


def _broken(pipeline: ir.Pipeline, own: Mapping[str, Any], given: Given) -> Iterator[Diagnostic]:
    """Yield the rules that the values break, alone or together with the defaults of others."""
    defaults = {param.name: param.default for param in pipeline.params}

    def lookup(expr: ir.Expr) -> Any:  # noqa: ANN401  # any constant
        if isinstance(expr, ir.ParamRef):
            if expr.name in own:
                return own[expr.name]
            default = defaults.get(expr.name)
            if default is not None:
                return evaluate(default, lookup)
        raise NotConstantError

    for param in pipeline.params:
        if param.where is None:
            continue
        names = {e.name for e in ir.walk(param.where) if isinstance(e, ir.ParamRef)}
        why = _breaks(param.where, lookup) if names & set(own) else None
        if why is None:
            continue
        shown = json.dumps(own[param.name], ensure_ascii=False) if param.name in own else "its default"
        place = given.place((param.name,)) if param.name in own else None
        yield report(
            "constraint-violated",
            place or param.span,
            f"the value given for `{param.name}` breaks its rule: {shown}{why}",
            label="this param" if place is None else "this value",
            labels=(Label(param.where.span, "its rule"),),
        )


def _breaks(rule: ir.Expr, lookup: Lookup) -> str | None:
    """Return None if a rule holds or cannot be judged yet, else what more is to say, often nothing."""
    try:
        return "" if evaluate(rule, lookup) is False else None
    except EvaluationError as error:
        return f", for which it has no value: {error}"
    except (NotConstantError, TypeError):
        return None
