"""`component.yaml` of Kubeflow, version 1: its map in, a component of the language out.

The names and types are those that kfp.dsl.structures.ComponentSpec.from_v1_component_spec makes of the file.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from kfdsl import syntax as s
from kfdsl.diagnostics import Label
from kfdsl.lower.kubeflow import constants, names, ports
from kfdsl.lower.kubeflow.ports import Port, Ports
from kfdsl.lower.kubeflow.reader import Reader, text_node
from kfdsl.lower.kubeflow.usage import Use, uses_of
from kfdsl.lower.kubeflow.v1_types import FILLED_IN, type_of
from kfdsl.lower.kubeflow.v1_words import V1Words
from kfdsl.lower.kubeflow.words import Words
from kfdsl.lower.kubeflow.yaml_tree import Mapping, Scalar, Value
from kfdsl.source import Span

FIELDS: Final = ("name", "description", "metadata", "inputs", "outputs", "implementation", "version")
_CONTAINER: Final = ("image", "command", "args", "env", "fileOutputs")
_PORT: Final = ("name", "type", "description", "default", "optional", "annotations")


class Translation:
    """The translation of one `component.yaml`."""

    def __init__(self, reader: Reader, file: Mapping, name: str, foreign: dict[str, str]) -> None:
        """Take the file; `foreign` collects the schemas of artifact types that it names."""
        self.reader = reader
        self.file = file
        self.name = name
        self.foreign = foreign
        self.uses: dict[str, Use] = {}

    def component(self) -> s.Component | None:
        """Return the component; None where its file has no container, which is reported."""
        reader, entries = self.reader, self.file.entries
        reader.mapping(self.file, "a component", FIELDS)
        container = self._container()
        if container is None:
            return None
        self.uses = uses_of(container)
        inputs = [self._input(item) for item in reader.items(entries.get("inputs"), "`inputs`")]
        outputs = [self._output(item) for item in reader.items(entries.get("outputs"), "`outputs`")]
        ins = [one for one in inputs if one is not None]
        outs = [one for one in outputs if one is not None]
        twice = self._twice([port for port, _ in (*ins, *outs)])
        known = Ports({p.key: p for p, _ in ins}, {p.key: p for p, _ in outs})
        words = V1Words(reader, Words(reader, known))
        settings = self._settings(container, words)
        self._file_outputs(container, known)
        items: tuple[s.Item, ...] = (
            *(i for p, i in ins if p.span not in twice),
            *(self._placed(p, o, container) for p, o in outs if p.span not in twice),
            *settings,
        )
        span = self.file.keys.get("name", self.file.span).head
        description = reader.text(entries.get("description"), "`description`")
        block = s.Block(items, self.file.span)
        return s.Component(
            s.Name(self.name, self._name_span()), None, block, description.text if description else "", span
        )

    def _name_span(self) -> Span:
        name = self.file.entries.get("name")
        return name.span if isinstance(name, Scalar) and not name.is_null else self.file.span.head

    def _container(self) -> Mapping | None:
        reader = self.reader
        value = self.file.entries.get("implementation")
        implementation = reader.mapping(value, "`implementation`", ("container", "graph"))
        if implementation is None:
            if value is None or (isinstance(value, Scalar) and value.is_null):
                reader.report(self.file.span, "a component has an `implementation`", "none here")
            return None
        if "graph" in implementation.entries:
            reader.refuse(
                implementation.keys["graph"],
                "a component that is a graph",
                "write it as a `pipeline` that calls its components",
                "or compile it to the IR of version 2 and import that",
            )
            return None
        container = implementation.entries.get("container")
        if container is None:
            reader.report(implementation.span, "an `implementation` has a `container`", "none here")
            return None
        return reader.mapping(container, "`container`", _CONTAINER)

    def _port(self, item: Value, what: str) -> tuple[Mapping, Scalar] | None:
        found = self.reader.mapping(item, f"an {what}", _PORT)
        if found is None:
            return None
        name = self.reader.text(found.entries.get("name"), f"the name of an {what}")
        if name is None:
            if "name" not in found.entries:
                self.reader.report(found.span, f"an {what} has a `name`", "none here")
            return None
        if not names.of_port(name.text):
            self.reader.report(name.span, f"the name of an {what} has letters", "none of the alphabet")
            return None
        return found, name

    def _input(self, item: Value) -> tuple[Port, s.In] | None:
        found = self._port(item, "input")
        if found is None:
            return None
        entries, name = found[0].entries, found[1]
        kind, artifact, span = type_of(self.reader, found[0], name, self.foreign)
        if kind is None:
            return None
        key = names.of_port(name.text)
        use = self.uses.get(name.text)
        as_value = use is not None and use.is_value
        if isinstance(entries.get("type"), Mapping) and not as_value:
            kind = ""
        elif not kind and artifact is None and as_value:
            kind = "string"
        default, optional = self._default(entries.get("default"), kind), False
        if span.text.strip("'\"") in FILLED_IN:
            default = s.MapLiteral((), span)
        elif default is None:
            said = entries.get("optional")
            optional = self.reader.flag(said, "`optional`") or "default" in entries
        port = Port(names.legal(key), key, kind, optional, name.span)
        self._check_use(port, name.text, found[0])
        type_: s.Type = ports.value_type(kind, span) if kind else s.TypeName(artifact or "Artifact", span)
        type_ = s.OptionalType(type_, span) if optional else type_
        doc = self.reader.text(entries.get("description"), "`description`")
        return port, s.In(
            s.Name(port.name, name.span),
            type_,
            default,
            None,
            None,
            None,
            short=False,
            doc=doc.text if doc else "",
            span=found[0].span,
        )

    def _check_use(self, port: Port, name: str, item: Mapping) -> None:
        """Report an input that is read as what it is not; Kubeflow's SDK refuses it where it is called."""
        use = self.uses.get(name)
        if use is None:
            return
        wrong = use.file if port.kind else use.value
        if wrong is None:
            return
        is_, reads = ("a value", "a file") if port.kind else ("a file", "a value")
        at = item.entries["type"].span if "type" in item.entries else port.span
        other = (use.value if port.kind else use.file) if "type" not in item.entries else None
        self.reader.report(
            wrong.span,
            f"`{wrong.word}` reads {reads}, and input `{name}` is {is_}",
            "cannot be paired",
            labels=(Label((other.span if other else at).head, f"so it is {is_}"),),
            helps=(
                "take the `type` away, or name an artifact type"
                if port.kind
                else "let its `type` be `String`",
            ),
        )

    def _default(self, value: Value | None, kind: str) -> s.Expression | None:
        if value is None or (isinstance(value, Scalar) and value.is_null):
            return None
        if kind:
            return constants.of_type(self.reader, kind, value)
        text = self.reader.text(value, "the default of an artifact")
        if text is None:
            return None
        argument = s.Argument(s.Name("text", value.span), text_node(text), value.span)
        return s.Call(s.Name("load", value.span), (argument,), value.span)

    def _output(self, item: Value) -> tuple[Port, s.Out] | None:
        found = self._port(item, "output")
        if found is None:
            return None
        name = found[1]
        kind, artifact, span = type_of(self.reader, found[0], name, self.foreign)
        if kind is None:
            return None
        key = names.of_port(name.text)
        port = Port(names.legal(key), key, kind, optional=False, span=name.span)
        type_: s.Type = ports.value_type(kind, span) if kind else s.TypeName(artifact or "Artifact", span)
        doc = self.reader.text(found[0].entries.get("description"), "`description`")
        return port, s.Out(
            s.Name(port.name, name.span),
            type_,
            None,
            None,
            None,
            None,
            doc.text if doc else "",
            found[0].span,
        )

    def _twice(self, known: list[Port]) -> list[Span]:
        """Return where a name stands that another input or output has before it, which is reported."""
        seen: dict[str, Port] = {}
        twice: list[Span] = []
        for port in known:
            first = seen.setdefault(port.name, port)
            if first is not port:
                twice.append(port.span)
                same = first.span.text.strip("'\"") == port.span.text.strip("'\"")
                self.reader.context.report(
                    "duplicate-name" if same else "name-clash",
                    port.span,
                    f"two inputs or outputs are called `{port.name}`"
                    if same
                    else f"this and another input or output are both `{port.name}` for Kubeflow",
                    label="again here",
                    labels=(Label(first.span, "first here"),),
                )
        return twice

    def _settings(self, container: Mapping, words: V1Words) -> list[s.Setting]:
        reader, entries = self.reader, container.entries
        made: list[s.Setting] = []
        image = reader.text(entries.get("image"), "`image`")
        if image is None and "image" not in entries:
            reader.report(container.span, "a container has an `image`", "none here")
        span = container.keys.get("image", container.span.head)
        value = text_node(image) if image is not None else s.Text("", "verbatim", span)
        made.append(s.Setting(s.Name("image", span), value, value.span))
        for key in ("command", "args"):
            listed = entries.get(key)
            if listed is not None:
                found = [words.word(item) for item in reader.items(listed, f"`{key}`")]
                literal = s.ListLiteral(tuple(one for one in found if one is not None), listed.span)
                made.append(s.Setting(s.Name(key, container.keys[key]), literal, container.keys[key]))
        if "args" not in entries:
            made.append(s.Setting(s.Name("args", span), s.ListLiteral((), span), span))
        variables = reader.mapping(entries.get("env"), "`env`")
        if variables is not None:
            texts = [(key, reader.text(item, "a variable")) for key, item in variables.entries.items()]
            pairs = [(key, words.word(text) if text is not None else None) for key, text in texts]
            made.append(_map("env", container.keys["env"], variables, pairs))
        return made + self._metadata()

    def _metadata(self) -> list[s.Setting]:
        """Return labels and annotations, which Kubeflow 1 gave to the pod."""
        metadata = self.reader.mapping(
            self.file.entries.get("metadata"), "`metadata`", ("annotations", "labels")
        )
        made = []
        for key in ("annotations", "labels"):
            found = self.reader.mapping(metadata.entries.get(key), f"`{key}`") if metadata else None
            if metadata is not None and found is not None and found.entries:
                texts = [(k, self.reader.text(v, "an annotation")) for k, v in found.entries.items()]
                pairs = [(k, text_node(t) if t is not None else None) for k, t in texts]
                made.append(_map(key, metadata.keys[key], found, pairs))
        return made

    def _file_outputs(self, container: Mapping, known: Ports) -> None:
        found = self.reader.mapping(container.entries.get("fileOutputs"), "`fileOutputs`")
        for key in found.entries if found is not None else ():
            if names.of_port(key) not in known.outputs and found is not None:
                self.reader.report(
                    found.keys[key],
                    f"the component has no output `{key}`",
                    f"outputs: {', '.join(known.outputs) or 'none'}",
                )

    def _placed(self, port: Port, out: s.Out, container: Mapping) -> s.Out:
        """Return an output with the path that `fileOutputs` gives it."""
        found = container.entries.get("fileOutputs")
        if not isinstance(found, Mapping):
            return out
        path = next((v for k, v in found.entries.items() if names.of_port(k) == port.key), None)
        text = self.reader.text(path, "a path") if path is not None else None
        if text is None:
            return out
        return s.Out(out.name, out.type, None, text_node(text), None, out.options, out.doc, out.span)


def _map(
    name: str, span: Span, source: Mapping, pairs: Sequence[tuple[str, s.Expression | None]]
) -> s.Setting:
    entries = tuple(
        s.Entry(s.Name(key, source.keys[key]), value, source.keys[key])
        for key, value in pairs
        if value is not None
    )
    return s.Setting(s.Name(name, span), s.MapLiteral(entries, source.span), span)
