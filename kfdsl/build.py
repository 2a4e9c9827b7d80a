"""What each rule of the grammar becomes: `Builder` has one method a rule, tokens and nodes in, a node out."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from kfdsl import syntax as s
from kfdsl.lex import MOST, Tokens
from kfdsl.node import Node
from kfdsl.source import Source, Span

N = TypeVar("N")
# Nodes, and numbers of tokens where the grammar keeps one: a parser's stack has no one type.
Children = list[Any]
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|[\s\S])")
_SIMPLE = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", '"': '"', "\\": "\\", "/": "/", "$": "$"}


class Builder:
    """Makes nodes; `problems` holds `(what, span, word)` of unreadable texts: `escape`, `surrogate`."""

    def __init__(self, tokens: Tokens) -> None:
        """Build from these tokens."""
        self.tokens = tokens
        self.source: Source = tokens.source
        self.problems: list[tuple[str, Span, str]] = []
        self.documented = "##" in self.source.text

    def method(self, rule: str) -> Callable[[Span, Children], Any]:
        """Return what builds a rule's node."""
        made: Callable[[Span, Children], Any] = getattr(self, f"make_{rule}")
        return made

    def token_span(self, index: int) -> Span:
        """Return where a token stands."""
        return Span(self.source, self.tokens.starts[index], self.tokens.ends[index])

    def word(self, index: int) -> s.Name:
        """Return a token as a name."""
        return s.Name(self.tokens.text(index), self.token_span(index))

    def quoted(self, index: int) -> s.Text:
        """Return a `"…"` token as text."""
        span = self.token_span(index)
        return s.Text(self.unescape(span.text[1:].removesuffix('"'), span), "quoted", span)

    def unescape(self, text: str, span: Span) -> str:
        r"""Resolve the escapes of `"…"`, those of JSON and `\$`."""
        if "\\" not in text:
            return text

        def resolve(match: re.Match[str]) -> str:
            what = match[1]
            if what[0] == "u" and len(what) > 1:
                return chr(int(what[1:], 16))
            if what not in _SIMPLE and len(self.problems) < MOST:
                self.problems.append(("escape", span, match[0]))
            return _SIMPLE.get(what, what)

        value = _ESCAPE.sub(resolve, text)
        if any("\ud800" <= c <= "\udfff" for c in value):
            paired = value.encode("utf-16-le", "surrogatepass")
            try:
                value = paired.decode("utf-16-le")
            except UnicodeDecodeError:
                value = paired.decode("utf-16-le", "replace")
                self.problems.append(("surrogate", span, text))
        return value

    def doc(self, span: Span) -> str:
        """Return the `##` lines directly above a declaration, joined, without the marks.

        They are part of the line end before it; what follows another declaration on its line has none.
        """
        tokens = self.tokens
        index = bisect_left(tokens.starts, span.start) if self.documented else 0
        if index == 0 or tokens.kinds[index - 1] != "_NL":
            return ""
        above = self.source.text[tokens.starts[index - 1] : span.start].split("\n")[:-1]
        if index > 1:
            del above[:1]
        lines: list[str] = []
        for line in reversed(above):
            if not line.lstrip().startswith("##"):
                break
            lines.append(line.strip()[2:].removeprefix(" "))
        return "\n".join(reversed(lines))

    def make_start(self, span: Span, c: Children) -> s.File:
        return s.File(tuple(c), span)

    def make_edition(self, span: Span, c: Children) -> s.Edition:
        return s.Edition(self.tokens.text(c[0]), span)

    def make_import(self, span: Span, c: Children) -> s.Import:
        return s.Import(self.quoted(c[0]), tuple(c[1:]), None, span)

    def make_import_as(self, span: Span, c: Children) -> s.Import:
        return s.Import(self.quoted(c[0]), (), self.word(c[1]), span)

    def make_imported(self, span: Span, c: Children) -> s.Imported:
        return s.Imported(self.word(c[0]), self.word(c[-1]), span)

    def make_let(self, span: Span, c: Children) -> s.Let:
        return s.Let(self.word(c[0]), kind_of(c), c[-1], span)

    def make_component(self, span: Span, c: Children) -> s.Component:
        return s.Component(self.word(c[0]), None, c[1], self.doc(span), span)

    def make_component_call(self, span: Span, c: Children) -> s.Component:
        return s.Component(self.word(c[0]), c[1], one(c, s.Block), self.doc(span), span)

    def make_pipeline(self, span: Span, c: Children) -> s.Pipeline:
        return s.Pipeline(self.word(c[0]), None, c[1], self.doc(span), span)

    def make_pipeline_call(self, span: Span, c: Children) -> s.Pipeline:
        return s.Pipeline(self.word(c[0]), c[1], one(c, s.Block), self.doc(span), span)

    def make_library(self, span: Span, c: Children) -> s.Library:
        return s.Library(self.word(c[0]), tuple(c[1:]), self.doc(span), span)

    def make_artifact(self, span: Span, c: Children) -> s.ArtifactType:
        return s.ArtifactType(self.word(c[0]), c[1], span)

    def make_block(self, span: Span, c: Children) -> s.Block:
        return s.Block(tuple(c), span)

    def make_step(self, span: Span, c: Children) -> s.Step:
        return s.Step(self.word(c[0]), None, clauses(c), one(c, s.Block), self.doc(span), span)

    def make_step_call(self, span: Span, c: Children) -> s.Step:
        return s.Step(self.word(c[0]), c[1], clauses(c), one(c, s.Block), self.doc(span), span)

    def make_for_clause(self, span: Span, c: Children) -> s.ForClause:
        return s.ForClause(many(c, s.Binding), many(c, s.Option), span)

    def make_binding(self, span: Span, c: Children) -> s.Binding:
        return s.Binding(self.word(c[0]), c[1], span)

    def make_option(self, span: Span, c: Children) -> s.Option:
        return s.Option(self.word(c[0]), c[1], span)

    def make_after(self, span: Span, c: Children) -> s.After:
        return s.After(tuple(c), span)

    def make_when(self, span: Span, c: Children) -> s.When:
        return s.When(c[0], span)

    def make_if(self, span: Span, c: Children) -> s.If:
        first = s.Branch(c[0], c[1], Span(self.source, span.start, c[1].span.end))
        return s.If((first, *c[2:]), span)

    def make_elif(self, span: Span, c: Children) -> s.Branch:
        return s.Branch(c[0], c[1], span)

    def make_else(self, span: Span, c: Children) -> s.Branch:
        return s.Branch(None, c[0], span)

    def make_for(self, span: Span, c: Children) -> s.For:
        return s.For(clauses(c), c[-1], span)

    def make_group(self, span: Span, c: Children) -> s.Group:
        return s.Group(self.word(c[0]), clauses(c), c[-1], self.doc(span), span)

    def make_param(self, span: Span, c: Children) -> s.Param:
        default, where = one(c, Default), one(c, Where)
        value = default.value if default is not None else None
        rule = where.value if where is not None else None
        return s.Param(self.word(c[0]), c[1], value, rule, self.doc(span), span)

    def make_default(self, span: Span, c: Children) -> Default:
        return Default(c[0])

    def make_where(self, span: Span, c: Children) -> Where:
        return Where(c[0])

    def make_in(self, span: Span, c: Children) -> s.In:
        return s.In(self.word(c[0]), kind_of(c), *self.binding(c), False, self.doc(span), span)

    def make_in_short(self, span: Span, c: Children) -> s.In:
        path = c[0]
        name = path.name if isinstance(path, s.Field) else s.Name("*", path.span)
        return s.In(name, None, path, *self.binding(c)[1:], True, self.doc(span), span)

    def make_field_path(self, span: Span, c: Children) -> s.Field:
        return s.Field(c[0], self.word(c[1]), span)

    def make_each_path(self, span: Span, c: Children) -> s.Each:
        return s.Each(c[0], span)

    def make_out(self, span: Span, c: Children) -> s.Out:
        return s.Out(self.word(c[0]), kind_of(c), *self.binding(c), self.doc(span), span)

    def binding(self, c: Children) -> tuple[Any, Any, Any, s.MapLiteral | None]:
        """Return the value, `at`, `to` and options of an `in` or `out`."""
        default, at, to = one(c, Default), one(c, At), one(c, To)
        return default and default.value, at and at.value, to and to.value, one(c[1:], s.MapLiteral)

    def make_at(self, span: Span, c: Children) -> At:
        return At(c[0])

    def make_to(self, span: Span, c: Children) -> To:
        return To(c[0])

    def make_secret(self, span: Span, c: Children) -> s.Resource:
        return s.Resource("secret", self.word(c[0]), c[1], one(c[2:], s.MapLiteral), span)

    def make_config(self, span: Span, c: Children) -> s.Resource:
        return s.Resource("config", self.word(c[0]), c[1], one(c[2:], s.MapLiteral), span)

    def make_volume(self, span: Span, c: Children) -> s.Resource:
        return s.Resource("volume", self.word(c[0]), c[1], None, span)

    def make_store(self, span: Span, c: Children) -> s.Resource:
        return s.Resource("store", self.word(c[0]), c[1], None, span)

    def make_defaults(self, span: Span, c: Children) -> s.Defaults:
        return s.Defaults(c[0], span)

    def make_script(self, span: Span, c: Children) -> s.Script:
        return s.Script(c[0], c[1], span)

    def make_setting(self, span: Span, c: Children) -> s.Setting:
        return s.Setting(self.word(c[0]), c[1], span)

    def make_range(self, span: Span, c: Children) -> s.Range:
        return s.Range(c[0], c[1], span)

    def make_range_from(self, span: Span, c: Children) -> s.Range:
        return s.Range(c[0], None, span)

    def make_range_to(self, span: Span, c: Children) -> s.Range:
        return s.Range(None, c[0], span)

    def make_patch(self, span: Span, c: Children) -> s.Patch:
        return s.Patch(tuple(self.word(i) for i in c[:-1]), c[-1], span)

    def make_handler(self, span: Span, c: Children) -> s.Handler:
        return s.Handler(self.word(c[0]), one(c, s.When), c[-1], span)

    def make_metric(self, span: Span, c: Children) -> s.Metric:
        return s.Metric(self.word(c[0]), c[1], span)

    def make_container(self, span: Span, c: Children) -> s.Container:
        return s.Container("container", self.word(c[0]), one(c, s.After), c[-1], span)

    def make_sidecar(self, span: Span, c: Children) -> s.Container:
        return s.Container("sidecar", self.word(c[0]), None, c[-1], span)

    def make_init(self, span: Span, c: Children) -> s.Container:
        return s.Container("init", self.word(c[0]), None, c[-1], span)

    def make_test(self, span: Span, c: Children) -> s.Test:
        return s.Test(c[0], self.word(c[1]), tuple(c[2:]), span)

    def make_with(self, span: Span, c: Children) -> s.With:
        return s.With(tuple(c), span)

    def make_stub(self, span: Span, c: Children) -> s.Stub:
        return s.Stub(c[0], attempt_of(c), c[-1], None, span)

    def make_stub_end(self, span: Span, c: Children) -> s.Stub:
        return s.Stub(c[0], attempt_of(c), None, c[-1], span)

    def make_attempt(self, span: Span, c: Children) -> Attempt:
        return Attempt(self.tokens.text(c[0]))

    def make_expect(self, span: Span, c: Children) -> s.Expect:
        return s.Expect(c[0], span)

    def make_type_name(self, span: Span, c: Children) -> s.TypeName:
        return s.TypeName(self.tokens.text(c[0]), span)

    def make_list_type(self, span: Span, c: Children) -> s.GenericType:
        return s.GenericType(self.tokens.text(c[0]), c[1], span)

    def make_enum(self, span: Span, c: Children) -> s.EnumType:
        return s.EnumType(tuple(c), span)

    def make_record(self, span: Span, c: Children) -> s.RecordType:
        return s.RecordType(tuple(c), span)

    def make_field_type(self, span: Span, c: Children) -> s.FieldType:
        return s.FieldType(self.word(c[0]), c[1], span)

    def make_optional(self, span: Span, c: Children) -> s.OptionalType:
        return s.OptionalType(c[0], span)

    def binary(self, operator: s.BinaryOperator) -> Callable[[Span, Children], s.Binary]:
        """Return what builds an operator's node."""
        return lambda span, c: s.Binary(operator, c[0], c[1], span)

    def make_compare(self, span: Span, c: Children) -> s.Binary:
        return s.Binary(self.tokens.text(c[1]), c[0], c[2], span)  # type: ignore[arg-type]  # the lexer has no others

    def make_not(self, span: Span, c: Children) -> s.Unary:
        return s.Unary("not", c[0], span)

    def make_negative(self, span: Span, c: Children) -> s.Unary:
        return s.Unary("-", c[0], span)

    def make_field(self, span: Span, c: Children) -> s.Field:
        return s.Field(c[0], self.word(c[1]), span)

    def make_each(self, span: Span, c: Children) -> s.Each:
        return s.Each(c[0], span)

    def make_index(self, span: Span, c: Children) -> s.Index:
        return s.Index(c[0], c[1], span)

    def make_call(self, span: Span, c: Children) -> s.Call:
        arguments = tuple(a if isinstance(a, s.Argument) else s.Argument(None, a, a.span) for a in c[1:])
        return s.Call(c[0], arguments, span)

    def make_named_argument(self, span: Span, c: Children) -> s.Argument:
        return s.Argument(self.word(c[0]), c[1], span)

    def make_parenthesis(self, span: Span, c: Children) -> s.Parenthesis:
        return s.Parenthesis(c[0], span)

    def make_name(self, span: Span, c: Children) -> s.Name:
        return s.Name(self.tokens.text(c[0]), span)

    def make_number(self, span: Span, c: Children) -> s.Number:
        return s.Number(self.tokens.text(c[0]), span)

    def make_true(self, span: Span, c: Children) -> s.Bool:
        return s.Bool(True, span)

    def make_false(self, span: Span, c: Children) -> s.Bool:
        return s.Bool(False, span)

    def make_list(self, span: Span, c: Children) -> s.ListLiteral:
        return s.ListLiteral(tuple(c), span)

    def make_map(self, span: Span, c: Children) -> s.MapLiteral:
        return s.MapLiteral(tuple(c), span)

    def make_entry(self, span: Span, c: Children) -> s.Entry:
        key = self.word(c[0])
        if key.text.startswith('"'):
            key = s.Name(self.quoted(c[0]).value, key.span)
        return s.Entry(key, c[1], span)

    def make_string(self, span: Span, c: Children) -> s.Text:
        return self.quoted(c[0])

    def make_verbatim(self, span: Span, c: Children) -> s.Text:
        return s.Text(span.text[1:].removesuffix("'"), "verbatim", span)

    def make_block_text(self, span: Span, c: Children) -> s.Text:
        return s.Text("".join(dedent([between_quotes(span.text)])), "block", span)

    def make_whole_block(self, span: Span, c: Children) -> s.Text:
        text = dedent([between_quotes(span.text[1:])])[0]
        return s.Text(text.replace("\\${", "${"), "block", span)

    def make_interpolated(self, span: Span, c: Children) -> s.Interpolation:
        parts: list[Any] = [
            self.unescape(piece(self.tokens, p), self.token_span(p)) if isinstance(p, int) else p for p in c
        ]
        return s.Interpolation(tuple(p for p in parts if p != ""), "quoted", span)

    def make_interpolated_block(self, span: Span, c: Children) -> s.Interpolation:
        texts = dedent([piece(self.tokens, p) for p in c if isinstance(p, int)])
        values = [p for p in c if not isinstance(p, int)]
        parts: list[Any] = [texts[0].replace("\\${", "${")]
        for value, text in zip(values, texts[1:], strict=True):
            parts += [value, text.replace("\\${", "${")]
        return s.Interpolation(tuple(p for p in parts if p != ""), "block", span)


