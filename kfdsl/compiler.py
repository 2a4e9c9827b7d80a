"""The whole run: text or file in, manifests and diagnostics out."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kfdsl import ir
from kfdsl.codes import report
from kfdsl.diagnostics import Diagnostic, Edit, Fix
from kfdsl.lower import Context, Project, lower
from kfdsl.node import Node
from kfdsl.parse import parse
from kfdsl.source import Source, Span
from kfdsl.syntax import Edition, File

if TYPE_CHECKING:
    from kfdsl.targets.argo import Manifest

MOST_BYTES = 16 * 2**20
"""The largest `.pipe` file that is read."""

DEEPEST = 20_000
"""Calls that may be under way: enough for any program within `kfdsl.lex.DEEPEST` and the length of expressions."""


class Result(Node):
    """What compiling gives: manifests, none where there is an error, and all findings."""

    manifests: tuple[Manifest, ...]
    diagnostics: tuple[Diagnostic, ...]

    @property
    def text(self) -> str:
        """All manifests as one YAML stream."""
        return "---\n".join(m.text for m in self.manifests)


def compile_text(
    text: str, *, name: str = "<text>", pipeline: str | None = None, target: str = "argo", kind: str | None = None,
    parameters: Mapping[str, Any] | None = None, root: str | None = None,
) -> Result:  # fmt: skip
    """Compile a text.

    `name` is what findings call it; with `root`, the folder of the project, imports are looked for beside
    `root/name`. `parameters` replace the defaults of params. Findings are `KF0nn` to `KF3nn`.
    """
    folder = os.path.dirname(os.path.join(root, name)) if root is not None else None
    program, context, problems = _checked(Source(name, text), folder, root, pipeline)
    if program is None or context.failed or any(d.severity == "error" for d in problems):
        return Result((), _sorted(problems, context))
    return _rendered(program, context, problems, target, kind, parameters or {})


def compile_file(
    path: str, *, pipeline: str | None = None, target: str = "argo", kind: str | None = None, parameters: Mapping[str, Any] | None = None
) -> Result:
    """Compile a file; imports are looked for beside it, inside its project.

    Raises:
        OSError: the file cannot be read.

    """
    source, problem = _read(path)
    if problem is not None:
        return Result((), (problem,))
    program, context, problems = _checked(source, os.path.dirname(path) or ".", project_root(path), pipeline, path)
    if program is None or context.failed or any(d.severity == "error" for d in problems):
        return Result((), _sorted(problems, context))
    return _rendered(program, context, problems, target, kind, parameters or {})


def check_text(text: str, *, name: str = "<text>", root: str | None = None) -> tuple[Diagnostic, ...]:
    """Return the findings of a text, notes included, without rendering it."""
    folder = os.path.dirname(os.path.join(root, name)) if root is not None else None
    _, context, problems = _checked(Source(name, text), folder, root, None)
    return _sorted(problems, context)


def check_file(path: str) -> tuple[Diagnostic, ...]:
    """Return the findings of a file, notes included, without rendering it.

    Raises:
        OSError: the file cannot be read.

    """
    source, problem = _read(path)
    if problem is not None:
        return (problem,)
    _, context, problems = _checked(source, os.path.dirname(path) or ".", project_root(path), None, path)
    return _sorted(problems, context)


def project_root(path: str) -> str:
    """Return the folder that imports may not leave: the nearest above with a kfdsl.toml, pyproject.toml or .git."""
    folder = Path(os.path.realpath(path)).parent
    for candidate in (folder, *folder.parents):
        if any((candidate / mark).exists() for mark in ("kfdsl.toml", "pyproject.toml", ".git")):
            return str(candidate)
    return str(folder)


# ---- stages


def _read(path: str) -> tuple[Source, Diagnostic | None]:
    size = Path(path).stat().st_size
    empty = Source(path, "")
    if size > MOST_BYTES:
        return empty, report("unreadable-text", Span(empty, 0, 0), f"the file has {size // 2**20} MiB; at most 16 are read")
    data = Path(path).read_bytes()
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        return empty, report("unreadable-text", Span(empty, 0, 0), f"the file is not UTF-8 text: byte {error.start} (line {line}) is 0x{data[error.start]:02x}")
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        return empty, report("unreadable-text", Span(empty, 0, 0), f"the file is binary: line {line} holds a zero byte")
    return Source(path, text), None


def _checked(source: Source, folder: str | None, root: str | None, wanted: str | None, path: str | None = None) -> tuple[ir.Program | None, Context, list[Diagnostic]]:
    """Parse and check a source: the program, None where nothing could be made of it, and what was found."""
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(max(limit, DEEPEST))
    try:
        return _stages(source, folder, root, wanted, path)
    except RecursionError:
        problem = report("nested-too-deep", Span(source, 0, 0), "an expression of this file is nested too deeply")
        return None, Context(), [problem]
    finally:
        sys.setrecursionlimit(limit)


def _stages(source: Source, folder: str | None, root: str | None, wanted: str | None, path: str | None) -> tuple[ir.Program | None, Context, list[Diagnostic]]:
    tree, problems = parse(source)
    found = list(problems)
    context = Context()
    if tree is None:
        return None, context, found
    project = Project(context, root)
    if path is not None:
        project.loading.append((os.path.realpath(path), Span(source, 0, 0)))
    if problems:
        return None, context, found
    if not tree.declarations:
        found.append(report("empty-file", Span(source, 0, 0), "the file declares nothing", helps=("begin with `pipeline NAME { … }`",)))
        return None, context, found
    if not any(isinstance(d, Edition) for d in tree.declarations):
        found.append(_no_edition(source))
    program = lower(context, tree, source, project, folder, wanted)
    return program, context, found + project.problems


def _no_edition(source: Source) -> Diagnostic:
    start = Span(source, 0, 0)
    fix = Fix("say which edition", (Edit(start, "edition 2026\n\n"),))
    return report("missing-edition", start, "no edition is given; the newest, 2026, is meant", label="first line", fixes=(fix,))


def _rendered(program: ir.Program, context: Context, problems: list[Diagnostic], target: str, kind: str | None, parameters: Mapping[str, Any]) -> Result:
    from kfdsl.targets import argo  # noqa: PLC0415  # jinja2 is needed only now

    manifests = []
    found = [d for d in (*problems, *context.diagnostics) if d.severity != "note"]
    for pipeline in program.pipelines:
        manifest, refused = argo.render(pipeline, source_name=program.name, kind=kind, parameters=parameters or None)
        found += refused
        if manifest is not None:
            manifests.append(manifest)
    found.sort(key=lambda d: d.order)
    failed = any(d.severity == "error" for d in found)
    return Result(() if failed else tuple(manifests), tuple(found))


def _sorted(problems: list[Diagnostic], context: Context) -> tuple[Diagnostic, ...]:
    return tuple(sorted((*problems, *context.diagnostics), key=lambda d: d.order))


def __getattr__(name: str) -> Any:  # noqa: ANN401  # what is looked up
    """Give `Manifest` on first use, which imports the target."""
    if name == "Manifest":
        from kfdsl.targets.argo import Manifest as Class  # noqa: PLC0415

        return Class
    message = f"module 'kfdsl.compiler' has no attribute {name!r}"
    raise AttributeError(message)
