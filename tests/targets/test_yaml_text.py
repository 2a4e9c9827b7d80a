"""Whatever `yaml_text` writes, readers of YAML 1.1 and of YAML 1.2 read the same value from it."""

from __future__ import annotations

import io
import itertools
import math
import os
from typing import TYPE_CHECKING

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from kfdsl.targets.yaml_text import block, escaped, flow, scalar

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kfdsl.targets.yaml_text import Value

PROPERTY = settings(derandomize="CI" in os.environ, deadline=None)


class Loader(yaml.SafeLoader):
    """Leaves dates as strings, as Kubernetes does."""


Loader.yaml_implicit_resolvers = {
    first: [(tag, regexp) for tag, regexp in rules if tag != "tag:yaml.org,2002:timestamp"]
    for first, rules in yaml.SafeLoader.yaml_implicit_resolvers.items()
}

# fmt: off
ODD = [
    *r"""
    y Y n N yes Yes YES no No NO on On ON off Off OFF oN yES true True TRUE tRUE false False FALSE
    null Null NULL nULL ~ none None nan NaN .nan .NaN .NAN inf .inf .Inf -.inf +.INF -inf +inf Infinity
    0 -0 +0 1 +1 -1 007 08 0o7 0O7 0x1F 0X1f 0b11 0B1 1_000 _1 1_ 0_ 1e3 1E3 1e+3 1e-3 1.e3 .5 -.5 +.5 5. 1.5
    1.2.3 10.0.0.1 12:30 12:30:45 1:20.5 190:20:30 -1:30 2024-01-01 2024-1-1 2024-01-01T00:00:00Z
    0.0 -0.0 1__0
    5m 500m 2Gi 1h30m 3f 1L 0d 12e 1e 1b 0o 0x 1T 3.11-slim 99999999999999999999999 1e999 _ __ -_ +_ ._ -._ _.
    - -- --- ... . .. ./a ../a .a -a --a ---a -1a -.a : :a a: a:b a::b ::a a:: ? ?a a?b # #a a#b &
    &a * *a ! !a
    !!str | > |- >+ % %YAML @ @a ` `a = =a << < > [ ] { } [a] {a} , a,b a,b, [a a] {{a}} {{=a}}
    {{workflow.name}}
    ' " '' "" 'a' "a" it's a"b \ a\b C:\n \n \u0041 $HOME ${A} $(a) $ / /a // ~/a ~a a~ a*b a&b a!b a|b a>b
    http://x?y=z#f gs://b/o python:3.11-slim a@sha256:0 k=v k=1 é ñandú 日本 ² é: ¡ “a” 😀
    """.split(),  # noqa: SIM905  # hundreds of texts
    "", " ", "  ", " a", "a ", "a  b", "a b", "a: b", "a :b", "a : b", "a #b", "a # b", "- a",
    "? a", "a -", "a - b",
    "a | b", "a > b", "a & b", "a ! b", "a * b", "a % b", "a @ b", "a b:", "yes no", "1 2", "\t",
    "a\tb", "\ta",
    "a\t", "2024-01-01 00:00:00", 'a "b" c', "it's \"b\"", "'a' \\ \"b\"", "\x00", "\x07", "\x1b",
    "\x7f", "\x80",
    "\x85", "\xa0", "a\xa0", "\xad", "\u0663", "\u1680", "\u200b", "\u200d", "\u2028", "\u2029", "\ufeff",
    "\ufeffa", "a\ufeff", "\ufdd0", "\uff13", "\ufffe", "\uffff", "\n", "\n\n", "a\n", "a\n\n",
    "\na", "\n\na\n",
    " a\nb", "\n a\nb", "  \na", "a\n  \nb", "a\n  ", "a\n  \n", "\ta\nb", "a\n\tb\n", "\n\ta\n", "a\t\nb \n",
    "a\n# b\n", "# a\nb\n", "---\na\n---\n", "a\n...\n", "%a\nb", "a: b\n- c\n", "a\rb",
    "a\r\nb\r\n", "a\x85b\n",
    "a\u2028b\n", "a\ufeff\nb", "\ufeffa\nb", "a\x00\nb", " \n ", "\t\n", "a\nb\\", "😀\né\n", " \n  a\n",
    "   \n a\nb\n", "a\n\n\n\nb\n\n\n", "a" * 3000, "a b " * 900, "a\n" * 300, "é" * 1100, "\x00" * 300,
]
# fmt: on


