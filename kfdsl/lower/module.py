"""Files: what each declares, what it imports, and the constants in it."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from kfdsl import ir
from kfdsl import syntax as s
from kfdsl.diagnostics import Diagnostic
from kfdsl.evaluate import EvaluationError, NotConstantError, UnknownError, constant
from kfdsl.kinds import UNKNOWN, Kind
from kfdsl.lower import expressions, types
from kfdsl.lower.context import Context, Edit, Fix, Label, did_you_mean
from kfdsl.lower.literals import literal
from kfdsl.lower.scope import Place, Scope, Value
from kfdsl.nearest import nearest
from kfdsl.node import Node
from kfdsl.parse import parse
from kfdsl.source import Source, Span

MOST_BYTES = 16 * 2**20
"""The largest file that is read: more is no program, and no script either."""


class Callee(Node):
    """A component or pipeline and the file that declares it."""

    module: Module
    declaration: s.Component | s.Pipeline


class Project:
    """The files of one run: each is read once. `root` is the folder that imports may not leave; None means anywhere."""

    def __init__(self, context: Context, root: str | None) -> None:
        """Start without files."""
        self.context = context
        self.root = os.path.realpath(root) if root is not None else None
        self.modules: dict[str, Module] = {}
        self.broken: set[str] = set()
        self.loading: list[tuple[str, Span]] = []
        self.problems: list[Diagnostic] = []

    def load(self, path: str, shown: str, span: Span) -> Module | None:
        """Return the module of an imported file; report what stands against it."""
        real = os.path.realpath(path.replace("\0", ""))
        if self.root is not None and not Path(real).is_relative_to(self.root):
            self.context.report(
                "import-outside",
                span,
                "the import leads out of the project",
                label=f"outside of `{Path(self.root).name}/`",
                helps=(
                    "the project is the nearest folder above with a kfdsl.toml, pyproject.toml or .git, else the file's own",
                ),
            )
            return None
        if any(real == loaded for loaded, _ in self.loading):
            start = next(i for i, (loaded, _) in enumerate(self.loading) if loaded == real)
            chain = [Path(p).name for p, _ in self.loading[start:]] + [Path(real).name]
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
            source = Source(shown, text)
            tree, problems = parse(source)
            self.problems += problems
            if tree is None:
                self.broken.add(real)
            else:
                self.modules[real] = Module(self, source, tree, os.path.dirname(path))
            self.loading.pop()
        return self.modules.get(real)

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
        try:
            if "\0" not in path and Path(path).is_dir():
                self.context.report(
                    "unreadable-import",
                    span,
                    f"`{os.path.basename(path)}` is a folder",
                    label="expected a file",
                )
                return None
            if "\0" in path or (Path(path).exists() and not Path(path).is_file()):
                self.context.report(
                    "unreadable-import", span, "this is no regular file", label="expected a file"
                )
                return None
            data = Path(path).read_bytes() if Path(path).stat().st_size <= MOST_BYTES else None
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


class Module:
    """One file: its declarations by name. `folder` is where its imports are looked for; None where it has no place."""

    def __init__(self, project: Project, source: Source, tree: s.File, folder: str | None) -> None:
        """Collect the declarations; report clashes, imports that fail, and items that do not belong to a file."""
        self.project = project
        self.context = project.context
        self.source = source
        self.tree = tree
        self.folder = folder
        self.callables: dict[str, Callee] = {}
        self.own: list[s.Component | s.Pipeline] = []
        self.aliases: dict[str, Module] = {}
        self.artifact_types: dict[str, str] = {}
        self.lets: dict[str, tuple[Module, s.Let]] = {}
        self.resources: list[s.Resource] = []
        self.defaults: list[s.Defaults] = []
        self.tests: list[s.Test] = []
        self.evaluating: set[str] = set()
        self.constants: dict[str, ir.Expr] = {}
        self._values: dict[str, Value] | None = None  # what constants see, which are themselves not known yet
        self._names: dict[tuple[str, str], Span] = {}
        self._collect()

    def _collect(self) -> None:
        for number, item in enumerate(self.tree.declarations):
            match item:
                case s.Edition():
                    self._edition(item, number)
                case s.Import():
                    self._import(item)
                case s.Let(name):
                    if self.declare("value", name):
                        self.lets[name.text] = (self, item)
                case s.Component(name) | s.Pipeline(name):
                    if self.declare("component", name):
                        self.callables[name.text] = Callee(self, item)
                        self.own.append(item)
                case s.ArtifactType(name, value):
                    self._artifact(name, value)
                case s.Test():
                    self.tests.append(item)
                case s.Resource(_, name):
                    if self.declare("value", name):
                        self.resources.append(item)
                case s.Defaults():
                    self.defaults.append(item)
                case _:
                    word = item.span.text.split(maxsplit=1)[0]
                    self.context.report(
                        "misplaced-item",
                        Span(self.source, item.span.start, item.span.start + len(word)),
                        f"`{word}` stands inside a pipeline",
                        label="not at the top of a file",
                    )

    def declare(self, space: str, name: s.Name) -> bool:
        """Put a name down in a name space; report a second one."""
        first = self._names.setdefault((space, name.text), name.span)
        if first is not name.span:
            self.context.report(
                "duplicate-name",
                name.span,
                f"`{name.text}` is declared twice",
                label="again here",
                labels=(Label(first, "first here"),),
            )
            return False
        return True

    def _edition(self, item: s.Edition, number: int) -> None:
        if item.number != "2026":
            self.context.report(
                "unknown-edition",
                item.span,
                f"this kfdsl does not know edition {item.number}",
                label="the newest is 2026",
                fixes=did_you_mean(
                    item.number, ("2026",), Span(self.source, item.span.end - len(item.number), item.span.end)
                ),
            )
        elif number:
            self.context.report(
                "misplaced-item", item.span, "`edition` is the first line of a file", label="not here"
            )

    def _artifact(self, name: s.Name, value: s.Expression) -> None:
        if self.declare("type", name):
            if not isinstance(value, s.Text) or "@" not in value.value:
                self.context.report(
                    "invalid-value",
                    value.span,
                    'a foreign artifact type reads `"schema.Title@1.0.0"`',
                    label="not a schema and version",
                )
            self.artifact_types[name.text] = value.value if isinstance(value, s.Text) else ""

    # ---- imports

    def _import(self, item: s.Import) -> None:
        module = self._imported(item.path)
        if item.alias is not None:
            if self.declare("value", item.alias) and module is not None:
                self.aliases[item.alias.text] = module
            elif module is None:
                self._names.setdefault(("missing", item.alias.text), item.alias.span)
            return
        for imported in item.names:
            self._import_name(imported, module)

    def _imported(self, path: s.Text) -> Module | None:
        """Return the module that an import names; report what stands against it."""
        if self.folder is None:
            self.context.report(
                "unreadable-import", path.span, "a text without a file cannot import", label="from where?"
            )
            return None
        if not path.value.endswith(".pipe"):
            self.context.report(
                "unreadable-import",
                path.span,
                "only `.pipe` files can be imported",
                label="not a `.pipe` file",
            )
            return None
        shown = os.path.normpath(os.path.join(os.path.dirname(self.source.name), path.value))
        return self.project.load(os.path.join(self.folder, path.value), shown, path.span)

    def _import_name(self, imported: s.Imported, module: Module | None) -> None:
        name, alias = imported.name.text, imported.alias
        if module is None:
            self._names.setdefault(("missing", alias.text), alias.span)
            return
        if name in module.callables:
            if self.declare("component", alias):
                self.callables[alias.text] = module.callables[name]
        elif name in module.lets:
            if self.declare("value", alias):
                self.lets[alias.text] = module.lets[name]
        elif name in module.artifact_types:
            if self.declare("type", alias):
                self.artifact_types[alias.text] = module.artifact_types[name]
        else:
            self._names.setdefault(("missing", alias.text), alias.span)
            known = (*module.callables, *module.lets)
            self.context.report(
                "unknown-import",
                imported.name.span,
                f"`{module.source.name}` declares no `{name}`",
                label="not found there",
                fixes=did_you_mean(name, known, imported.name.span),
            )

    def missing(self, name: str) -> bool:
        """Tell whether a name comes from an import that failed, which has been reported."""
        return ("missing", name) in self._names

    # ---- types, constants, files

    def type_of(self, kind: s.Type) -> Kind:
        """Return the meaning of a type that this file names."""
        return types.lower(self, kind)

    def constant(self, name: str, span: Span) -> ir.Expr:
        """Return the value of a `let` as a literal at a place."""
        module, item = self.lets[name]
        if item.name.text in module.evaluating:
            self.context.report(
                "dependency-cycle",
                item.name.span,
                f"`let {item.name.text}` needs itself",
                label="this constant",
            )
            return literal("", span)
        if item.name.text not in module.constants:
            module.evaluating.add(item.name.text)
            lowered = expressions.lower(module.scope(), item.value)
            value = self.value(lowered)
            # One without a value stays unknown: constants that need it would do the work again, each twice or more.
            module.constants[item.name.text] = (
                ir.Literal("", UNKNOWN, span) if value is None else literal(value, lowered.span, lowered.type)
            )
            module.evaluating.discard(item.name.text)
        folded = module.constants[item.name.text]
        fields = {f: getattr(folded, f) for f in type(folded)._fields}
        moved: ir.Expr = type(folded)(**{**fields, "span": span})
        return moved

    def fold(self, expr: ir.Expr) -> ir.Expr:
        """Return the literal that an expression without references comes to; report one that has references."""
        value = self.value(expr)
        return expr if value is None else literal(value, expr.span, expr.type)

    def value(self, expr: ir.Expr) -> Any:  # noqa: ANN401  # any constant; None where there is none, which is reported
        """Return the value of an expression that must be constant."""
        try:
            return constant(expr)
        except UnknownError:
            return None
        except NotConstantError:
            self.context.report(
                "not-constant",
                expr.span,
                "this must be known when the file is compiled",
                label="not a constant",
            )
        except EvaluationError as error:
            self.context.report(
                "no-value", expr.span, f"this has no value: {error}", label="cannot be computed"
            )
        return None

    def constant_of(self, alias: str, name: str, span: Span) -> ir.Expr | None:
        """Return the constant `alias.name` of an imported file, None where there is none."""
        module = self.aliases.get(alias)
        return module.constant(name, span) if module is not None and name in module.lets else None

    def scope(self) -> Scope:
        """Return the scope of the file's own level: constants, secrets and the like."""
        return Scope(self.context, self, self.values(), {}, Place(None, (), frozenset()))

    def values(self) -> dict[str, Value]:
        """Return the names of the value space that the file declares."""
        if self._values is None or not self.evaluating:
            found = {name: self._let_value(name, item) for name, (_, item) in self.lets.items()}
            found |= {r.name.text: resource_value(r) for r in self.resources}
            if not self.evaluating:
                return found
            self._values = found
        return self._values

    def _let_value(self, name: str, item: s.Let) -> Value:
        def refer(span: Span) -> ir.Expr:
            return self.constant(name, span)

        return (
            Value("constant", self.constant(name, item.name.span).type, item.name.span, refer)
            if not self.evaluating
            else Value("constant", UNKNOWN, item.name.span, refer)
        )

    def read_text(self, path: s.Text) -> str | None:
        """Return the text of a file that the program names by a path relative to this file."""
        if self.folder is None:
            self.context.report(
                "unreadable-import",
                path.span,
                "a text without a file cannot name another file",
                label="relative to what?",
            )
            return None
        where = os.path.join(self.folder, path.value)
        root = self.project.root
        if root is not None and not Path(os.path.realpath(where.replace("\0", ""))).is_relative_to(root):
            self.context.report(
                "import-outside", path.span, "the path leads out of the project", label="outside"
            )
            return None
        return self.project.read(where, path.span)


def resource_value(resource: s.Resource) -> Value:
    """Return a secret, config, volume or store as a name of the value space."""

    def refer(span: Span) -> ir.Expr:
        return ir.Literal("", UNKNOWN, span)

    return Value(resource.kind, UNKNOWN, resource.name.span, refer)


Finder = Callable[[str], Callee | None]
