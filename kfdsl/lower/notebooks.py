"""Notebooks: the JSON of a notebook in, the text of a Python script of its code cells out."""

from __future__ import annotations

import ast
import json

from kfdsl.lower.scope import Scope
from kfdsl.source import Span


def script(scope: Scope, content: str, span: Span) -> str | None:
    """Return the script of a notebook; report what a Python script cannot hold.

    In a cell tagged `parameters` each plain assignment is a default: a value that the step gives stays.
    """
    try:
        notebook = json.loads(content)
        cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
        texts = [_text(cell["source"]) for cell in cells]
        tags = [cell.get("metadata", {}).get("tags", ()) for cell in cells]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        scope.context.report(
            "script-error", span, f"this is no notebook: {error}", label="expected the JSON of Jupyter"
        )
        return None
    for number, text in enumerate(texts, 1):
        if not _check(scope, number, text, span):
            return None
    return (
        "\n\n".join(
            _with_defaults(text) if "parameters" in own else text
            for text, own in zip(texts, tags, strict=True)
        )
        + "\n"
    )


def _text(source: str | list[str]) -> str:
    return (source if isinstance(source, str) else "".join(source)).rstrip()


def _check(scope: Scope, number: int, text: str, span: Span) -> bool:
    """Report a cell that is not Python: magics and shell lines belong to Jupyter."""
    try:
        ast.parse(text)
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None) or 1
        written = text.splitlines()[line - 1].strip() if text else ""
        magic = written.startswith(("%", "!", "?")) or written.endswith("?")
        scope.context.report(
            "script-error",
            span,
            f"code cell {number} is not plain Python: `{written}`",
            label="a command of Jupyter" if magic else f"line {line} of the cell",
            helps=("the cells run as one Python script, without Jupyter",) if magic else (),
        )
        return False
    return True


def _with_defaults(text: str) -> str:
    """Put a condition before each plain assignment, on its own line, so that lines keep their numbers."""
    lines = text.splitlines()
    for node in ast.parse(text).body:
        match node:
            case (
                ast.Assign(targets=[ast.Name(id=name)])
                | ast.AnnAssign(target=ast.Name(id=name), value=ast.expr())
            ):
                start = node.lineno - 1
                lines[start] = f"if {name!r} not in globals(): {lines[start]}"
            case _:
                pass
    return "\n".join(lines)
