"""A graph of the compiled IR, version 2: its tasks in, a pipeline of the language out."""

from __future__ import annotations

import re
from typing import Final

from kfdsl import syntax as s
from kfdsl.lower.kubeflow import constants, names
from kfdsl.lower.kubeflow.reader import text_node
from kfdsl.lower.kubeflow.v2 import Declared, Definitions
from kfdsl.lower.kubeflow.yaml_tree import Mapping, Scalar, Value
from kfdsl.source import Span

_TASK: Final = (
    "taskInfo", "inputs", "dependentTasks", "cachingOptions", "componentRef", "triggerPolicy",
    "parameterIterator", "artifactIterator", "iteratorPolicy", "retryPolicy",
)  # fmt: skip
_UNTAKEN: Final = {
    "triggerPolicy": ("a condition", "write the step with `when …`"),
    "parameterIterator": ("a loop", "write `for x in …`"),
    "artifactIterator": ("a loop", "write `for x in …`"),
    "iteratorPolicy": ("a loop", "write `for x in …`"),
}
_SOURCES: Final = ("componentInputParameter", "taskOutputParameter", "runtimeValue", "taskFinalStatus")
_PART = re.compile(r"\{\{\$\.(?:inputs\.parameters\['(.*?)'\]|(pipeline_[a-z_]+))\}\}")
_RUN: Final = {
    "pipeline_job_name": "display",
    "pipeline_job_resource_name": "name",
    "pipeline_job_uuid": "id",
}
_RETRY: Final = {"backoffDuration": "backoff", "backoffFactor": "factor", "backoffMaxDuration": "max"}


