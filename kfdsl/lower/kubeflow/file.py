"""One imported file of Kubeflow: its text in; a module out, whose components are translated when they are asked for."""

from __future__ import annotations

import os
from collections.abc import Iterator, MutableMapping
from typing import TYPE_CHECKING

from kfdsl import syntax as s
from kfdsl.lower.kubeflow import names, v1, yaml_tree
from kfdsl.lower.kubeflow.graph import Graphs
from kfdsl.lower.kubeflow.platform import Platform
from kfdsl.lower.kubeflow.reader import Reader
from kfdsl.lower.kubeflow.v2 import Components, Definitions
from kfdsl.lower.kubeflow.yaml_tree import Mapping, Scalar, Value
from kfdsl.lower.module import Callee, Module
from kfdsl.source import Source, Span

if TYPE_CHECKING:
    from kfdsl.lower.project import Project

_WHAT_IS_TAKEN = "a `component.yaml`, or what `kfp` compiles to, can be imported"
_PREFIX = "comp-"


def load(project: Project, source: Source, folder: str) -> Module | None:
    """Return what a file declares; None where it is none of Kubeflow's, which is reported."""
    documents = yaml_tree.read(project.context, source)
    if documents is None:
        return None
    reader = Reader(project.context)
    first = documents[0] if documents else None
    if not isinstance(first, Mapping):
        at = first.span if first is not None else Span(source, 0, 0)
        reader.report(at, "this is no component of Kubeflow", "not a map", helps=(_WHAT_IS_TAKEN,))
        return None
    if "implementation" in first.entries or "inputs" in first.entries:
        if len(documents) > 1:
            reader.report(documents[1].span, "a `component.yaml` is one document", "a second one")
        return _File(project, source, folder, _OldFile(reader, first, source))
    if "components" in first.entries or "root" in first.entries:
        return _File(project, source, folder, _Spec(reader, first, documents[1:]))
    kind, version = (first.entries.get(key) for key in ("kind", "apiVersion"))
    if isinstance(kind, Scalar) and isinstance(version, Scalar):
        helps = (_WHAT_IS_TAKEN, *_advice(kind.text, version.text))
        reader.report(
            kind.span, f"this is a `{kind.text}` of `{version.text}`", "not a component", helps=helps
        )
    else:
        message = "this is neither a `component.yaml` nor a compiled pipeline"
        label = "no `implementation`, and no `root`"
        reader.report(first.span, message, label, helps=(_WHAT_IS_TAKEN,))
    return None


def _advice(kind: str, version: str) -> tuple[str, ...]:
    if version.startswith("argoproj.io/") and "Template" in kind:
        return ('a template that is applied is called by `extern("workflow-template/NAME/TEMPLATE")`',)
    if kind == "PipelineVersion":
        return ("put its `spec.pipelineSpec` into a file of its own",)
    return ()


class _OldFile:
    """A `component.yaml`, which has one component."""

    def __init__(self, reader: Reader, file: Mapping, source: Source) -> None:
        self.reader = reader
        self.file = file
        self.artifact_types: dict[str, str] = {}
        given = file.entries.get("name")
        folder, base = os.path.split(source.name)
        stem = os.path.splitext(base)[0]
        text = given.text if isinstance(given, Scalar) and not given.is_null else ""
        own = names.of_component(text) or names.of_component(
            stem if stem != "component" else os.path.basename(folder)
        )
        self.name = names.legal(own or "component")

    def known(self) -> list[str]:
        return [self.name]

    def declaration(self, name: str) -> s.Component | s.Pipeline | None:
        return v1.Translation(self.reader, self.file, name, self.artifact_types).component()


