"""Regular expressions mean what they mean to RE2, and take no time that grows beyond their size."""

from __future__ import annotations

import re

import pytest

from kfdsl.compiler import check_text
from kfdsl.patterns import Pattern

PATTERNS = [
    "",
    "a",
    "a|b",
    "a|",
    "ab*c",
    "^a+$",
    "^(ab|cd)+$",
    "^(?:a|ab)(c|bcd)(d*)$",
    "a{2,3}",
    "^a{2}$",
    "^(a?){3}a{3}$",
    "^a{2,}$",
    "[^a-c]",
    "[]a]",
    "[a\\]b]+c",
    r"\d+\.\d+",
    r"^[\w-]+$",
    r"\bcd\b",
    r"\Bb",
    ".",
    "^.$",
    "(?s)^.$",
    "(?i)AB",
    "(?i:A)b",
    "(?m)^b$",
    "a{,2}x",
    "x{",
    r"\x41",
    r"[\x41-\x43]",
    "(?P<name>a)b",
    "a*?b",
    "(a*)*",
    "()*x",
    "[[]",
]
TEXTS = [
    "",
    "a",
    "b",
    "ab",
    "abc",
    "aab",
    "aaa",
    "aaaa",
    "abcd",
    "A",
    "AB",
    "1.5",
    "a-b",
    "a\nb",
    "\n",
    "a]c",
    "{x{",
    "a{,2}x",
    "cd ab",
    "x",
    "[",
    "é",
]


@pytest.mark.parametrize("pattern", PATTERNS)
def test_agrees_with_the_backtracking_one(pattern: str) -> None:
    """Where the two read a pattern alike."""
    python = pattern.replace("a{,2}x", r"a\{,2\}x").replace("[[]", r"[\[]")
    python = re.sub(r"(?<!\\)\$", r"\\Z", python) if "(?m)" not in python else python
    texts = [t for t in TEXTS if t.isascii() or "(?i" not in pattern]

    assert {t: Pattern(pattern).found(t) for t in texts} == {
        t: re.search(python, t, re.ASCII) is not None for t in texts
    }


@pytest.mark.parametrize(
    "pattern", ["(a+)+$", "^(a|a)*$", "(a|aa)+$", "^a*a*a*a*a*a*a*a*$", "(.*)*x", "^(a?){500}a{500}$"]
)
def test_no_pattern_takes_forever(pattern: str) -> None:
    assert not Pattern(pattern).found("a" * 400 + "!")


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        (r"(a)\1", "refers back"),
        ("(?=a)", "ahead"),
        ("(?!a)", "ahead"),
        ("(?<=a)b", "back"),
        ("(?<!a)b", "back"),
        ("(?>a)", "groups"),
        ("(?#note)", "groups"),
        ("(?x)a", "groups"),
        ("a++", "repeated"),
        ("a**", "repeated"),
        ("*a", "repeats nothing"),
        ("a{1001}", "1000"),
        ("a{3,2}", "at least"),
        ("(a", "not closed"),
        ("a)", "closes nothing"),
        ("[a", "not closed"),
        ("[b-a]", "range"),
        (r"\Z", "no escape"),
        (r"[\Z]", "no escape"),
        (r"a\y", "no escape"),
        ("a\\", "no escape"),
    ],
)
def test_what_the_engine_does_not_read(pattern: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Pattern(pattern)


@pytest.mark.parametrize("pattern", [r"\p{Greek}", "[[:alpha:]]", r"\Qa\E", "(a{900}){900}"])
def test_left_to_the_engine(pattern: str) -> None:
    with pytest.raises(NotImplementedError):
        Pattern(pattern)


def test_a_search_that_takes_too_long_is_left_to_the_engine() -> None:
    with pytest.raises(NotImplementedError):
        Pattern("(a{0,90}){0,90}$").found("a" * 10_000 + "!")


def test_constant_condition_is_answered() -> None:
    text = 'edition 2026\nlet a = matches("' + "a" * 60 + '!", "(a+)+$")\n'
    found = check_text(
        text + "pipeline p {\n  param x: bool = a\n  step s { image = 'a', command = ['b', string(x)] }\n}\n"
    )

    assert [d.message for d in found if d.severity == "error"] == []
