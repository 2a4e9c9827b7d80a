"""Entries of `command`, `args` and `env` that are texts with placeholders, as expressions of the language.

An entry means for the container what Kubernetes makes of it: `$(NAME)` is a variable there, and `$$` one `$`
(k8s.io/kubernetes/third_party/forked/golang/expansion).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from kfdsl import syntax as s
from kfdsl.lower.kubeflow.entries import MOST_CHOICES, Concat, Entry, distributed, of_json, written
from kfdsl.lower.kubeflow.ports import Port, Ports
from kfdsl.lower.kubeflow.reader import Reader, similar
from kfdsl.source import Span

_PLACEHOLDER = re.compile(r"\{\{\$.*?\}\}", re.DOTALL)
_INPUT = re.compile(r"\{\{\$\.inputs\.(parameters|artifacts)\['(.*?)'\](.*?)\}\}", re.DOTALL)
_OUTPUT = re.compile(r"\{\{\$\.outputs\.(parameters|artifacts)\['(.*?)'\](.*?)\}\}", re.DOTALL)
_METADATA_KEY = re.compile(r"\.metadata\['(.*?)'\]", re.DOTALL)
_ESCAPED = re.compile(r"\.json_escape\[[0-9]+\]")
_FOREIGN = re.compile(
    r"\{\{\$(?:|\.outputs\.output_file|\.outputs\.output_metadata_uri|\.json_escape\[[0-9]+\]"
    r"|\.pipeline_(?:job_name|job_resource_name|job_uuid|task_name|task_uuid|root"
    r"|job_create_time_utc|job_schedule_time_utc)|\.workspace_path)\}\}"
)
"""Placeholders that only Kubeflow fills in."""
_DOLLAR = re.compile(r"\$\$|\$\(([A-Za-z_.-][A-Za-z0-9_.-]*)\)")


class Words:
    """Makes expressions from the entries of one component."""

    def __init__(self, reader: Reader, ports: Ports) -> None:
        """Take the inputs and outputs that placeholders may name."""
        self.reader = reader
        self.ports = ports

    def word(self, entry: Entry, span: Span, original: str = "") -> s.Expression | None:
        """Return an entry, `original` in the file; None where it is wrong, which is reported."""
        plain = distributed(entry)
        if plain is None:
            self.reader.refuse(span, f"a text with more than {MOST_CHOICES} `IfPresent`")
            return None
        if isinstance(plain, str) and "$" not in plain and "{{" not in plain:
            return s.Text(plain, "verbatim", span)
        meaning, foreign = self._meaning(plain, span)
        if meaning is None and not foreign:
            return None
        unchanged = plain == entry and bool(original)
        return s.KubeflowWord(
            self._renamed(original if unchanged else written(plain)), meaning, foreign, span
        )

    def _renamed(self, text: str) -> str:
        """Return an entry with the language's names for ports whose own it cannot write."""
        for side, known in (("inputs", self.ports.inputs), ("outputs", self.ports.outputs)):
            for port in known.values():
                if port.key != port.name:
                    for group in ("parameters", "artifacts"):
                        text = text.replace(
                            f"$.{side}.{group}['{port.key}']", f"$.{side}.{group}['{port.name}']"
                        )
                    key, name = (json.dumps({"InputName": one})[1:-1] for one in (port.key, port.name))
                    text = text.replace(key, name)
        return text

    def text(self, text: str, span: Span) -> s.Expression | None:
        """Return an entry of the IR: a text, or JSON that says how it is put together."""
        if not text.startswith(('{"Concat":', '{"IfPresent":')):
            return self.word(text, span)
        try:
            entry = of_json(json.loads(text))
        except (ValueError, KeyError, TypeError):
            self.reader.report(
                span, "this is no `Concat` or `IfPresent` as Kubeflow has them", "not readable"
            )
            return None
        return self.word(entry, span, text)

    def _meaning(self, entry: Entry, span: Span) -> tuple[s.Expression | None, str]:
        """Return what an entry means, and the placeholder that only Kubeflow knows; neither for a mistake."""
        if isinstance(entry, str):
            return self._text(entry, span)
        if isinstance(entry, Concat):
            raise TypeError(entry)  # there is none after distributed
        port = self._port(self.ports.inputs, entry.key, "input", span)
        if port is None:
            return None, ""
        then, first = self._list(entry.then, span)
        otherwise, second = self._list(entry.otherwise, span)
        if then is None or otherwise is None:
            return None, first or second
        if not port.optional:
            return then, ""
        return s.IfPresent(s.Name(port.name, span), then, otherwise, span), ""

    def _list(self, entries: tuple[Entry, ...], span: Span) -> tuple[s.ListLiteral | None, str]:
        made = [self._meaning(entry, span) for entry in entries]
        if any(one is None for one, _ in made):
            return None, next((foreign for _, foreign in made if foreign), "")
        return s.ListLiteral(tuple(one for one, _ in made if one is not None), span), ""

    def _text(self, text: str, span: Span) -> tuple[s.Expression | None, str]:
        parts: list[str | s.Expression] = []
        foreign, wrong, at = "", False, 0
        for match in _PLACEHOLDER.finditer(text):
            parts += _literal(text[at : match.start()], span)
            at = match.end()
            if _FOREIGN.fullmatch(match[0]):
                foreign = foreign or match[0]
                continue
            value, known = self._reference(match[0], span)
            if value is not None:
                parts.append(value)
            foreign, wrong = foreign or ("" if value is not None else known), wrong or not (value or known)
        if wrong:
            return None, ""
        if foreign:
            return None, foreign
        return self._joined([*parts, *_literal(text[at:], span)], span), ""

    def _joined(self, parts: list[str | s.Expression], span: Span) -> s.Expression:
        if not parts:
            return s.Text("", "verbatim", span)
        if len(parts) == 1:
            only = parts[0]
            return s.Text(only, "verbatim", span) if isinstance(only, str) else only
        structured = {p.name for p in self.ports.inputs.values() if p.kind in ("list", "map")}
        return s.Interpolation(
            tuple(
                s.Call(s.Name("json", span), (s.Argument(None, part, span),), span)
                if isinstance(part, s.Name) and part.text in structured
                else part
                for part in parts
            ),
            "quoted",
            span,
        )

    def _reference(self, placeholder: str, span: Span) -> tuple[s.Expression | None, str]:
        """Return what a placeholder reads, or the placeholder itself where only Kubeflow knows it."""
        given, made = _INPUT.fullmatch(placeholder), _OUTPUT.fullmatch(placeholder)
        if given is not None:
            port = self._port(self.ports.inputs, given[2], "input", span)
            if port is None or not self._is_of_kind(port, given[1], placeholder, span):
                return None, ""
            name = s.Name(port.name, span)
            return self._of_input(name, placeholder, given[1], given[3], span)
        if made is not None:
            port = self._port(self.ports.outputs, made[2], "output", span)
            if port is None or not self._is_of_kind(port, made[1], placeholder, span):
                return None, ""
            if (made[1], made[3]) in (("parameters", ".output_file"), ("artifacts", ".path")):
                return s.Name(port.name, span), ""
            if (made[1], made[3]) == ("artifacts", ".uri"):
                return s.Field(s.Name(port.name, span), s.Name("uri", span), span), ""
            if made[1] == "artifacts" and (made[3] in ("", ".metadata") or _METADATA_KEY.fullmatch(made[3])):
                return None, placeholder
        self.reader.report(span, f"Kubeflow has no placeholder `{placeholder}`", "not one that it fills in")
        return None, ""

    def _of_input(
        self, name: s.Name, placeholder: str, group: str, rest: str, span: Span
    ) -> tuple[s.Expression | None, str]:
        if (group, rest) in (("parameters", ""), ("artifacts", ".path")):
            return name, ""
        key = _METADATA_KEY.fullmatch(rest)
        if group == "artifacts" and rest == ".uri":
            return s.Field(name, s.Name("uri", span), span), ""
        if group == "artifacts" and key is not None:
            metadata = s.Field(name, s.Name("metadata", span), span)
            return s.Index(metadata, s.Text(key[1], "verbatim", span), span), ""
        if rest in ("", ".metadata") or _ESCAPED.fullmatch(rest):
            return None, placeholder
        self.reader.report(span, f"Kubeflow has no placeholder `{placeholder}`", "not one that it fills in")
        return None, ""

    def _port(self, known: Any, key: str, what: str, span: Span) -> Port | None:  # noqa: ANN401  # a mapping of ports
        port: Port | None = known.get(key)
        if port is None:
            self.reader.report(
                span,
                f"the component has no {what} `{key}`",
                f"{what}s: {', '.join(known) or 'none'}",
                helps=similar(key, known, span),
            )
        return port

    def _is_of_kind(self, port: Port, group: str, placeholder: str, span: Span) -> bool:
        if (group == "parameters") == bool(port.kind):
            return True
        what = f"a value, a `{port.kind}`" if port.kind else "an artifact"
        self.reader.report(
            span, f"`{port.key}` is {what}, and `{placeholder}` reads the other", "the other kind"
        )
        return False


def _literal(text: str, span: Span) -> Iterator[str | s.Expression]:
    """Yield the parts of a text without placeholders, as Kubernetes reads its `$`."""
    at, plain = 0, ""
    for match in _DOLLAR.finditer(text):
        plain += text[at : match.start()]
        at = match.end()
        if match[1] is None:
            plain += "$"
            continue
        if plain:
            yield plain
        yield s.VariableRef(match[1], span)
        plain = ""
    if plain + text[at:]:
        yield plain + text[at:]
