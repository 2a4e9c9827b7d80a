"""The whole run: text or file in, manifests and diagnostics out."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from kfdsl import ir
from kfdsl.codes import report
from kfdsl.diagnostics import Diagnostic, Edit, Fix
from kfdsl.given import Given, given
from kfdsl.lower import Context, Project, lower
from kfdsl.node import Node, replace
from kfdsl.parameters import check as check_parameters
from kfdsl.parse import parse
from kfdsl.source import Source, Span
from kfdsl.syntax import Edition
from kfdsl.targets import known
from kfdsl.targets.manifest import Manifest

if TYPE_CHECKING:
    from pathlib import Path

    from kfdsl.targets.dispatch import Rendered

MOST_BYTES = 16 * 2**20
"""The largest `.pipe` file that is read."""

MARKS = ("kfdsl.toml", "pyproject.toml", ".git")
"""What the folder of a project has."""

DEEPEST = 20_000
"""Calls that may be under way: enough for any program whose brackets keep to `kfdsl.lex.DEEPEST`."""


class Result(Node):
    """What compiling gives: manifests, none where there is an error, and all findings.

    `files` are the paths of all files that were read or looked for: the file itself, imports, `file(…)`.
    `program` is what the text means, None where there is an error in it; `draft` is it as far as it is
    understood then, parts of it perhaps wrong or missing.
    `rendered` has for each target what it made and found of its own.
    """

    manifests: tuple[Manifest, ...]
    diagnostics: tuple[Diagnostic, ...]
    files: tuple[str, ...] = ()
    program: ir.Program | None = None
    draft: ir.Program | None = None
    rendered: tuple[Rendered, ...] = ()

    @property
    def text(self) -> str:
        """All manifests as one YAML stream."""
        return "---\n".join(m.text for m in self.manifests)


def compile_text(  # noqa: PLR0913  # each is an option of the command
    text: str,
    *,
    name: str = "<text>",
    pipeline: str | None = None,
    target: str = "argo",
    kind: str | None = None,
    parameters: Mapping[str, Any] | Given | None = None,
    allow: Iterable[str] = (),
    root: str | None = None,
) -> Result:
    """Compile a text.

    `name` is what findings call it; with `root`, the folder of the project, imports are looked for beside
    `root/name`. `target` is one, or a list such as `argo@3.7,kfp`. `parameters` replace the defaults of params.
    `allow` are codes or names of findings about the engine that become notes, or `all`.
    Findings are `KF0nn` to `KF3nn`, notes left out.

    Raises:
        ValueError: there is no such target, kind or finding.

    """
    options = _options(pipeline, target, kind, parameters, allow)
    return _without_notes(_run(Source(name, text), _folder(name, root), root, None, options))


def compile_file(  # noqa: PLR0913  # likewise
    path: str,
    *,
    pipeline: str | None = None,
    target: str = "argo",
    kind: str | None = None,
    parameters: Mapping[str, Any] | Given | None = None,
    allow: Iterable[str] = (),
) -> Result:
    """Compile a file, as `compile_text`; imports are looked for beside it, inside its project.

    Raises:
        OSError: the file cannot be read.
        ValueError: there is no such target, kind or finding.

    """
    return _without_notes(_run_file(path, _options(pipeline, target, kind, parameters, allow)))


def check_text(
    text: str,
    *,
    name: str = "<text>",
    root: str | None = None,
    target: str = "argo",
    allow: Iterable[str] = (),
) -> tuple[Diagnostic, ...]:
    """Return the findings of a text, notes included: all that compiling it would find."""
    return analyze_text(text, name=name, root=root, target=target, allow=allow).diagnostics


def check_file(path: str, *, target: str = "argo", allow: Iterable[str] = ()) -> tuple[Diagnostic, ...]:
    """Return the findings of a file, notes included: all that compiling it would find.

    Raises:
        OSError: the file cannot be read.

    """
    return analyze_file(path, target=target, allow=allow).diagnostics


def analyze_text(  # noqa: PLR0913  # likewise
    text: str,
    *,
    name: str = "<text>",
    pipeline: str | None = None,
    target: str | None = "argo",
    allow: Iterable[str] = (),
    root: str | None = None,
) -> Result:
    """Return what a text means and its findings, notes included; with `target` None it is not rendered."""
    options = _options(pipeline, target, allow=allow)
    return _run(Source(name, text), _folder(name, root), root, None, options)


def analyze_file(
    path: str, *, pipeline: str | None = None, target: str | None = "argo", allow: Iterable[str] = ()
) -> Result:
    """Return what a file means and its findings, notes included; with `target` None it is not rendered.

    Raises:
        OSError: the file cannot be read.

    """
    return _run_file(path, _options(pipeline, target, allow=allow))


def check(source: str | Path) -> tuple[Diagnostic, ...]:
    """Return the findings of a text, or of a file given as a `Path`.

    Raises:
        OSError: the file cannot be read.

    """
    return check_file(str(source)) if isinstance(source, os.PathLike) else check_text(source)


def compile(  # noqa: A001  # the field's word
    source: str | Path, *, target: str = "argo", parameters: Mapping[str, Any] | Given | None = None
) -> Result:
    """Compile a text, or a file given as a `Path`, to the manifests of a target.

    Raises:
        OSError: the file cannot be read.
        ValueError: there is no such target.

    """
    if isinstance(source, os.PathLike):
        return compile_file(str(source), target=target, parameters=parameters)
    return compile_text(source, target=target, parameters=parameters)


def project_root(path: str) -> str:
    """Return the folder that imports may not leave.

    It is the nearest above the file with a kfdsl.toml, pyproject.toml or .git, else the file's own.
    """
    folder = above = os.path.dirname(os.path.realpath(path))
    while True:
        if any(os.path.exists(os.path.join(above, mark)) for mark in MARKS):
            return above
        last, above = above, os.path.dirname(above)
        if above == last:
            return folder


NOTHING = Given({})


class Options(Node):
    """What the caller asks for beside the source."""

    pipeline: str | None = None
    targets: tuple[known.Chosen, ...] = ()
    kind: str | None = None
    parameters: Given = NOTHING
    allow: frozenset[str] = frozenset()


def _options(
    pipeline: str | None,
    target: str | None,
    kind: str | None = None,
    parameters: Mapping[str, Any] | Given | None = None,
    allow: Iterable[str] = (),
) -> Options:
    targets = () if target is None else known.chosen(target)
    known.check_kind(kind, targets)
    names = (allow,) if isinstance(allow, str) else tuple(allow)
    if names:
        from kfdsl.allowing import allowed  # noqa: PLC0415  # seldom asked for

        return Options(pipeline, targets, kind, given(parameters), allowed(names))
    return Options(pipeline, targets, kind, given(parameters))


def _folder(name: str, root: str | None) -> str | None:
    return os.path.dirname(os.path.join(root, name)) if root is not None else None


def _run_file(path: str, options: Options) -> Result:
    source, problem = _read(path)
    if problem is not None:
        return Result((), (problem,), (path,))
    return _run(source, os.path.dirname(path) or ".", project_root(path), path, options)


def _run(source: Source, folder: str | None, root: str | None, path: str | None, options: Options) -> Result:
    """Run all stages; each goes on only if those before found no error."""
    project = Project(Context(), root)
    if path is not None:
        project.loading.append((os.path.realpath(path), Span(source, 0, 0)))
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(max(limit, DEEPEST))
    try:
        result = _stages(source, folder, project, options)
    except RecursionError:
        message = "an expression of this file is nested too deeply"
        result = Result((), (report("nested-too-deep", Span(source, 0, 0), message),))
    finally:
        sys.setrecursionlimit(limit)
    own = () if path is None else (path,)
    return replace(result, files=(*own, *project.files), diagnostics=_sorted(result.diagnostics))


def _stages(source: Source, folder: str | None, project: Project, options: Options) -> Result:
    tree, problems = parse(source)
    if tree is None:
        return Result((), tuple(problems))
    if not problems and all(isinstance(d, Edition) for d in tree.declarations):
        start, helps = Span(source, 0, 0), ("begin with `pipeline NAME { … }`",)
        return Result((), (report("empty-file", start, "the file declares nothing", helps=helps),))
    program = lower(project, tree, folder, options.pipeline)
    found = [*problems, *project.problems, *_elsewhere(project.context.diagnostics, problems)]
    if not any(isinstance(d, Edition) for d in tree.declarations):
        found.append(_no_edition(source))
    if _failed(found):
        return Result((), tuple(found), draft=program)
    if not options.targets:
        return Result((), tuple(found), program=program, draft=program)
    rendered, refused = _render(program, options)
    found += refused
    manifests = () if _failed(found) else tuple(m for made in rendered for m in made.manifests)
    return Result(manifests, tuple(found), program=program, draft=program, rendered=rendered)


def _elsewhere(found: Sequence[Diagnostic], problems: Sequence[Diagnostic]) -> list[Diagnostic]:
    """Return what was found on other lines than those that are not the language."""
    brackets = ("unclosed-block", "unmatched-bracket")
    lines = {(p.span.source.name, p.span.line) for p in problems if p.name not in brackets}
    return [d for d in found if (d.span.source.name, d.span.line) not in lines]


def _render(program: ir.Program, options: Options) -> tuple[tuple[Rendered, ...], list[Diagnostic]]:
    """Return what each target makes and finds, and all findings, each once."""
    from kfdsl.targets import dispatch  # noqa: PLC0415  # targets are needed only now

    values, unfit = check_parameters(program, options.parameters)
    order = dispatch.Order(options.kind, values, options.allow)
    rendered = tuple(dispatch.render(program, target, order) for target in options.targets)
    if len(rendered) == 1:
        return rendered, [*unfit, *rendered[0].diagnostics]
    rendered = dispatch.compared(program, rendered)
    found = [*unfit, *(d for made in rendered for d in made.diagnostics)]
    return rendered, list({(d.order, d.severity, d.message): d for d in found}.values())


def _read(path: str) -> tuple[Source, Diagnostic | None]:
    empty = Source(path, "")
    start = Span(empty, 0, 0)
    size = os.path.getsize(path)
    if size > MOST_BYTES:
        message = f"the file has {size // 2**20} MiB; at most 16 are read"
        return empty, report("unreadable-text", start, message)
    with open(path, "rb") as file:
        data = file.read()
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        message = f"the file is not UTF-8 text: line {line} holds the byte 0x{data[error.start]:02x}"
        return empty, report("unreadable-text", start, message)
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        return empty, report("unreadable-text", start, f"the file is binary: line {line} holds a zero byte")
    return Source(path, text), None


def _no_edition(source: Source) -> Diagnostic:
    start = Span(source, 0, 0)
    fix = Fix("say which edition", (Edit(start, "edition 2026\n\n"),))
    message = "no edition is given; the newest, 2026, is meant"
    return report("missing-edition", start, message, label="first line", fixes=(fix,))


def _failed(found: Iterable[Diagnostic]) -> bool:
    return any(d.severity == "error" for d in found)


def _sorted(found: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    return tuple(sorted(found, key=lambda d: d.order))


def _without_notes(result: Result) -> Result:
    return replace(result, diagnostics=tuple(d for d in result.diagnostics if d.severity != "note"))
