"""The files of one run: paths in, modules and texts out, each read once."""

from __future__ import annotations

import os

from kfdsl.diagnostics import Diagnostic, Edit, Fix, Label
from kfdsl.lower.context import Context
from kfdsl.lower.module import Module
from kfdsl.nearest import nearest
from kfdsl.parse import parse
from kfdsl.source import Source, Span

MOST_BYTES = 16 * 2**20
"""The largest file that is read: more is no program, and no script either."""

YAML = (".yaml", ".yml")
"""How the files of Kubeflow end that can be imported."""
_WHAT_A_PROJECT_IS = (
    "the project is the nearest folder above with a kfdsl.toml, pyproject.toml or .git, else the file's own"
)


class Project:
    """The files of one run: each is read once.

    `root` is the folder that imports may not leave; None means anywhere.
    `files` are the paths that were read or looked for, in order.
    """

    def __init__(self, context: Context, root: str | None) -> None:
        """Start without files."""
        self.context = context
        self.root = os.path.realpath(root) if root is not None else None
        self.modules: dict[str, Module] = {}
        self.broken: set[str] = set()
        self.loading: list[tuple[str, Span]] = []
        self.problems: list[Diagnostic] = []
        self.files: dict[str, None] = {}

    def holds(self, path: str) -> bool:
        """Tell whether a path without links is inside."""
        return self.root is None or path == self.root or path.startswith(os.path.join(self.root, ""))

    def load(self, path: str, shown: str, span: Span) -> Module | None:
        """Return the module of an imported file; report what stands against it."""
        real = os.path.realpath(path.replace("\0", ""))
        if not self.holds(real):
            self.context.report(
                "import-outside",
                span,
                "the import leads out of the project",
                label=f"outside of `{os.path.basename(self.root or '')}/`",
                helps=(_WHAT_A_PROJECT_IS,),
            )
            return None
        if any(real == loaded for loaded, _ in self.loading):
            start = next(i for i, (loaded, _) in enumerate(self.loading) if loaded == real)
            chain = [os.path.basename(p) for p in (*(p for p, _ in self.loading[start:]), real)]
            self.context.report(
                "import-cycle",
                span,
                f"files import each other: {' → '.join(chain)}",
                label="closes the circle",
                labels=tuple(Label(at, "imports") for _, at in self.loading[start + 1 :]),
            )
            return None
        if real not in self.modules and real not in self.broken:
            text = self.read(path, span)
            if text is None:
                return None
            self.loading.append((real, span))
            module = self._module(Source(shown, text), os.path.dirname(path))
            if module is None:
                self.broken.add(real)
            else:
                self.modules[real] = module
            self.loading.pop()
        return self.modules.get(real)

    def _module(self, source: Source, folder: str) -> Module | None:
        """Return what a file declares; None where it cannot be read, which is reported."""
        if source.name.endswith(YAML):
            from kfdsl.lower.kubeflow import file  # noqa: PLC0415  # few programs import YAML

            return file.load(self, source, folder)
        tree, problems = parse(source)
        self.problems += problems
        return Module(self, source, tree, folder) if tree is not None else None

    def _unreadable(self, path: str, span: Span, error: OSError) -> None:
        """Report a file that cannot be read; one that does not exist with the name of a similar one."""
        if not isinstance(error, FileNotFoundError):
            what = f"cannot read this file: {error.strerror or error}"
            self.context.report("unreadable-import", span, what, label="not readable")
            return
        folder, file = os.path.split(path)
        try:
            others = os.listdir(folder or ".")
        except OSError:
            others = []
        close = nearest(file, others)
        fixes: tuple[Fix, ...] = ()
        if close and span.text.strip("\"'").endswith(file):
            renamed = span.text[: span.text.rindex(file)] + close + span.text[-1]
            fixes = (Fix(f"did you mean `{close}`?", (Edit(span, renamed),)),)
        self.context.report(
            "unreadable-import", span, f"there is no file `{file}` here", label="not found", fixes=fixes
        )

    def read(self, path: str, span: Span) -> str | None:
        """Return the text of a file that the program names; report why not."""
        self.files[path] = None
        try:
            if "\0" not in path and os.path.isdir(path):
                self.context.report(
                    "unreadable-import",
                    span,
                    f"`{os.path.basename(path)}` is a folder",
                    label="expected a file",
                )
                return None
            if "\0" in path or (os.path.exists(path) and not os.path.isfile(path)):
                self.context.report(
                    "unreadable-import", span, "this is no regular file", label="expected a file"
                )
                return None
            data = None
            if os.path.getsize(path) <= MOST_BYTES:
                with open(path, "rb") as file:
                    data = file.read()
        except OSError as error:
            self._unreadable(path, span, error)
            return None
        if data is None:
            self.context.report(
                "unreadable-import", span, "the file is larger than 16 MiB", label="too large"
            )
            return None
        try:
            return data.decode()
        except UnicodeDecodeError:
            self.context.report("unreadable-import", span, "the file is not UTF-8 text", label="not text")
            return None