class Graphs:
    """Translates the graphs of one IR; `components` are all of it, `called` what each is called."""

    def __init__(self, definitions: Definitions, components: Mapping, called: dict[str, str]) -> None:
        """Take the components that tasks name."""
        self.reader = definitions.reader
        self.definitions = definitions
        self.components = components
        self.called = called

    def pipeline(self, name: s.Name, component: Mapping, doc: str) -> s.Pipeline | None:
        """Return a graph as a pipeline; None where a part of it cannot be taken over, which is reported."""
        reader = self.reader
        before = len(reader.context.found)
        dag = reader.child(component, "dag")
        tasks = reader.child(dag, "tasks")
        if not tasks.entries:
            reader.report(component.span, "a graph has tasks", "none here")
            return None
        steps = [self._step(tasks, key) for key in tasks.entries]
        params = [self._param(one) for one in self.definitions.of(component, "inputDefinitions")]
        outs = self.definitions.of(component, "outputDefinitions")
        outputs = [self._output(one, reader.child(dag, "outputs")) for one in outs]
        if len(reader.context.found) > before:
            return None
        items: list[s.Item] = [*params, *(one for one in steps if one is not None)]
        items += [one for one in outputs if one is not None]
        return s.Pipeline(name, None, s.Block(tuple(items), name.span), doc, name.span)

    def _param(self, declared: Declared) -> s.Param:
        port = declared.port
        name = s.Name(port.name, port.span)
        return s.Param(name, declared.type, declared.default, None, declared.doc, port.span)

    def _output(self, declared: Declared, outputs: Mapping) -> s.Out | None:
        port = declared.port
        group = self.reader.child(outputs, "parameters" if port.kind else "artifacts")
        value = self.reader.mapping(group.entries.get(port.key), f"`{port.key}`")
        source = self._selected(value) if value is not None else None
        if source is None:
            self.reader.refuse(port.span, f"the output `{port.key}`, which comes from several tasks or none,")
            return None
        task, key = source
        read = s.Field(
            s.Name(names.legal(task.text), task.span), s.Name(names.legal(key.text), key.span), key.span
        )
        name = s.Name(port.name, port.span)
        return s.Out(name, declared.type, read, None, None, None, declared.doc, port.span)

    def _selected(self, value: Mapping) -> tuple[Scalar, Scalar] | None:
        one = self.reader.mapping(value.entries.get("valueFromParameter"), "`valueFromParameter`")
        key = "outputParameterKey"
        if one is None:
            listed = self.reader.items(value.entries.get("artifactSelectors"), "`artifactSelectors`")
            one = self.reader.mapping(listed[0], "a selector") if len(listed) == 1 else None
            key = "outputArtifactKey"
        if one is None:
            return None
        task = self.reader.text(one.entries.get("producerSubtask"), "`producerSubtask`")
        output = self.reader.text(one.entries.get(key), f"`{key}`")
        return (task, output) if task is not None and output is not None else None

    def _step(self, tasks: Mapping, key: str) -> s.Step | None:
        reader, span = self.reader, tasks.keys[key]
        task = reader.mapping(tasks.entries[key], f"the task `{key}`", _TASK)
        if task is None:
            return None
        untaken = [name for name in task.entries if name in _UNTAKEN]
        for name in untaken[:1]:
            what, help_ = _UNTAKEN[name]
            if name == "triggerPolicy" and "condition" not in reader.child(task, name).entries:
                what, help_ = "a task that runs after failures too", "write it in `on exit { … }`"
            reader.refuse(task.keys[name], what, help_, "its components can be imported by their names")
        reference = reader.text(reader.child(task, "componentRef").entries.get("name"), "`componentRef`")
        if reference is None or untaken:
            return None
        if reference.text not in self.components.entries:
            reader.report(reference.span, f"there is no component `{reference.text}`", "not in `components`")
            return None
        component = reader.mapping(self.components.entries[reference.text], f"`{reference.text}`")
        if component is None:
            return None
        arguments, read = self._arguments(task, component)
        function = s.Name(self.called[reference.text], reference.span)
        call = s.Call(function, tuple(arguments), reference.span)
        settings = self._settings(task, key)
        block = s.Block(tuple(settings), span) if settings else None
        return s.Step(s.Name(names.legal(key), span), call, self._after(task, read), block, "", span)

    def _after(self, task: Mapping, read: set[str]) -> tuple[s.Clause, ...]:
        listed = [
            self.reader.text(item, "a task")
            for item in self.reader.items(task.entries.get("dependentTasks"), "`dependentTasks`")
        ]
        conditions = tuple(
            s.Name(names.legal(one.text), one.span)
            for one in listed
            if one is not None and one.text not in read
        )
        return (s.After(conditions, conditions[0].span),) if conditions else ()

    def _arguments(self, task: Mapping, component: Mapping) -> tuple[list[s.Argument], set[str]]:
        """Return the arguments of a call, and the tasks that they come from."""
        given = self.reader.child(task, "inputs")
        parameters, artifacts = (self.reader.child(given, group) for group in ("parameters", "artifacts"))
        found: list[s.Argument] = []
        read: set[str] = set()
        for declared in self.definitions.of(component, "inputDefinitions"):
            key = declared.port.key
            source = (parameters if declared.port.kind else artifacts).entries.get(key)
            if source is None:
                continue
            value = self._value(source, declared, parameters, read)
            if value is not None:
                found.append(s.Argument(s.Name(declared.port.name, source.span), value, source.span))
        return found, read

    def _value(
        self, source: Value, declared: Declared, siblings: Mapping, read: set[str]
    ) -> s.Expression | None:
        reader = self.reader
        entry = reader.mapping(source, "an argument")
        if entry is None:
            return None
        if "parameterExpressionSelector" in entry.entries:
            reader.refuse(entry.keys["parameterExpressionSelector"], "an expression over a value")
            return None
        for key in ("componentInputParameter", "componentInputArtifact"):
            name = reader.text(entry.entries.get(key), f"`{key}`")
            if name is not None:
                return s.Name(names.legal(name.text), name.span)
        for key, output in (
            ("taskOutputParameter", "outputParameterKey"),
            ("taskOutputArtifact", "outputArtifactKey"),
        ):
            made = reader.mapping(entry.entries.get(key), f"`{key}`")
            if made is not None:
                return self._of_task(made, output, read)
        constant = reader.child(entry, "runtimeValue").entries.get("constant")
        if constant is not None:
            return self._constant(constant, declared, siblings, read)
        reader.refuse(source.span, "this argument", "it is none of " + ", ".join(_SOURCES))
        return None

    def _of_task(self, made: Mapping, output: str, read: set[str]) -> s.Expression | None:
        task = self.reader.text(made.entries.get("producerTask"), "`producerTask`")
        key = self.reader.text(made.entries.get(output), f"`{output}`")
        if task is None or key is None:
            self.reader.report(made.span, "an output has a task and a name", "one is missing")
            return None
        read.add(task.text)
        base = s.Name(names.legal(task.text), task.span)
        return s.Field(base, s.Name(names.legal(key.text), key.span), key.span)

    def _constant(
        self, constant: Value, declared: Declared, siblings: Mapping, read: set[str]
    ) -> s.Expression | None:
        if not isinstance(constant, Scalar) or "{{$" not in constant.text:
            return constants.of_type(self.reader, declared.port.kind, constant)
        span, text, at = constant.span, constant.text, 0
        parts: list[str | s.Expression] = []
        for match in _PART.finditer(text):
            parts.append(text[at : match.start()])
            at = match.end()
            sibling = siblings.entries.get(match[1]) if match[1] else None
            value: s.Expression | None = None
            if sibling is not None:
                value = self._value(sibling, declared, Mapping(span), read)
            elif match[2] in _RUN:
                value = s.Field(s.Name("run", span), s.Name(_RUN[match[2]], span), span)
            if value is None:
                self.reader.refuse(span, f"`{match[0]}` in an argument")
                return None
            parts.append(value)
        parts.append(text[at:])
        if "{{$" in "".join(p for p in parts if isinstance(p, str)):
            self.reader.refuse(span, "a placeholder in an argument")
            return None
        kept = tuple(part for part in parts if part != "")
        if len(kept) == 1 and not isinstance(kept[0], str):
            return kept[0]
        return s.Interpolation(kept, "quoted", span)

    def _settings(self, task: Mapping, key: str) -> list[s.Item]:
        reader = self.reader
        made: list[s.Item] = []
        name = reader.text(reader.child(task, "taskInfo").entries.get("name"), "`name`")
        if name is not None and name.text != key:
            made.append(_setting("display", text_node(name)))
        caching = reader.mapping(
            task.entries.get("cachingOptions"), "`cachingOptions`", ("enableCache", "cacheKey")
        )
        if caching is not None and not reader.flag(caching.entries.get("enableCache"), "`enableCache`"):
            made.append(_setting("cache", s.Bool(False, task.keys["cachingOptions"])))  # a node
        elif caching is not None and "cacheKey" in caching.entries:
            reader.refuse(caching.keys["cacheKey"], "`cacheKey`", "write `cache = { key = … }` at a step")
        retry = reader.mapping(task.entries.get("retryPolicy"), "`retryPolicy`", ("maxRetryCount", *_RETRY))
        if retry is not None:
            made.append(_setting("retry", self._retry(retry)))
        return made

    def _retry(self, policy: Mapping) -> s.MapLiteral:
        entries = []
        for key, value in policy.entries.items():
            text = self.reader.text(value, f"`{key}`")
            if text is not None:
                span = policy.keys[key]
                is_time = text.text.endswith("s")
                if is_time and not text.text.strip("0.s"):
                    continue
                number = (
                    s.Number(text.text, text.span) if is_time else constants.of_type(self.reader, "int", text)
                )
                if number is not None:
                    entries.append(s.Entry(s.Name(_RETRY.get(key, "limit"), span), number, span))
        return s.MapLiteral(tuple(entries), policy.span)


def _setting(name: str, value: s.Expression) -> s.Setting:
    span: Span = value.span
    return s.Setting(s.Name(name, span), value, span)