for _name, _operator in {
    "or": "or",
    "and": "and",
    "less": "<",
    "greater": ">",
    "contains": "in",
    "coalesce": "??",
    "add": "+",
    "subtract": "-",
    "multiply": "*",
    "divide": "/",
    "modulo": "%",
}.items():

    def _make(_: Builder, span: Span, c: Children, operator: Any = _operator) -> s.Binary:  # noqa: ANN401
        return s.Binary(operator, c[0], c[1], span)

    setattr(Builder, f"make_{_name}", _make)


class Default(Node):
    """`= value`, on its way into a declaration."""

    value: s.Expression


class Where(Node):
    """`where predicate`, likewise."""

    value: s.Expression


class At(Node):
    """`at path`, likewise."""

    value: s.Expression


class To(Node):
    """`to place`, likewise."""

    value: s.Expression


class Attempt(Node):
    """`attempt 1`, likewise."""

    value: str


def one(children: Sequence[Any], kind: type[N]) -> N | None:
    """Return the last child of a kind."""
    return next((child for child in reversed(children) if isinstance(child, kind)), None)


def many(children: Sequence[Any], kind: type[N]) -> tuple[N, ...]:
    """Return the children of a kind."""
    return tuple(child for child in children if isinstance(child, kind))


def clauses(children: Sequence[Any]) -> tuple[s.Clause, ...]:
    """Return the clauses of a header."""
    return tuple(child for child in children if isinstance(child, (s.ForClause, s.After, s.When)))