def read(text: str) -> Iterator[object]:
    yield yaml.load(text, Loader)  # noqa: S506  # derived from the safe one
    yield YAML(typ="safe", pure=True).load(io.StringIO(text))


def assert_same(value: Value, written: str) -> None:
    for result in read(written):
        assert repr(result) == repr(value), written


def untupled(value: Value) -> Value:
    if isinstance(value, dict):
        return {key: untupled(entry) for key, entry in value.items()}
    return [untupled(entry) for entry in value] if isinstance(value, (list, tuple)) else value


def assert_round_trip(value: Value) -> None:
    """`value` comes back from all places where it may be written."""
    known = untupled(value)
    assert_same({"k": known}, f"k: {flow(value)}\n")
    assert_same({"k": known, "z": 1}, f"k: {block(value, 0)}\nz: 1\n")
    assert_same({"a": {"k": known, "z": 1}}, f"a:\n   k: {block(value, 3)}\n   z: 1\n")
    assert_same({"a": [{"k": known, "z": 1}, 2]}, f"a:\n- k: {block(value, 2)}\n  z: 1\n- 2\n")


characters = st.characters(exclude_categories=["Cs"])
texts = st.one_of(
    st.text(characters, max_size=20),
    st.text(st.sampled_from("ab0.1-: #\n\t '\"\\,[]{}?|>!&*%@`=<~_+exyno\u00e9"), max_size=12),
    st.sampled_from(ODD),
    st.lists(st.sampled_from(["a", " ", "  b", "\t", "", "c: d ", "-", "#"]), max_size=6).map("\n".join),
)
scalars = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), texts)
values = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=8),
        st.lists(inner, max_size=3).map(tuple),
        st.dictionaries(texts, inner, max_size=5),
    ),
    max_leaves=12,
)


@PROPERTY
@given(values)
def test_every_value_comes_back(value: Value) -> None:
    assert_round_trip(value)


@PROPERTY
@given(texts)
def test_every_text_comes_back(text: str) -> None:
    assert_round_trip(text)


def test_odd_texts_come_back_as_values_and_as_keys() -> None:
    assert_round_trip(ODD)
    assert_round_trip(dict.fromkeys(ODD, 1))
    assert_round_trip({"a": [{word: word} for word in ODD]})
    assert_round_trip([[[word], {word: [word, {word: word}]}] for word in ODD])


@pytest.mark.parametrize("word", ODD)
def test_an_odd_text_comes_back_from_every_place(word: str) -> None:
    assert_round_trip(word)
    assert_round_trip([word])
    assert_round_trip({word: {word: [word, [word, word]]}})


def test_short_texts_of_signs_come_back() -> None:
    """All pairs and triples of the characters that mean something in YAML."""
    signs = "a1-:# .'\"\\,[]{}?|>!&*%@`=<~_+\n\t"
    for first in signs:
        words = [
            first + "".join(rest) for size in (0, 1, 2) for rest in itertools.product(signs, repeat=size)
        ]
        assert_same({"k": words}, f"k: {block(words, 0)}\n")


@pytest.mark.parametrize("plane", range(17))
def test_every_code_point_comes_back(plane: int) -> None:
    """Characters written in the same way are put into one string, between letters."""
    parts = []
    for start in range(plane << 16, (plane + 1) << 16, 4096):
        groups: dict[tuple[str, int], list[str]] = {}
        for character in map(chr, range(start, start + 4096)):
            if not "\ud800" <= character <= "\udfff":
                form = scalar(f"a{character}a")
                groups.setdefault((form[0], len(form)), []).append(character)
        parts += ["a".join(["", *group, ""]) for group in groups.values()]

    assert_same({"k": parts}, f"k: {block(parts, 0)}\n")
    literals = [f"a\n{part}\nb\n" for part in parts if "\\" not in scalar(part)]
    assert_same({"k": literals}, f"k: {block(literals, 0)}\n")


@pytest.mark.parametrize(
    "character",
    [chr(code) for code in range(0x100)] + ["\u2028", "\ufeff", "\uffff", "😀"],
)
def test_a_character_comes_back_from_every_position(character: str) -> None:
    words = [character, f"{character}a", f"a{character}", f"a{character}a", f"a {character} a", character * 3]
    assert_same(words, flow(words))
    assert_same({"k": words}, f"k: {block(words, 0)}\n")
    lines = [f"a\n{word}\n" for word in words]
    assert_same({"k": lines}, f"k: {block(lines, 0)}\n")


