"""Files: a syntax tree in; its declarations by name, its imports and its constants out."""

from __future__ import annotations

import os
from collections.abc import MutableMapping
from typing import TYPE_CHECKING, Any

from kfdsl import ir
from kfdsl import syntax as s
from kfdsl.diagnostics import Label
from kfdsl.evaluate import EvaluationError, NotConstantError, UnknownError, constant
from kfdsl.kinds import UNKNOWN, Kind
from kfdsl.lower import expressions, names, types
from kfdsl.lower.constants import literal
from kfdsl.lower.context import did_you_mean
from kfdsl.lower.scope import Place, Scope, Value
from kfdsl.lower.values import resource_value
from kfdsl.node import Node, replace
from kfdsl.source import Source, Span

if TYPE_CHECKING:
    from kfdsl.lower.library import Library
    from kfdsl.lower.project import Project


class Callee(Node):
    """A component or pipeline and the file that declares it."""

    module: Module
    declaration: s.Component | s.Pipeline


class Module:
    """One file: its declarations by name.

    `folder` is where its imports are looked for; None where it has no place.
    """

    def __init__(self, project: Project, source: Source, tree: s.File, folder: str | None) -> None:
        """Collect the declarations; report clashes, failing imports, and items that do not belong here."""
        self.project = project
        self.context = project.context
        self.source = source
        self.tree = tree
        self.folder = folder
        self.callables: MutableMapping[str, Callee] = {}
        self.own: list[s.Component | s.Pipeline] = []
        self.aliases: dict[str, Module] = {}
        self.libraries: dict[str, Library] = {}
        self.artifact_types: dict[str, str] = {}
        self.lets: MutableMapping[str, tuple[Module, s.Let]] = {}
        self.resources: list[s.Resource] = []
        self.defaults: list[s.Defaults] = []
        self.tests: list[s.Test] = []
        self.evaluating: set[str] = set()
        self.constants: dict[str, ir.Expr] = {}
        self._values: dict[str, Value] | None = None  # what constants see, which are themselves not known yet
        self._names: dict[tuple[str, str], Span] = {}
        self._collect()

    def _collect(self) -> None:  # noqa: C901, PLR0912  # a match over all declarations
        libraries: list[s.Library] = []
        for number, item in enumerate(self.tree.declarations):
            match item:
                case s.Edition():
                    self._edition(item, number)
                case s.Import():
                    self._import(item)
                case s.Let(name) if self.declare("value", name):
                    self.lets[name.text] = (self, item)
                case s.Component(name) | s.Pipeline(name) if self.declare("component", name):
                    self.callables[name.text] = Callee(self, item)
                    self.own.append(item)
                case s.ArtifactType(name, value):
                    self._artifact(name, value)
                case s.Library(name) if self.declare("value", name):
                    libraries.append(item)
                case s.Test():
                    self.tests.append(item)
                case s.Resource(_, name) if self.declare("value", name):
                    self.resources.append(item)
                case s.Defaults():
                    self.defaults.append(item)
                case s.Let() | s.Component() | s.Pipeline() | s.Library() | s.Resource():
                    pass  # of a name that exists already
                case _:
                    word = item.span.text.split(maxsplit=1)[0]
                    self.context.report(
                        "misplaced-item",
                        Span(self.source, item.span.start, item.span.start + len(word)),
                        f"`{word}` stands inside a pipeline",
                        label="not at the top of a file",
                    )
        if libraries:
            self._add_libraries(libraries)

    def _add_libraries(self, items: list[s.Library]) -> None:
        """Collect libraries last: what the file declares is known in them, wherever it stands."""
        from kfdsl.lower.library import Library  # noqa: PLC0415  # which is a module itself

        self.libraries |= {item.name.text: Library(self, item) for item in items}
        self.aliases |= self.libraries

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
        if space == "component":
            names.check_free(self.context, name)
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
        if not path.value.endswith((".pipe", ".yaml", ".yml")):
            self.context.report(
                "unreadable-import",
                path.span,
                "only `.pipe` files, and `.yaml` files of Kubeflow, can be imported",
                label="neither of them",
            )
            return None
        shown = os.path.normpath(os.path.join(os.path.dirname(self.source.name), path.value))
        return self.project.load(os.path.join(self.folder, path.value), shown, path.span)

    def _import_name(self, imported: s.Imported, module: Module | None) -> None:  # noqa: C901  # one case a kind of name
        name, alias = imported.name.text, imported.alias
        if module is None:
            self._names.setdefault(("missing", alias.text), alias.span)
            return
        found = module.find(name)
        if found is not None:
            if self.declare("component", alias):
                self.callables[alias.text] = found
        elif module.missing(name):
            self._names.setdefault(("missing", alias.text), alias.span)
        elif name in module.lets:
            if self.declare("value", alias):
                self.lets[alias.text] = module.lets[name]
        elif name in module.artifact_types:
            if self.declare("type", alias):
                self.artifact_types[alias.text] = module.artifact_types[name]
        elif name in module.libraries:
            if self.declare("value", alias):
                self.aliases[alias.text] = module.libraries[name]
        else:
            self._report_unknown(imported, module)

    def _report_unknown(self, imported: s.Imported, module: Module) -> None:
        """Report a name that an imported file does not declare."""
        name, alias = imported.name, imported.alias
        self._names.setdefault(("missing", alias.text), alias.span)
        known = (*module.callables, *module.lets, *module.libraries)
        fixes = did_you_mean(name.text, known, name.span)
        self.context.report(
            "unknown-import",
            name.span,
            f"`{module.source.name}` declares no `{name.text}`",
            label="not found there",
            fixes=fixes,
            helps=(f"it declares `{known[0]}`",) if len(known) == 1 and not fixes else (),
        )

    def find(self, name: str) -> Callee | None:
        """Return a component or pipeline by its name, as another file sees it."""
        return self.callables.get(name)

    def exported(self) -> list[str]:
        """Return the names of the components and pipelines that another file can call."""
        return list(self.callables)

    def has_constant(self, name: str) -> bool:
        """Tell whether another file can read a constant of this name."""
        return name in self.lets

    def missing(self, name: str) -> bool:
        """Tell whether a name comes from an import that failed, which has been reported."""
        return ("missing", name) in self._names

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
            lowered = (
                expressions.lower(module.scope(), item.value)
                if item.type is None
                else expressions.declared(module.scope(), item.value, module.type_of(item.type))
            )
            value = self.value(lowered)
            # One without a value stays unknown: else constants that need it do the work again, each twice.
            module.constants[item.name.text] = (
                ir.Literal("", UNKNOWN, span) if value is None else literal(value, lowered.span, lowered.type)
            )
            module.evaluating.discard(item.name.text)
        folded = module.constants[item.name.text]
        return replace(folded, span=span)

    def fold(self, expr: ir.Expr) -> ir.Expr:
        """Return the literal that an expression comes to; report one that has references."""
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
        return module.constant(name, span) if module is not None and module.has_constant(name) else None

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
        where = self._inside(self.folder, path)
        return self.project.read(where, path.span) if where is not None else None

    def read_folder(self, path: s.Text) -> list[tuple[str, str]]:
        """Return the texts of all files of a folder by their paths in it, sorted; hidden ones are left out."""
        where = self._inside(self.folder or "", path)
        if where is None:
            return []
        if not os.path.isdir(where):
            self.context.report(
                "unreadable-import", path.span, f"there is no folder `{path.value}` here", label="not found"
            )
            return []
        found: list[tuple[str, str]] = []
        for folder, inner, inside in os.walk(where):
            inner[:] = sorted(name for name in inner if not name.startswith(".") and name != "__pycache__")
            for name in sorted(name for name in inside if not name.startswith(".")):
                file = os.path.join(folder, name)
                text = self.project.read(file, path.span)
                if text is not None:
                    found.append((os.path.relpath(file, where).replace(os.sep, "/"), text))
        return found

    def _inside(self, folder: str, path: s.Text) -> str | None:
        """Return where a path leads; report one that leads out of the project."""
        where = os.path.join(folder, path.value)
        if not self.project.holds(os.path.realpath(where.replace("\0", ""))):
            self.context.report(
                "import-outside", path.span, "the path leads out of the project", label="outside"
            )
            return None
        return where
