"""Values given for a pipeline's params: converted, and checked against types and rules."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from kfdsl import ir
from kfdsl.codes import report
from kfdsl.diagnostics import Diagnostic, Label
from kfdsl.evaluate import EvaluationError, NotConstantError, evaluate
from kfdsl.kinds import (
    BOOL,
    DURATION,
    FLOAT,
    INT,
    JSON,
    QUANTITY,
    STRING,
    Enum,
    Kind,
    ListOf,
    MapOf,
    Optional,
    Record,
    bare,
    is_artifact,
    show,
)
from kfdsl.nearest import nearest
from kfdsl.units import number_kind


class UnfitError(Exception):
    """A value does not have the type of its param; the text says why."""


def check(
    program: ir.Program, given: Mapping[str, Any]
) -> tuple[list[dict[str, Any]], tuple[Diagnostic, ...]]:
    """Return the values for each pipeline of a program, in order, and what is wrong with them.

    Texts are converted to the type of their param, so that `--set epochs=10` gives a number. Reported, at the
    params, are `KF185` unknown names, `KF150` wrong types and `KF144` values that break a rule.
    """
    known = {param.name for pipeline in program.pipelines for param in pipeline.params}
    strangers = [name for name in given if name not in known and program.pipelines]
    found = [_unknown(program.pipelines[0], name, known) for name in strangers]
    values = []
    for pipeline in program.pipelines:
        own: dict[str, Any] = {}
        for param in pipeline.params:
            if param.name in given:
                try:
                    own[param.name] = convert(given[param.name], param.type)
                except UnfitError as error:
                    message = f"the value given for `{param.name}` does not fit: {error}"
                    found.append(
                        report("type-mismatch", param.span, message, label=f"is a `{show(param.type)}`")
                    )
        found += _broken(pipeline, own)
        values.append(own)
    return values, tuple(found)


def _unknown(pipeline: ir.Pipeline, name: str, known: set[str]) -> Diagnostic:
    close = nearest(name, known)
    helps = (f"did you mean `{close}`?",) if close else ()
    label = f"its params: {', '.join(sorted(known))}" if known else "it has no params"
    message = f"a value is given for `{name}`, which is no param of `{pipeline.name}`"
    return report("unknown-parameter", pipeline.name_span, message, label=label, helps=helps)


def _broken(pipeline: ir.Pipeline, own: Mapping[str, Any]) -> Iterator[Diagnostic]:
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
        if not names & set(own):
            continue
        try:
            holds = evaluate(param.where, lookup)
        except (NotConstantError, EvaluationError, TypeError):
            continue
        if holds is False:
            shown = json.dumps(own[param.name], ensure_ascii=False) if param.name in own else "its default"
            message = f"the value given for `{param.name}` breaks its rule: {shown}"
            yield report(
                "constraint-violated",
                param.span,
                message,
                label="this param",
                labels=(Label(param.where.span, "its rule"),),
            )


def convert(value: Any, kind: Kind) -> Any:  # noqa: ANN401  # any constant
    """Return a value as one of a type; a text is read as the type is written.

    Raises:
        UnfitError: it is none.

    """
    goal = bare(kind)
    if isinstance(kind, Optional) and value is None:
        return None
    if is_artifact(goal):
        message = "artifacts are given where the run is submitted"
        raise UnfitError(message)
    if isinstance(value, str) and goal not in (STRING, JSON) and not isinstance(goal, Enum):
        return _read(value, goal)
    return _fit(value, goal)


def _read(text: str, goal: Kind) -> Any:  # noqa: ANN401  # any constant
    """Read a text as a value of a type."""
    what = number_kind(text.removeprefix("-"))
    if goal == INT and what == "int":
        return int(text.replace("_", ""))
    if goal == FLOAT and what in ("int", "float"):
        return float(text.replace("_", ""))
    if goal == BOOL and text in ("true", "false"):
        return text == "true"
    if goal == DURATION and what == "duration":
        return text
    if goal == QUANTITY and what in ("quantity", "int", "float"):
        return text
    if isinstance(goal, (ListOf, MapOf, Record)):
        try:
            return _fit(json.loads(text), goal)
        except ValueError as error:
            example = "[…]" if isinstance(goal, ListOf) else "{…}"
            message = f"a `{show(goal)}` is written as JSON, such as {example}"
            raise UnfitError(message) from error
    message = f"`{text}` is no `{show(goal)}`"
    raise UnfitError(message)


def _fit(value: Any, goal: Kind) -> Any:  # noqa: ANN401  # any constant
    """Check a value that has a type already."""
    whole = isinstance(value, int) and not isinstance(value, bool)
    match goal:
        case Enum(members) if value in members:
            return value
        case ListOf(item) if isinstance(value, list):
            return [convert(v, item) for v in value]
        case MapOf(item) if isinstance(value, dict):
            return {str(k): convert(v, item) for k, v in value.items()}
        case Record(fields) if isinstance(value, dict):
            return _record(value, dict(fields))
        case _:
            pass
    if goal == JSON or (goal == STRING and isinstance(value, str)):
        return value
    if goal == BOOL and isinstance(value, bool):
        return value
    if goal in (INT, QUANTITY) and whole:
        return value
    if goal in (FLOAT, QUANTITY) and (whole or isinstance(value, float)):
        return float(value) if goal == FLOAT else value
    message = f"{json.dumps(value, ensure_ascii=False)} is no `{show(goal)}`"
    raise UnfitError(message)


def _record(value: dict[str, Any], fields: dict[str, Kind]) -> dict[str, Any]:
    extra = [key for key in value if key not in fields]
    missing = [key for key, kind in fields.items() if key not in value and not isinstance(kind, Optional)]
    if extra or missing:
        message = f"the record {'has no field' if extra else 'lacks'} `{(extra or missing)[0]}`"
        raise UnfitError(message)
    return {key: convert(value[key], kind) for key, kind in fields.items() if key in value}
