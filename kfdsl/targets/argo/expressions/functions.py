"""The functions and run values of the language in Argo's, where an unknown name stays text, silently."""

from __future__ import annotations

import re
from typing import Final

from kfdsl import ir, kinds
from kfdsl.kinds import Kind
from kfdsl.source import Span
from kfdsl.targets.argo.expressions import text
from kfdsl.targets.argo.expressions.reference import Reference
from kfdsl.targets.argo.refusal import Refused
from kfdsl.targets.common.code import Code

RUN: Final = {
    "id": "workflow.uid",
    "name": "workflow.name",
    "namespace": "workflow.namespace",
    "created": "workflow.creationTimestamp.RFC3339",
    "scheduled": "workflow.scheduledTime",
    "status": "workflow.status",
    "duration": "workflow.duration",
    "service_account": "workflow.serviceAccountName",
    "entrypoint": "workflow.mainEntrypoint",
    "priority": "workflow.priority",
    "step.name": "node.name",
    "step.pod": "pod.name",
    "step.attempt": "retries",
}
FAILURES: Final = "(fromJSON(fromJSON(workflow.failures)) ?? [])"
"""What failed: JSON in JSON, and `null` for nothing."""
_ENGINE: Final = {
    ("last", "status"): "lastRetry.status",
    ("last", "exit_code"): "asInt(lastRetry.exitCode)",
    ("last", "duration"): "asInt(lastRetry.duration)",
    ("last", "message"): "lastRetry.message",
    ("response", "status"): "response.statusCode",
    ("response", "body"): "response.body",
    ("response", "headers"): "response.headers",
    ("file", "path"): "#",
    ("step", "status"): "status",
    ("step", "duration"): "duration",
    ("step", "exit_code"): "exitCode",
}
_PLAIN: Final = {
    "len": "len", "min": "min", "max": "max", "abs": "abs", "round": "round", "lower": "lower",
    "upper": "upper",
    "trim": "trim", "replace": "replace", "split": "split", "join": "join", "flat": "flatten", "sum": "sum",
    "int": "int",
    "float": "float", "base64": "toBase64", "unbase64": "fromBase64",
}  # fmt: skip
_INFIX: Final = {"starts_with": "startsWith", "ends_with": "endsWith", "matches": "matches"}
_DATES: Final = {
    "%Y": "2006", "%m": "01", "%d": "02", "%H": "15", "%M": "04", "%S": "05", "%y": "06", "%b": "Jan",
    "%B": "January",
    "%a": "Mon", "%A": "Monday", "%I": "03", "%p": "PM", "%j": "002", "%z": "-0700", "%Z": "MST", "%%": "%",
}  # fmt: skip


def run_value(field: str, kind: Kind, span: Span) -> Reference:
    """Return the place of a `run.…` or `step.…` value."""
    if field not in RUN:
        helps = ("`step.pod` is the name of its pod",) if field == "step.id" else ()
        raise Refused(span, f"Argo does not tell `{field if '.' in field else 'run.' + field}`", *helps)
    # Names and times of the engine have no `$` and no brace; a step's name has its item in it.
    exact = kinds.DURATION if kind == kinds.STRING and field != "step.name" else kind
    return Reference(tuple(RUN[field].split(".")), exact, encoded=True)


def engine_value(root: str, path: tuple[str, ...], span: Span) -> str:
    """Return the expression for a value that the engine has in one place only."""
    if not root:  # see engine_conditions
        return path[0]
    if root == "object":
        return ".".join((root, *path))
    if (root, *path[:1]) == ("step", "resources") and len(path) > 1:
        return ".".join(("resourcesDuration", *path[1:]))
    found = _ENGINE.get((root, path[0] if path else ""))
    if found is None:
        raise Refused(span, f"Argo does not tell `{'.'.join((root, *path))}`")
    return found + "".join(f"[{text.literal(part)}]" for part in path[1:])