def attempt_of(children: Sequence[Any]) -> str | None:
    """Return the number after `attempt`."""
    attempt = one(children, Attempt)
    return attempt.value if attempt else None


def kind_of(children: Sequence[Any]) -> s.Type | None:
    """Return the type of an `in` or `out`."""
    for child in children[1:2]:
        if isinstance(child, (s.TypeName, s.GenericType, s.EnumType, s.RecordType, s.OptionalType)):
            return child
    return None


def between_quotes(text: str) -> str:
    """Return what stands between the quotes of a block."""
    quotes = len(text) - len(text.lstrip('"'))
    return text[quotes:-quotes] if text.endswith('"' * quotes) and len(text) >= 2 * quotes else text[quotes:]


def piece(tokens: Tokens, index: int) -> str:
    """Return the text of one piece of an interpolation, without its marks."""
    text, kind = tokens.text(index), tokens.kinds[index]
    if kind.endswith("_HEAD"):
        text = text.removeprefix("$").lstrip('"') if kind == "BLOCK_HEAD" else text[1:]
    else:
        text = text[1:]
    if not kind.endswith("_TAIL"):
        return text[:-2]
    if kind == "STRING_TAIL":
        return text.removesuffix('"')
    opening = next(
        i for i in range(index, -1, -1) if tokens.kinds[i] == "BLOCK_HEAD" and _closes(tokens, i, index)
    )
    head = tokens.text(opening)[1:]
    quotes = len(head) - len(head.lstrip('"'))
    return text[:-quotes] if text.endswith('"' * quotes) else text


