"""A component of the compiled IR, version 2: its definition and executor in, a component of the language out."""

from __future__ import annotations

from typing import Final

from kfdsl import syntax as s
from kfdsl.lower.kubeflow import constants, names, ports
from kfdsl.lower.kubeflow.platform import Platform
from kfdsl.lower.kubeflow.ports import Port, Ports
from kfdsl.lower.kubeflow.reader import Reader, text_node
from kfdsl.lower.kubeflow.resources import resources
from kfdsl.lower.kubeflow.words import Words
from kfdsl.lower.kubeflow.yaml_tree import Mapping, Scalar, Value
from kfdsl.node import Node
from kfdsl.source import Span

_CONTAINER: Final = ("image", "command", "args", "env", "resources", "lifecycle", "imagePullPolicy")
_FILLED_IN: Final = {
    "TASK_FINAL_STATUS": "a handler reads `run.status`",
    "TASK_CONFIG": "write the settings at the step",
}
_SYSTEM: Final = "system."


class Declared(Node):
    """An input or output of the IR: its type, its default, and what is said about it."""

    port: Port
    type: s.Type
    default: s.Expression | None
    doc: str


class Definitions:
    """Reads the interfaces of components; `foreign` collects the schemas of artifact types that they name."""

    def __init__(self, reader: Reader, foreign: dict[str, str]) -> None:
        """Report to a reader."""
        self.reader = reader
        self.foreign = foreign

    def of(self, component: Mapping, group: str) -> list[Declared]:
        """Return the ports of `inputDefinitions` or `outputDefinitions`; those that are wrong are reported."""
        definitions = self.reader.child(component, group)
        found = []
        for kind in ("artifacts", "parameters"):
            listed = self.reader.child(definitions, kind)
            for key in listed.entries:
                one = self._declared(listed, key)
                if one is not None:
                    found.append(one)
        return found

    def _declared(self, listed: Mapping, key: str) -> Declared | None:
        span = listed.keys[key]
        entries = self.reader.mapping(listed.entries[key], f"`{key}`")
        if entries is None:
            return None
        doc = self.reader.text(entries.entries.get("description"), "`description`")
        optional = self.reader.flag(entries.entries.get("isOptional"), "`isOptional`")
        name = names.legal(key)
        if "parameterType" in entries.entries:
            return self._parameter(entries, Port(name, key, "", optional, span), doc.text if doc else "")
        type_ = self._artifact(entries, span)
        if type_ is None:
            return None
        port = Port(name, key, "", optional, span)
        return Declared(
            port, s.OptionalType(type_, span) if optional else type_, None, doc.text if doc else ""
        )

    def _parameter(self, entries: Mapping, port: Port, doc: str) -> Declared | None:
        value = self.reader.text(entries.entries["parameterType"], "`parameterType`")
        if value is None:
            return None
        if value.text in _FILLED_IN:
            what = f"`{value.text}`, an input that Kubeflow fills in,"
            self.reader.refuse(value.span, what, _FILLED_IN[value.text])
            port = Port(port.name, port.key, "map", optional=False, span=port.span)  # no findings follow
            empty = s.MapLiteral((), port.span)
            return Declared(port, ports.value_type("map", port.span), empty, doc)
        kind = ports.VALUES.get(value.text)
        if kind is None:
            known = ", ".join(ports.VALUES)
            self.reader.report(value.span, f"there is no type `{value.text}`", f"known: {known}")
            return None
        default = entries.entries.get("defaultValue")
        made = None
        if default is not None and not (isinstance(default, Scalar) and default.is_null and kind != "string"):
            made = constants.of_type(self.reader, kind, default)
        optional = port.optional and made is None
        members = [
            text_node(one)
            for item in self.reader.items(entries.entries.get("literals"), "`literals`")
            if (one := self.reader.text(item, "a literal")) is not None
        ]
        type_ = ports.value_type(kind, value.span, tuple(members) if kind == "string" else ())
        port = Port(port.name, port.key, kind, optional, port.span)
        return Declared(port, s.OptionalType(type_, value.span) if optional else type_, made, doc)

    def _artifact(self, entries: Mapping, span: Span) -> s.Type | None:
        schema = self.reader.child(entries, "artifactType")
        title = self.reader.text(schema.entries.get("schemaTitle"), "`schemaTitle`")
        version = self.reader.text(schema.entries.get("schemaVersion"), "`schemaVersion`")
        if title is None:
            if "artifactType" not in entries.entries:
                self.reader.report(span, "this has a `parameterType` or an `artifactType`", "neither")
                return None
            name = "Artifact"
        elif title.text.startswith(_SYSTEM):
            name = title.text.removeprefix(_SYSTEM)
        else:
            name = title.text.rpartition(".")[2]
            self.foreign[name] = f"{title.text}@{version.text if version else '0.0.1'}"
        made: s.Type = s.TypeName(name, title.span if title is not None else span)
        listed = self.reader.flag(entries.entries.get("isArtifactList"), "`isArtifactList`")
        return s.GenericType("list", made, span) if listed else made


