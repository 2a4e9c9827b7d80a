"""The syntax of CEL."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any


class CelError(Exception):
    """An expression that is wrong, or that fails."""


@dataclass(frozen=True, slots=True)
class Node:
    """A part of an expression: `kind` is an operator or a word, `parts` its operands."""

    kind: str
    value: Any = None
    parts: tuple[Node, ...] = ()


_TOKEN = re.compile(
    r"""\s*(?:
      (?P<number>[0-9]+\.[0-9]+(?:[eE][+-]?[0-9]+)?|[0-9]+[eE][+-]?[0-9]+|[0-9]+)
    | (?P<text>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
    | (?P<name>[A-Za-z_][A-Za-z0-9_]*)
    | (?P<symbol>&&|\|\||==|!=|<=|>=|[-+*/%<>!?:.,()\[\]{}])
    )""",
    re.VERBOSE,
)
_LEVELS = (
    ("||",),
    ("&&",),
    ("==", "!=", "<", "<=", ">", ">=", "in"),
    ("+", "-"),
    ("*", "/", "%"),
)
_WORDS = {"true": True, "false": False, "null": None}
_FUNCTIONS = frozenset({"int", "double", "string", "bool", "size", "parseJson", "dyn"})
_METHODS = frozenset({"startsWith", "endsWith", "contains", "matches"})
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}
_ESCAPE = re.compile(r"\\(?:x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|([0-3][0-7]{2})|(.))")
_PLAIN_ESCAPES = frozenset("\\'\"`?")


def parsed(text: str) -> Node:
    """Return the tree of an expression.

    Raises:
        CelError: the text is not an expression.
    """
    parser = _Parser(_tokens(text))
    tree = parser.ternary()
    parser.expect("end", "")
    return tree


def _tokens(text: str) -> list[tuple[str, str]]:
    found = []
    position, end = 0, len(text.rstrip())
    while position < end:
        match = _TOKEN.match(text, position)
        if match is None or match.lastgroup is None:
            message = f"syntax error at {text[position : position + 10]!r}"
            raise CelError(message)
        found.append((match.lastgroup, match[match.lastgroup]))
        position = match.end()
    return [*found, ("end", "")]


def _unquoted(token: str) -> str:
    def replaced(match: re.Match[str]) -> str:
        hexadecimal = match[1] or match[2] or match[3]
        if hexadecimal:
            return chr(int(hexadecimal, 16))
        if match[4]:
            return chr(int(match[4], 8))
        if match[5] in _ESCAPES:
            return _ESCAPES[match[5]]
        if match[5] in _PLAIN_ESCAPES:
            return match[5]
        message = f"unknown escape {match[0]}"
        raise CelError(message)

    return _ESCAPE.sub(replaced, token[1:-1])


class _Parser:
    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self.tokens = tokens
        self.at = 0

    def next_is(self, *symbols: str) -> bool:
        kind, text = self.tokens[self.at]
        return text in symbols and (kind == "symbol" or text == "in")

    def take(self) -> tuple[str, str]:
        self.at += 1
        return self.tokens[self.at - 1]

    def expect(self, kind: str, text: str | None = None) -> str:
        found = self.take()
        if found[0] != kind or (text is not None and found[1] != text):
            message = f"syntax error: expected {text or kind}, found {found[1] or 'the end'!r}"
            raise CelError(message)
        return found[1]

    def ternary(self) -> Node:
        condition = self.binary(0)
        if not self.next_is("?"):
            return condition
        self.take()
        first = self.binary(0)
        self.expect("symbol", ":")
        return Node("?:", None, (condition, first, self.ternary()))

    def binary(self, level: int) -> Node:
        if level == len(_LEVELS):
            return self.unary()
        left = self.binary(level + 1)
        while self.next_is(*_LEVELS[level]):
            symbol = self.take()[1]
            left = Node(symbol, None, (left, self.binary(level + 1)))
        return left

    def unary(self) -> Node:
        if self.next_is("!", "-"):
            symbol = self.take()[1]
            return Node("!" if symbol == "!" else "negative", None, (self.unary(),))
        return self.member()

    def member(self) -> Node:
        node = self.primary()
        while self.next_is(".", "["):
            if self.take()[1] == "[":
                node = Node("index", None, (node, self.ternary()))
                self.expect("symbol", "]")
                continue
            name = self.expect("name")
            field = Node("index", None, (node, Node("literal", name)))
            node = self.method(node, name) if self.next_is("(") else field
        return node

    def method(self, owner: Node, name: str) -> Node:
        arguments = self.arguments("(", ")")
        if name == "size" and not arguments:
            return Node("call", "size", (owner,))
        if name not in _METHODS or len(arguments) != 1:
            message = f"undeclared reference to '{name}'"
            raise CelError(message)
        return Node("method", name, (owner, *arguments))

    def primary(self) -> Node:
        kind, text = self.tokens[self.at]
        if self.next_is("("):
            self.take()
            inner = self.ternary()
            self.expect("symbol", ")")
            return inner
        if self.next_is("["):
            return Node("list", None, self.arguments("[", "]"))
        if self.next_is("{"):
            return self.map()
        self.take()
        match kind:
            case "number":
                return Node("literal", int(text) if text.isdigit() else float(text))
            case "text":
                return Node("literal", _unquoted(text))
            case "name" if text in _WORDS:
                return Node("literal", _WORDS[text])
            case "name" if self.next_is("("):
                return self.call(text)
            case "name" if text != "in":
                return Node("name", text)
        message = f"syntax error at {text or 'the end'!r}"
        raise CelError(message)

    def call(self, name: str) -> Node:
        arguments = self.arguments("(", ")")
        if name == "has" and len(arguments) == 1 and arguments[0].kind == "index":
            return Node("has", None, arguments)
        if name not in _FUNCTIONS or len(arguments) != 1:
            message = f"undeclared reference to '{name}'"
            raise CelError(message)
        return Node("call", name, arguments)

    def arguments(self, opening: str, closing: str) -> tuple[Node, ...]:
        self.expect("symbol", opening)
        found: list[Node] = []
        while not self.next_is(closing):
            if found:
                self.expect("symbol", ",")
            found.append(self.ternary())
        self.take()
        return tuple(found)

    def map(self) -> Node:
        self.expect("symbol", "{")
        found: list[Node] = []
        while not self.next_is("}"):
            if found:
                self.expect("symbol", ",")
            found.append(self.ternary())
            self.expect("symbol", ":")
            found.append(self.ternary())
        self.take()
        return Node("map", None, tuple(found))