def _closes(tokens: Tokens, head: int, tail: int) -> bool:
    kinds = tokens.kinds[head : tail + 1]
    return kinds.count("BLOCK_HEAD") == kinds.count("BLOCK_TAIL")


def dedent(pieces: list[str]) -> list[str]:
    r"""Take the common indentation off a block, given as the texts between its values.

    Lines of white space do not count, nor the line of the closing quotes; the line break after the opening
    quotes and the last one before the closing quotes go. Line ends become `\n`.
    """
    pieces = [p.replace("\r\n", "\n") for p in pieces]
    if not any("\n" in p for p in pieces):
        return pieces
    first = pieces[0].split("\n", 1)
    opened = len(first) > 1 and not first[0].strip(" \t")
    if opened:
        pieces[0] = "\n" + first[1]
    last = pieces[-1].rsplit("\n", 1)
    if len(last) > 1 and not last[1].strip(" \t"):
        pieces[-1] = last[0] if last[0] or len(pieces) > 1 else "\n" if not opened else ""
    margin = len(_margin(pieces))
    if margin:
        pieces = ["\n".join(_without(margin, p.split("\n"))) for p in pieces]
    if opened:
        pieces[0] = pieces[0].removeprefix("\n")
    return pieces


def _without(margin: int, lines: list[str]) -> list[str]:
    return [
        lines[0],
        *(line[margin:] for line in lines[1:]),
    ]


def _margin(pieces: list[str]) -> str:
    """Return the white space that every line begins with."""
    margins = []
    for number, text in enumerate(pieces):
        lines = text.split("\n")[1:]
        for i, line in enumerate(lines):
            ends_here = i < len(lines) - 1 or number == len(pieces) - 1
            if line.strip(" \t") or not ends_here:
                margins.append(line[: len(line) - len(line.lstrip(" \t"))])
    if not margins:
        return ""
    low, high = min(margins), max(margins)
    length = next(
        (i for i, (a, b) in enumerate(zip(low, high, strict=False)) if a != b), min(len(low), len(high))
    )
    return low[:length]