class Components:
    """Translates the components of one IR that run containers."""

    def __init__(self, definitions: Definitions, executors: Mapping, platform: Platform) -> None:
        """Take the executors and what the platform document says about them."""
        self.reader = definitions.reader
        self.definitions = definitions
        self.executors = executors
        self.platform = platform

    def component(self, name: s.Name, component: Mapping, doc: str) -> s.Component | None:
        """Return a component with a container; None where it has none, which is reported."""
        reader = self.reader
        label = reader.text(component.entries.get("executorLabel"), "`executorLabel`")
        if label is None:
            reader.report(name.span, f"`{name.text}` has neither an executor nor a graph", "nothing to run")
            return None
        executor = reader.mapping(self.executors.entries.get(label.text), f"`{label.text}`")
        if executor is None:
            reader.report(label.span, f"there is no executor `{label.text}`", "not in `deploymentSpec`")
            return None
        container = self._container(executor)
        if container is None:
            return None
        if "taskConfigPassthroughs" in component.entries:
            reader.refuse(component.keys["taskConfigPassthroughs"], "`taskConfigPassthroughs`")
        ins = self.definitions.of(component, "inputDefinitions")
        outs = self.definitions.of(component, "outputDefinitions")
        known = Ports({d.port.key: d.port for d in ins}, {d.port.key: d.port for d in outs})
        items: tuple[s.Item, ...] = (
            *(_in(one) for one in ins),
            *(_out(one) for one in outs),
            *self._settings(container, Words(reader, known), label.text),
        )
        return s.Component(name, None, s.Block(items, name.span), doc, name.span)

    def _container(self, executor: Mapping) -> Mapping | None:
        for key, help_ in (
            ("importer", 'write `step x = load("…", TYPE)`'),
            ("customJob", "it runs on Google Cloud only"),
            ("resolver", "Kubeflow itself does not run it"),
        ):
            if key in executor.entries:
                self.reader.refuse(executor.keys[key], f"an executor that is a `{key}`", help_)
                return None
        if "container" not in executor.entries:
            self.reader.report(executor.span, "an executor has a `container`", "none here")
            return None
        return self.reader.mapping(executor.entries["container"], "`container`", _CONTAINER)

    def _settings(self, container: Mapping, words: Words, executor: str) -> list[s.Item]:
        reader, entries = self.reader, container.entries
        image = reader.text(entries.get("image"), "`image`")
        span = container.keys.get("image", container.span.head)
        if image is None and "image" not in entries:
            reader.report(container.span, "a container has an `image`", "none here")
        elif image is not None and "{{$" in image.text:
            reader.refuse(image.span, "an image that is a value", 'write `image = "${…}"` at a step')
        value = text_node(image) if image is not None else s.Text("", "verbatim", span)
        made: list[s.Item] = [s.Setting(s.Name("image", span), value, value.span)]
        for key in ("command", "args"):
            if key in entries:
                listed = self._words(reader.items(entries[key], f"`{key}`"), words)
                literal = s.ListLiteral(listed, entries[key].span)
                made.append(s.Setting(s.Name(key, container.keys[key]), literal, container.keys[key]))
        if "args" not in entries:
            made.append(s.Setting(s.Name("args", span), s.ListLiteral((), span), span))
        for key in ("lifecycle", "imagePullPolicy"):
            if key in entries:
                reader.refuse(container.keys[key], f"`{key}` of a container")
        if "resources" in entries:
            made += resources(reader, entries["resources"])
        variables = self._env(entries.get("env"), words)
        more, variables = self.platform.settings(executor, span, variables)
        if variables:
            at = container.keys.get("env", span)
            made.append(s.Setting(s.Name("env", at), s.MapLiteral(tuple(variables), at), at))
        return made + more

    def _words(self, items: list[Value], words: Words) -> tuple[s.Expression, ...]:
        texts = [self.reader.text(item, "an entry") for item in items]
        made = [words.text(text.text, text.span.head) for text in texts if text is not None]
        return tuple(one for one in made if one is not None)

    def _env(self, value: Value | None, words: Words) -> list[s.Entry]:
        found: list[s.Entry] = []
        for item in self.reader.items(value, "`env`"):
            pair = self.reader.mapping(item, "a variable", ("name", "value"))
            name = self.reader.text(pair.entries.get("name"), "`name`") if pair is not None else None
            if pair is None or name is None:
                continue
            text = pair.entries.get("value")
            scalar = text if isinstance(text, Scalar) else None
            made = (
                words.text(scalar.text, scalar.span.head)
                if scalar is not None
                else s.Text("", "verbatim", name.span)
            )
            if made is not None:
                found.append(s.Entry(s.Name(name.text, name.span), made, name.span))
        return found


def _in(declared: Declared) -> s.In:
    port = declared.port
    return s.In(
        s.Name(port.name, port.span),
        declared.type,
        declared.default,
        None,
        None,
        None,
        short=False,
        doc=declared.doc,
        span=port.span,
    )


def _out(declared: Declared) -> s.Out:
    port = declared.port
    return s.Out(s.Name(port.name, port.span), declared.type, None, None, None, None, declared.doc, port.span)