def test_single_values_have_one_form() -> None:
    forms = {
        None: "null",
        True: "true",
        0: "0",
        -5: "-5",
        0.5: "0.5",
        1e-7: "1.0e-07",
        1e22: "1.0e+22",
        1.5e300: "1.5e+300",
    }

    assert {value: scalar(value) for value in forms} == forms
    assert [scalar(value) for value in (1.0, -0.0, False)] == ["1.0", "-0.0", "false"]


def test_numbers_that_are_none_come_back() -> None:
    assert_round_trip([math.inf, -math.inf, math.nan])


@pytest.mark.parametrize(
    "text",
    """a train.py python:3.11-slim ghcr.io/a/b@sha256:0f gs://bucket/x http://h:80/p
    --epochs -c ./run.sh ../a .git /tmp
    500m 2Gi 1h30m 3.11a $HOME k=v a_b snake-case Foo::Bar $(date) é 日本 nobody yes1 offset""".split(),  # noqa: SIM905  # as above
)
def test_plain_texts_have_no_quotes(text: str) -> None:
    assert scalar(text) == text


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("{{inputs.parameters.x}}", '"{{inputs.parameters.x}}"'),
        ("it's", '"it\'s"'),
        ('say "hi"', "'say \"hi\"'"),
        ("C:\\new", "'C:\\new'"),
        ('it\'s "x"', '"it\'s \\"x\\""'),
        ('"\n', '"\\"\\n"'),
        (
            "\x00\x7f\x85\u2028\ufeff\uffff\U000f0000\U0001f600",
            '"\\u0000\\u007f\\u0085\\u2028\\ufeff\\uffff\\U000f0000😀"',
        ),
        ("", '""'),
        ("5", '"5"'),
        ("on", '"on"'),
        ("y", '"y"'),
        ("N", '"N"'),
    ],
)
def test_quotes_are_those_that_read_best(text: str, written: str) -> None:
    assert scalar(text) == written


def test_half_characters_are_refused() -> None:
    with pytest.raises(ValueError, match="half of a character"):
        scalar("a\ud83d")
    with pytest.raises(ValueError, match="half of a character"):
        block({"k": ["a\n\udc00\n"]}, 0)


def test_what_is_no_scalar_is_refused() -> None:
    with pytest.raises(TypeError, match="no YAML for list"):
        scalar([])


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ({}, "{}"),
        ([], "[]"),
        ((), "[]"),
        ({"a": {}, "b": [], "on": None}, '\n  a: {}\n  b: []\n  "on": null'),
        (["sh", "-c"], "[sh, -c]"),
        (list("abcdefg"), "\n- a\n- b\n- c\n- d\n- e\n- f\n- g"),
        (["a" * 50, "b" * 50], f"\n- {'a' * 50}\n- {'b' * 50}"),
        (["sh", "a\nb\n"], "\n- sh\n- |\n  a\n  b"),
        ([{"name": "a", "value": ["b"]}, {}], "\n- name: a\n  value: [b]\n- {}"),
        ([[{"a": 1}], ["b"]], "\n- - a: 1\n- [b]"),
        ({"a": [{"b": "c\n\n d"}]}, "\n  a:\n  - b: |-\n      c\n\n       d"),
        (" a\nb\n\n", "|2+\n   a\n  b\n"),
        ("a\r\nb\n", '"a\\r\\nb\\n"'),
        ("a\n ", '"a\\n "'),
    ],
)
def test_blocks_are_written_as_people_do(value: Value, written: str) -> None:
    assert block(value, 0) == written


def test_lists_on_one_line_end_before_the_limit() -> None:
    entry = "a" * 89

    assert block({"a": {"key": [entry]}}, 0).splitlines()[-1] == f"    key: [{entry}]"
    assert block({"a": {"keys": [entry]}}, 0).splitlines()[-1] == f"    - {entry}"


@pytest.mark.parametrize("empty", [[], {}, ""], ids=repr)
@pytest.mark.parametrize("length", [98, 999, 1001, 3000])
def test_what_is_empty_comes_back_behind_a_long_key(length: int, empty: Value) -> None:
    assert_round_trip({"a" * length: empty})


def test_escaped_texts_have_nothing_unseen() -> None:
    assert escaped("a\té\u202e\n") == "a\\té\\u202e\\n"
