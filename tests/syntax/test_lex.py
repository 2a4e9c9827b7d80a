"""Texts to tokens: line ends, brackets, texts, and what is no token."""

from __future__ import annotations

import pytest

from kfdsl.lex import DEEPEST, MOST, lex
from kfdsl.source import Source


def kinds(text: str) -> str:
    """Return the kinds of a text's tokens, without the last, `$END`."""
    tokens = lex(Source("x", text))
    assert tokens.problems == []
    return " ".join(tokens.kinds[:-1])


def texts(text: str) -> list[str]:
    tokens = lex(Source("x", text))
    assert tokens.problems == []
    return [tokens.text(i) for i in range(len(tokens.kinds) - 1)]


def problems(text: str) -> list[tuple[str, str]]:
    source = Source("x", text)
    return [(what, source.text[start:end]) for what, start, end in lex(source).problems]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("flip-coin", ["flip-coin"]),
        ("a-1", ["a-1"]),
        ("a - 1", ["a", "-", "1"]),
        ("a-", ["a", "-"]),
        ("_x__", ["_x__"]),
        ("1_000", ["1_000"]),
        ("1.5Gi", ["1.5Gi"]),
        ("1h30min", ["1h30min"]),
        ("1e3", ["1e3"]),
        ("1.5e-3", ["1.5e-3"]),
        ("2..4", ["2", "..", "4"]),
        ("2Gi..4Gi", ["2Gi", "..", "4Gi"]),
        ("1.x", ["1", ".", "x"]),
        ("a.*.b", ["a", ".", "*", ".", "b"]),
        ("a??b", ["a", "??", "b"]),
        ("a<=b", ["a", "<=", "b"]),
        ("list<int>", ["list", "<", "int", ">"]),
        ('"a b"', ['"a b"']),
        (r'"\"\\"', [r'"\"\\"']),
        ('"$x"', ['"$x"']),
        ('"$$${x}"', ['"$$${', "x", '}"']),
        (r'"\${x}"', [r'"\${x}"']),
        ("'a\\'", ["'a\\'"]),
        ("'${x}'", ["'${x}'"]),
    ],
)
def test_tokens_are(text: str, expected: list[str]) -> None:
    assert texts(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\nb", "NAME _NL NAME"),
        ("a\r\nb", "NAME _NL NAME"),
        ("a # x\n\n  # y\nb", "NAME _NL NAME"),
        ("a # x", "NAME"),
        ("[a\nb]", "[ NAME NAME ]"),
        ("(a\n# x\nb)", "( NAME NAME )"),
        ("{a\nb}", "{ NAME _NL NAME }"),
        ("[{a\nb}\n]", "[ { NAME _NL NAME } ]"),
        ('"${a}"', "STRING_HEAD NAME STRING_TAIL"),
        ('"${a}-${b}"', "STRING_HEAD NAME STRING_MID NAME STRING_TAIL"),
        ('"${{a = 1}}"', "STRING_HEAD { NAME = NUMBER } STRING_TAIL"),
        ('"${"${a}"}"', "STRING_HEAD STRING_HEAD NAME STRING_TAIL STRING_TAIL"),
        ('"""a\n"b" ""\n"""', "BLOCK"),
        ('"""""a""" """"""', "BLOCK"),
        ('"""a""""', "BLOCK"),
        ('$"""a"""', "BLOCK_WHOLE"),
        ('$"""${a}"""', "BLOCK_HEAD NAME BLOCK_TAIL"),
        ('$"""${a}"${b}"""', "BLOCK_HEAD NAME BLOCK_MID NAME BLOCK_TAIL"),
        ('$"""\\${a}"""', "BLOCK_WHOLE"),
        ('$""""a """ ${b}""""', "BLOCK_HEAD NAME BLOCK_TAIL"),
    ],
)
def test_kinds_are(text: str, expected: str) -> None:
    assert kinds(text) == expected


def test_byte_order_mark_is_no_token() -> None:
    assert texts("\ufeffa") == ["a"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('"a\nb', ("string", '"a')),
        ("'a\r\nb", ("verbatim", "'a")),
        ('"""a', ("block", '"""')),
        ("é", ("character", "é")),
        ("a && b", ("character", "&&")),
        (")", ("unopened", ")")),
    ],
)
def test_what_is_no_token_is_put_down(text: str, expected: tuple[str, str]) -> None:
    assert problems(text) == [expected]


def test_unclosed_block_is_found_by_indentation() -> None:
    found = lex(Source("x", "pipeline p {\n  step a {\n    image = x\n  step b {\n  }\n}\n"))

    assert [(what, start) for what, start, _ in found.problems] == [("unclosed", 22)]


@pytest.mark.parametrize("opener", ["(", "[", "{", "{a = ", '"${', '$"""${', "f(a = "])
def test_too_many_brackets_are_one_problem(opener: str) -> None:
    tokens = lex(Source("x", opener * (DEEPEST + 10)))

    assert [what for what, _, _ in tokens.problems] == ["deep"]
    assert tokens.stopped


def test_brackets_may_be_deep() -> None:
    assert problems("(" * DEEPEST + ")" * DEEPEST) == []


def test_reading_stops_where_nothing_is_a_token() -> None:
    tokens = lex(Source("x", "`" * 10_000))

    assert tokens.stopped
    assert len(tokens.problems) == MOST + 1