class _Spec:
    """A compiled pipeline: its components, and itself where it is more than one of them."""

    def __init__(self, reader: Reader, file: Mapping, others: list[Value]) -> None:
        self.reader = reader
        self.file = file
        self.artifact_types: dict[str, str] = {}
        self.components = reader.child(file, "components")
        self.called = {key: names.legal(key.removeprefix(_PREFIX)) for key in self.components.entries}
        self.keys = {called: key for key, called in reversed(self.called.items())}
        info = reader.child(file, "pipelineInfo").entries.get("name")
        self.info = info if isinstance(info, Scalar) else None
        executors = reader.child(file, "deploymentSpec", "executors")
        definitions = Definitions(reader, self.artifact_types)
        self.translated = Components(definitions, executors, Platform(reader, self._platform(others)))
        self.graphs = Graphs(definitions, self.components, self.called)
        self.root = names.legal(names.of_component(self.info.text)) if self.info is not None else "root"

    def _platform(self, others: list[Value]) -> Mapping | None:
        if not others:
            return None
        second = self.reader.mapping(others[0], "the second document")
        for other in others[1:]:
            self.reader.report(other.span, "a compiled pipeline is one document or two", "one too many")
        if second is None:
            return None
        if "platforms" not in second.entries:
            self.reader.report(second.span, "the second document has `platforms`", "something else")
            return None
        return self.reader.child(second, "platforms", "kubernetes", "deploymentSpec", "executors")

    def known(self) -> list[str]:
        inside = self._insides()
        found = list(dict.fromkeys(name for key, name in self.called.items() if key not in inside))
        return found if self.root in found or "root" not in self.file.entries else [self.root, *found]

    def _insides(self) -> set[str]:
        """Return the graphs that are the inside of a loop or branch, which the compiler made of it."""
        found: set[str] = set()
        for graph in (self.file.entries.get("root"), *self.components.entries.values()):
            tasks = _at(_at(graph, "dag"), "tasks")
            for task in tasks.entries.values() if isinstance(tasks, Mapping) else ():
                name = _at(_at(task, "componentRef"), "name")
                is_inside = any(
                    _at(task, key) for key in ("parameterIterator", "artifactIterator", "triggerPolicy")
                )
                if (
                    is_inside
                    and isinstance(name, Scalar)
                    and _at(self.components.entries.get(name.text), "dag")
                ):
                    found.add(name.text)
        return found

    def declaration(self, name: str) -> s.Component | s.Pipeline | None:
        key = self.keys.get(name)
        if key is None:
            root = self.reader.child(self.file, "root")
            span = self.info.span if self.info is not None else self.file.keys["root"]
            return self.graphs.pipeline(s.Name(name, span), root, self._description())
        component = self.reader.mapping(self.components.entries[key], f"`{key}`")
        if component is None:
            return None
        at = s.Name(name, self.components.keys[key])
        if "dag" in component.entries:
            return self.graphs.pipeline(at, component, "")
        return self.translated.component(at, component, self._description() if name == self.root else "")

    def _description(self) -> str:
        text = self.reader.child(self.file, "pipelineInfo").entries.get("description")
        return text.text if isinstance(text, Scalar) and not text.is_null else ""


def _at(value: Value | None, key: str) -> Value | None:
    return value.entries.get(key) if isinstance(value, Mapping) else None


class _Callables(MutableMapping[str, Callee]):
    """The components of a file by name, each translated once, when it is asked for."""

    def __init__(self, module: Module, content: _OldFile | _Spec) -> None:
        self.module = module
        self.content = content
        self.names = dict.fromkeys(content.known())
        self.made: dict[str, Callee | None] = {}

    def __contains__(self, name: object) -> bool:
        return name in self.names

    def __getitem__(self, name: str) -> Callee:
        if name not in self.names:
            raise KeyError(name)
        if name not in self.made:
            found = self.content.declaration(name)
            self.made[name] = Callee(self.module, found) if found is not None else None
        made = self.made[name]
        if made is None:
            raise KeyError(name)
        return made

    def __setitem__(self, name: str, callee: Callee) -> None:
        self.names[name] = None
        self.made[name] = callee

    def __delitem__(self, name: str) -> None:
        del self.names[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.names)

    def failed(self, name: str) -> bool:
        """Tell whether a component could not be translated, which has been reported."""
        return name in self.made and self.made[name] is None


class _File(Module):
    """A file of Kubeflow as a module."""

    def __init__(self, project: Project, source: Source, folder: str, content: _OldFile | _Spec) -> None:
        self.content = content
        super().__init__(project, source, s.File((), Span(source, 0, 0)), folder)

    def _collect(self) -> None:
        self.translated = _Callables(self, self.content)
        self.callables = self.translated
        self.artifact_types = self.content.artifact_types

    def missing(self, name: str) -> bool:
        """Tell whether a component could not be translated, or what it needs, which has been reported."""
        return self.translated.failed(name)
