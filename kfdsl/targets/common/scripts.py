"""What a script needs beside its text, whatever runs it."""

from __future__ import annotations

import ast
import warnings
from typing import Final, NamedTuple

from kfdsl import ir
from kfdsl.targets.common.constants import constant
from kfdsl.targets.common.refusal import Refused

_BY_TEXT: Final = {
    "exec", "eval", "globals", "locals", "vars", "dir", "__main__", "modules", "_getframe", "currentframe",
}  # fmt: skip
"""Names through which a text can reach its variables without naming them."""


class Added(NamedTuple):
    """What a script needs beside its text: packages to install, and files that lie next to it."""

    install: list[str]
    files: dict[str, str]

    def __bool__(self) -> bool:
        """Tell whether there is anything."""
        return bool(self.install or self.files)


def added(script: ir.Script, settings: ir.Settings, refused: type[Refused]) -> Added:
    """Return the packages and files of a script.

    Raises:
        Refused: the target cannot know them; the class of the target, which is given.
    """
    install: list[str] = []
    packages, files = settings.expr("packages"), settings.expr("files")
    if packages is not None and not script.is_python:
        raise refused(packages.span, "`packages` are for Python scripts")
    if isinstance(packages, ir.MapExpr):
        given = dict(packages.entries)
        index = constant(given["index"]) if "index" in given else None
        install = ["--index-url", str(index)] if index is not None else []
        packages = given.get("install")
    if packages is not None:
        listed = constant(packages)
        install += [str(name) for name in listed] if isinstance(listed, list) else []
    laid = constant(files) if files is not None else {}
    if not isinstance(laid, dict):
        raise refused(script.span, f"`files` must be constants on {refused.engine}")
    return Added(install, {name: str(content) for name, content in laid.items()})


def names_any(written: str, wanted: set[str]) -> bool:
    """Tell whether a Python text names any of the variables, or may look them up in another way."""
    return bool(wanted) and not wanted.isdisjoint(_names(written, wanted))


def _names(written: str, wanted: set[str]) -> set[str]:
    """Return the names of a Python text; all that are wanted where they may be looked up in other ways."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            nodes = list(ast.walk(ast.parse(written)))
    except (SyntaxError, ValueError):
        return wanted
    found: set[str] = set()
    for node in nodes:
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name):
                found.add(name)
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                found.add(name)
            case ast.Import() | ast.ImportFrom():
                found |= {alias.asname or alias.name.split(".")[0] for alias in node.names}
            case _:
                pass
    return found if found.isdisjoint(_BY_TEXT) else wanted
