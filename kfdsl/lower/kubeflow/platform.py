"""The platform document of an IR: what it says about executors on Kubernetes, as settings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from kfdsl import syntax as s
from kfdsl.lower.kubeflow import names
from kfdsl.lower.kubeflow.constants import literal
from kfdsl.lower.kubeflow.reader import Reader, text_node
from kfdsl.lower.kubeflow.yaml_tree import Mapping, Scalar, Value
from kfdsl.source import Span

_SECURITY: Final = {"runAsUser": "user", "runAsGroup": "group", "runAsNonRoot": "non_root"}


class Platform:
    """What the second document says; without one, nothing."""

    def __init__(self, reader: Reader, executors: Mapping | None) -> None:
        """Take the executors of `platforms.kubernetes`."""
        self.reader = reader
        self.executors = executors

    def settings(
        self, executor: str, span: Span, variables: list[s.Entry]
    ) -> tuple[list[s.Item], list[s.Entry]]:
        """Return the settings and resources of an executor, and its variables with those it adds."""
        value = self.executors.entries.get(executor) if self.executors is not None else None
        found = self.reader.mapping(value, f"`{executor}`")
        if found is None:
            return [], variables
        one = _Executor(self.reader, span, variables)
        for key, item in found.entries.items():
            one.field(key, found.keys[key], item)
        return one.items(), one.variables


class _Executor:
    """The settings of one executor, as they are collected."""

    def __init__(self, reader: Reader, span: Span, variables: list[s.Entry]) -> None:
        self.reader = reader
        self.span = span
        self.variables = list(variables)
        self.resources: dict[tuple[str, str], s.Resource] = {}
        self.mounts: list[s.Entry] = []
        self.made: list[s.Item] = []

    def field(self, key: str, span: Span, value: Value) -> None:
        """Take over one field, or report that it is not taken."""
        known: dict[str, Callable[[Value], None]] = {
            "secretAsEnv": lambda v: self._env("secret", v),
            "configMapAsEnv": lambda v: self._env("config", v),
            "secretAsVolume": lambda v: self._volume("secret", v),
            "configMapAsVolume": lambda v: self._volume("config", v),
            "pvcMount": lambda v: self._volume("volume", v),
            "emptyDirMounts": self._empty,
            "fieldPathAsEnv": self._field_paths,
            "imagePullPolicy": lambda v: self._plain("image_pull", v),
            "imagePullSecret": self._pull_secrets,
            "nodeSelector": self._node,
            "tolerations": self._tolerations,
            "podMetadata": self._metadata,
            "activeDeadlineSeconds": self._deadline,
            "securityContext": self._security,
        }
        self.span = span
        if key in known:
            known[key](value)
        else:
            self.reader.refuse(span, f"`{key}` of an executor", "write it at the step, or as a `patch`")

    def items(self) -> list[s.Item]:
        """Return what was collected: resources first."""
        made: list[s.Item] = [*self.resources.values(), *self.made]
        if self.mounts:
            made.append(self._setting("mount", s.MapLiteral(tuple(self.mounts), self.span)))
        return made

    def _setting(self, name: str, value: s.Expression) -> s.Setting:
        return s.Setting(s.Name(name, value.span), value, value.span)

    def _plain(self, name: str, value: Value) -> None:
        text = self.reader.text(value, "this")
        if text is not None:
            self.made.append(s.Setting(s.Name(name, self.span), text_node(text), self.span))

    def _rows(self, value: Value, what: str) -> list[Mapping]:
        rows = [self.reader.mapping(one, "an entry") for one in self.reader.items(value, what)]
        return [row for row in rows if row is not None]

    def _named(self, row: Mapping, word: str) -> Scalar | None:
        """Return the constant name of an object, from either generation of fields."""
        given = row.entries.get(f"{word}Parameter")
        parameter = self.reader.mapping(given, f"`{word}Parameter`")
        if parameter is not None:
            constant = self.reader.child(parameter, "runtimeValue").entries.get("constant")
            if constant is not None:
                return self.reader.text(constant, "a name")
        for key in (word, "constant"):
            if key in row.entries:
                return self.reader.text(row.entries[key], "a name")
        self.reader.refuse(row.span, "the name of an object that is a value", "write the setting at the step")
        return None

    def _resource(self, kind: str, name: Scalar, optional: bool) -> s.Name:  # noqa: FBT001  # a fact about it
        """Return what a secret, config or claim is called in the component; declare it once."""
        key = (kind, name.text)
        if key not in self.resources:
            word = names.legal(f"{kind}-{name.text}")
            value: s.Expression = text_node(name)
            if kind == "volume":
                function = s.Name("claim", name.span)
                value = s.Call(function, (s.Argument(None, value, name.span),), name.span)
            flag = s.Entry(s.Name("optional", name.span), s.Bool(True, name.span), name.span)  # a node
            options = s.MapLiteral((flag,), name.span) if optional else None
            self.resources[key] = s.Resource(_KINDS[kind], s.Name(word, name.span), value, options, name.span)
        return s.Name(self.resources[key].name.text, name.span)

    def _env(self, kind: str, value: Value) -> None:
        key, what = ("secretKey", "secretName") if kind == "secret" else ("configMapKey", "configMapName")
        for row in self._rows(value, f"`{kind}AsEnv`"):
            name = self._named(row, what)
            if name is None:
                continue
            optional = self.reader.flag(row.entries.get("optional"), "`optional`")
            resource = self._resource(kind, name, optional)
            for pair in (
                self._rows(row.entries["keyToEnv"], "`keyToEnv`") if "keyToEnv" in row.entries else ()
            ):
                source = self.reader.text(pair.entries.get(key), f"`{key}`")
                variable = self.reader.text(pair.entries.get("envVar"), "`envVar`")
                if source is not None and variable is not None:
                    read = s.Index(resource, text_node(source), source.span)
                    self.variables.append(s.Entry(s.Name(variable.text, variable.span), read, variable.span))

    def _volume(self, kind: str, value: Value) -> None:
        words = {"secret": "secretName", "config": "configMapName", "volume": "pvcName"}
        for row in self._rows(value, "volumes"):
            name = self._named(row, words[kind])
            path = self.reader.text(row.entries.get("mountPath"), "`mountPath`")
            if name is None or path is None:
                continue
            optional = self.reader.flag(row.entries.get("optional"), "`optional`")
            target: s.Expression = self._resource(kind, name, optional and kind != "volume")
            sub = row.entries.get("subPath")
            sub_path = self.reader.text(sub, "`subPath`") if sub is not None else None
            if sub_path is not None and sub_path.text:
                entries = (
                    s.Entry(s.Name("volume", path.span), target, path.span),
                    s.Entry(s.Name("sub_path", sub_path.span), text_node(sub_path), sub_path.span),
                )
                target = s.MapLiteral(entries, path.span)
            self.mounts.append(s.Entry(s.Name(path.text, path.span), target, path.span))

    def _empty(self, value: Value) -> None:
        for row in self._rows(value, "`emptyDirMounts`"):
            name = self.reader.text(row.entries.get("volumeName"), "`volumeName`")
            path = self.reader.text(row.entries.get("mountPath"), "`mountPath`")
            if name is None or path is None:
                continue
            arguments = []
            for key, argument in (("sizeLimit", "size"), ("medium", "medium")):
                text = self.reader.text(row.entries.get(key), f"`{key}`")
                if text is not None and text.text:
                    made: s.Expression = (
                        s.Number(text.text, text.span) if argument == "size" else text_node(text)
                    )
                    arguments.append(s.Argument(s.Name(argument, text.span), made, text.span))
            word = s.Name(names.legal(f"empty-{name.text}"), name.span)
            call = s.Call(s.Name("empty", name.span), tuple(arguments), name.span)
            self.resources["empty", name.text] = s.Resource("volume", word, call, None, name.span)
            self.mounts.append(s.Entry(s.Name(path.text, path.span), s.Name(word.text, path.span), path.span))

    def _field_paths(self, value: Value) -> None:
        for row in self._rows(value, "`fieldPathAsEnv`"):
            name = self.reader.text(row.entries.get("name"), "`name`")
            path = self.reader.text(row.entries.get("fieldPath"), "`fieldPath`")
            if name is not None and path is not None:
                argument = s.Argument(None, text_node(path), path.span)
                call = s.Call(s.Name("field", path.span), (argument,), path.span)
                self.variables.append(s.Entry(s.Name(name.text, name.span), call, name.span))

    def _pull_secrets(self, value: Value) -> None:
        found = [self._named(row, "secretName") for row in self._rows(value, "`imagePullSecret`")]
        listed = tuple(self._resource("secret", name, optional=False) for name in found if name is not None)
        if listed:
            self.made.append(self._setting("image_pull_secrets", s.ListLiteral(listed, self.span)))

    def _texts(self, mapping: Mapping) -> s.MapLiteral:
        texts = {key: self.reader.text(item, "this") for key, item in mapping.entries.items()}
        return s.MapLiteral(
            tuple(
                s.Entry(s.Name(key, mapping.keys[key]), text_node(text), mapping.keys[key])
                for key, text in texts.items()
                if text is not None
            ),
            mapping.span,
        )

    def _node(self, value: Value) -> None:
        found = self.reader.mapping(value, "`nodeSelector`")
        labels = self.reader.mapping(found.entries.get("labels"), "`labels`") if found is not None else None
        if labels is None:
            self.reader.refuse(self.span, "a `nodeSelector` that is a value", "write `node` at the step")
            return
        self.made.append(s.Setting(s.Name("node", self.span), self._texts(labels), self.span))

    def _tolerations(self, value: Value) -> None:
        listed: list[s.Expression] = []
        for row in self._rows(value, "`tolerations`"):
            if "tolerationJson" in row.entries:
                self.reader.refuse(row.span, "a toleration that is a value", "write `tolerate` at the step")
                continue
            entries = []
            for key, item in row.entries.items():
                text = self.reader.text(item, f"`{key}`")
                if text is not None:
                    is_seconds = key == "tolerationSeconds"
                    made: s.Expression = s.Number(text.text, text.span) if is_seconds else text_node(text)
                    name = s.Name("seconds" if is_seconds else key, row.keys[key])
                    entries.append(s.Entry(name, made, row.keys[key]))
            listed.append(s.MapLiteral(tuple(entries), row.span))
        if listed:
            self.made.append(
                s.Setting(s.Name("tolerate", self.span), s.ListLiteral(tuple(listed), self.span), self.span)
            )

    def _metadata(self, value: Value) -> None:
        found = self.reader.mapping(value, "`podMetadata`", ("labels", "annotations"))
        for key in ("labels", "annotations"):
            texts = self.reader.mapping(found.entries.get(key), f"`{key}`") if found is not None else None
            if texts is not None:
                self.made.append(s.Setting(s.Name(key, self.span), self._texts(texts), self.span))

    def _deadline(self, value: Value) -> None:
        text = self.reader.text(value, "`activeDeadlineSeconds`")
        if text is not None:
            self.made.append(
                s.Setting(s.Name("timeout", self.span), s.Number(f"{text.text}s", text.span), self.span)
            )

    def _security(self, value: Value) -> None:
        found = self.reader.mapping(value, "`securityContext`", tuple(_SECURITY))
        entries = []
        for key, item in found.entries.items() if found is not None else ():
            if key not in _SECURITY or found is None:
                continue
            is_number = isinstance(item, Scalar) and item.text.isdigit()
            made = (
                s.Number(item.text, item.span)
                if is_number and isinstance(item, Scalar)
                else literal(self.reader, item)
            )
            if made is not None:
                entries.append(s.Entry(s.Name(_SECURITY[key], found.keys[key]), made, found.keys[key]))
        self.made.append(
            s.Setting(s.Name("security", self.span), s.MapLiteral(tuple(entries), self.span), self.span)
        )


_KINDS: Final[dict[str, s.ResourceKind]] = {"secret": "secret", "config": "config", "volume": "volume"}
