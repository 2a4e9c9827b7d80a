"""Params of pipelines in, a table for people out."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Mapping, Sequence

from kfdsl import ir
from kfdsl.kinds import DURATION, QUANTITY, Optional, bare, is_artifact, show
from kfdsl.parameter_schema import default
from kfdsl.parameters import is_required
from kfdsl.report.columns import lay_out

TITLES = ("NAME", "TYPE", "DEFAULT", "WHERE", "DESCRIPTION")
WIDEST = 48
"""Columns of a default before it is cut; `--format json` has all of it."""


def render(pipelines: Sequence[tuple[ir.Pipeline, Mapping[str, object]]], width: int | None) -> str:
    """Return a table for each pipeline; values that are given stand in place of defaults.

    Of a table that is wider than `width`, rules and descriptions stand below the params.
    """
    return "\n".join(_pipeline(pipeline, values, width) for pipeline, values in pipelines)


def _pipeline(pipeline: ir.Pipeline, values: Mapping[str, object], width: int | None) -> str:
    about = " ".join(pipeline.doc.split())
    head = lay_out(f"{pipeline.name}: {about}" if about else pipeline.name).shown
    if not pipeline.params:
        return f"{head}\n\nIt has no params.\n"
    rows = [_row(param, values) for param in sorted(pipeline.params, key=lambda p: not is_required(p))]
    lines = _table([TITLES, *rows])
    if width is not None and max(map(len, lines)) > width:
        title, *short = _table([row[:3] for row in (TITLES, *rows)])
        lines = [title]
        for line, (*_, where, description) in zip(short, rows, strict=True):
            lines += [line, *_below(description, width), *_below(where and f"where {where}", width)]
    return "\n".join((head, "", *lines, ""))


def _table(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return lines with aligned columns, those left out that have nothing but a title."""
    kept = [i for i in range(len(rows[0])) if any(row[i] for row in rows[1:])]
    cells = [[lay_out(row[i]) for i in kept] for row in rows]
    widths = [max(row[i].cells[-1][0] for row in cells) for i in range(len(kept))]
    return [
        "  ".join(
            layout.shown + " " * (width - layout.cells[-1][0])
            for layout, width in zip(row, widths, strict=True)
        ).rstrip()
        for row in cells
    ]


def _below(text: str, width: int) -> list[str]:
    return textwrap.wrap(
        lay_out(text).shown, width, initial_indent="    ", subsequent_indent="    ", break_on_hyphens=False
    )


def _row(param: ir.Param, values: Mapping[str, object]) -> tuple[str, ...]:
    where = " ".join(param.where.span.text.split()) if param.where is not None else ""
    return param.name, show(param.type), _default(param, values), where, " ".join(param.doc.split())


def _default(param: ir.Param, values: Mapping[str, object]) -> str:
    if param.name in values:
        text = json.dumps(values[param.name], ensure_ascii=False)
    elif param.default is not None:
        value = default(param)
        if value is None or bare(param.type) in (DURATION, QUANTITY):
            text = param.default.span.text
        else:
            text = json.dumps(value, ensure_ascii=False)
    elif isinstance(param.type, Optional):
        text = "(absent)"
    elif is_artifact(param.type):
        text = "(given at submission)"
    else:
        text = "(required)"
    return text if len(text) <= WIDEST else f"{text[: WIDEST - 1]}…"
