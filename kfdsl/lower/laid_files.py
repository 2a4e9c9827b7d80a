"""Files that are laid beside a script: texts, files of the project and whole folders of it."""

from __future__ import annotations

from kfdsl import ir
from kfdsl import syntax as s
from kfdsl.kinds import STRING, MapOf
from kfdsl.lower import expressions, shapes
from kfdsl.lower.constants import unknown
from kfdsl.lower.scope import Scope
from kfdsl.lower.shapes import Checked
from kfdsl.source import Span


def laid(scope: Scope, expr: s.Expression | s.Range) -> Checked:
    """Check `files`: a folder, or a map of paths to texts, files and folders; return texts by path."""
    folder = _folder(expr)
    if folder is not None:
        return ir.MapExpr(tuple(_contents(scope, folder, "")), MapOf(STRING), expr.span)
    if not isinstance(expr, s.MapLiteral):
        scope.context.report(
            "invalid-value", expr.span, "this takes a map of files, or a folder", label='as `file("lib/")`'
        )
        return unknown(expr.span)
    entries: list[tuple[str, ir.Expr]] = []
    for entry in shapes.unique(scope, expr):
        name = entry.key.text
        _check_path(scope, name, entry.key.span)
        inner = _folder(entry.value)
        if inner is not None:
            entries += _contents(scope, inner, f"{name.rstrip('/')}/")
        else:
            entries.append((name, scope.module.fold(expressions.value(scope, entry.value, STRING))))
    return ir.MapExpr(tuple(entries), MapOf(STRING), expr.span)


def _folder(expr: s.Expression | s.Range) -> s.Text | None:
    """Return the path of `file("folder/")`."""
    match expr:
        case s.Call(s.Name("file"), (s.Argument(None, s.Text() as path),)) if path.value.endswith("/"):
            return path
        case _:
            return None


def _contents(scope: Scope, folder: s.Text, prefix: str) -> list[tuple[str, ir.Expr]]:
    found = scope.module.read_folder(folder)
    return [(prefix + name, ir.Literal(text, STRING, folder.span)) for name, text in found]


def _check_path(scope: Scope, name: str, span: Span) -> None:
    if name.startswith("/") or ".." in name.split("/"):
        scope.context.report(
            "invalid-value", span, f"`{name}` leads out of the folder of the script", label="a path below it"
        )