def call(expr: ir.FunctionCall, arguments: list[Code]) -> tuple[str, int]:
    """Return a call as an expression, and how strongly it binds."""
    name = expr.function
    if name in _INFIX:
        return f"{arguments[0].at(5)} {_INFIX[name]} {arguments[1].at(5)}", 4
    if name == "jsonpath":
        return f"jsonpath({arguments[0].text}, {arguments[1].text})", 9
    if name == "date":
        return f"date({arguments[0].text}).Format({text.literal(date_layout(expr))})", 9
    if name == "flat" and _is_deep(expr.arguments[0].type):
        return f"reduce({arguments[0].text}, concat(#acc, #), [])", 9
    if name not in _PLAIN:
        raise Refused(expr.span, f"`{name}` cannot be evaluated on Argo")
    return f"{_PLAIN[name]}({', '.join(argument.text for argument in arguments)})", 9


def _is_deep(kind: Kind) -> bool:
    """Tell whether there may be lists in the lists of a list: `flatten` takes all levels away."""
    rows = kinds.bare(kind)
    items = kinds.bare(rows.item) if isinstance(rows, kinds.ListOf) else rows
    last = kinds.bare(items.item) if isinstance(items, kinds.ListOf) else items
    return isinstance(items, kinds.ListOf) and (isinstance(last, kinds.ListOf) or last == kinds.JSON)


def date_layout(expr: ir.FunctionCall) -> str:
    """Return Go's layout for a format in the way of `strftime`."""
    form = expr.arguments[1]
    if not isinstance(form, ir.Literal) or not isinstance(form.value, str):
        raise Refused(form.span, "the format of `date` must be a constant on Argo")
    unknown = [part for part in re.findall("%.", form.value) if part not in _DATES]
    if unknown:
        raise Refused(form.span, f"`{unknown[0]}` in the format of `date` has no form on Argo")
    return re.sub("%.", lambda match: _DATES[match[0]], form.value)


def padded(expr: ir.FunctionCall, code: str, number: str) -> tuple[str, int]:
    """Return `format(x, "%03d")` and `%.2f`: Argo has no `printf`, so digits are put together.

    `code` is the text of the value, `number` the value.
    """
    form = expr.arguments[1]
    pattern = r"([^%]*)%(?:0(\d+))?(?:([ds])|\.(\d+)f)([^%]*)"
    match = re.fullmatch(pattern, str(form.value)) if isinstance(form, ir.Literal) else None
    if match is None:
        raise Refused(form.span, "Argo formats `%d`, `%s`, `%0Nd` and `%.Nf` only")
    before, width, _, places, after = match.groups()
    if places is not None and width:
        raise Refused(form.span, "Argo formats `%.Nf` without a width only")
    if width:
        digits = f"let n = string(abs({number})); let sign = {number} < 0 ? '-' : ''"
        code = f"({digits}; sign + sprig.repeat(max(0, {width} - len(n + sign)), '0') + n)"
    elif places == "0":
        code = f"string(round({number}))"
    elif places:
        code = _fixed(number, int(places))
    parts = [text.literal(before)] * bool(before) + [code] + [text.literal(after)] * bool(after)
    return " + ".join(parts), 5


def _fixed(number: str, places: int) -> str:
    """Return a number with as many places: its digits as an int, filled up with zeros, and a point put in."""
    digits = f"let n = string(int(round(abs({number}) * {10**places})))"
    filled = f"let t = sprig.repeat(max(0, {places + 1} - len(n)), '0') + n"
    sign, point = f"({number} < 0 ? '-' : '')", f"len(t) - {places}"
    return f"({digits}; {filled}; {sign} + t[:{point}] + '.' + t[{point}:])"


def ranged(bounds: list[Code]) -> Code:
    """Return the numbers from a bound to another."""
    if len(bounds) == 1:
        return Code(f"0..{bounds[0].at(6)} - 1", 4)
    low, high = bounds[0], bounds[1]
    if len(bounds) == 2:
        return Code(f"{low.at(6)}..{high.at(6)} - 1", 4)
    step = bounds[2]
    count = f"int(ceil(({high.at(5)} - {low.at(6)}) / {step.at(9)})) - 1"
    return Code(f"map(0..{count}, {low.at(5)} + # * {step.at(9)})")
