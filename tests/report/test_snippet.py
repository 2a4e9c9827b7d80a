"""Source lines, underlines and labels, below the headline."""

from __future__ import annotations

import pytest

from kfdsl.diagnostics import Label
from kfdsl.report.columns import lay_out
from kfdsl.source import Source, Span

from .sample import at, body, churn, finding, point, shown


def test_three_labels_hang_from_right_to_left() -> None:
    source = churn({1: "one two three"})
    labels = (Label(at(source, 1, "one"), "first"), Label(at(source, 1, "two"), "second"))
    expected = """
  |
1 | one two three
  | --- --- ^^^^^ third
  | |   |
  | |   second
  | first
"""

    assert body(finding(at(source, 1, "three"), "third", labels=labels)) == expected


def test_a_label_inside_another_hangs_below_it() -> None:
    source = churn({1: "memory = 500m + 1"})
    labels = (Label(at(source, 1, "500m + 1"), "the sum"),)
    expected = """
  |
1 | memory = 500m + 1
  |          ^^^^---- the sum
  |          |
  |          half a byte
"""

    assert body(finding(at(source, 1, "500m"), "half a byte", labels=labels)) == expected


def test_three_labels_of_the_same_text_are_all_readable() -> None:
    source = churn({1: "a = b"})
    labels = (Label(at(source, 1, "b"), "and here"), Label(at(source, 1, "b"), "and there"))
    expected = """
  |
1 | a = b
  |     ^ read here
  |     |
  |     and there
  |     and here
"""

    assert body(finding(at(source, 1, "b"), "read here", labels=labels)) == expected


@pytest.mark.parametrize(
    ("skipped", "between"),
    [(0, ""), (1, "2 | skipped\n"), (2, "...\n")],
    ids=["adjacent", "one line between", "two lines between"],
)
def test_lines_between(skipped: int, between: str) -> None:
    last = skipped + 2
    source = churn({1: "a", **dict.fromkeys(range(2, last), "skipped"), last: "z"})

    report = body(finding(at(source, last, "z"), labels=(Label(at(source, 1, "a"), "there"),)))

    assert report == f"\n  |\n1 | a\n  | - there\n{between}{last} | z\n  | ^ here\n"


def test_a_span_of_many_lines_is_marked_at_both_ends() -> None:
    source = churn({1: "  step a {", 2: "    x = 1", 3: "    y = 1", 4: "  }"})
    expected = """
  |
1 |   step a {
  |          ^
...
4 |   }
  |   ^ here
"""

    assert body(finding(at(source, 1, "{").to(at(source, 4, "}")))) == expected


def test_a_span_that_ends_with_a_line_end_does_not_reach_the_next_line() -> None:
    source = churn({1: "abc", 2: "def"})
    expected = """
  |
1 | abc
  |  ^^ here
"""

    assert body(finding(Span(source, 1, 4))) == expected


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_an_empty_span_at_the_end_of_a_line_has_one_caret(end: str) -> None:
    source = churn({1: "abc", 2: "def"}, end)
    expected = """
  |
1 | abc
  |    ^ here
"""

    assert body(finding(point(source, 1, 4))) == expected


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("", "\n  |\n1 |\n  | ^ here\n"),
        ("abc", "\n  |\n1 | abc\n  |    ^ here\n"),
        ("abc\n", "\n  |\n2 |\n  | ^ here\n"),
        ("abc\r\n", "\n  |\n2 |\n  | ^ here\n"),
    ],
)
def test_the_end_of_the_file_has_one_caret(content: str, expected: str) -> None:
    source = Source("a.pipe", content)

    assert body(finding(Span(source, len(content), len(content)))) == expected


def test_carriage_returns_of_line_ends_are_not_shown() -> None:
    source = churn({1: "abc", 2: "def"}, "\r\n")
    expected = """
  |
1 | abc
  |   ^
2 | def
  | ^^ here
"""

    assert body(finding(Span(source, 2, 7))) == expected


@pytest.mark.parametrize(
    ("line", "part", "expected"),
    [
        ("\tx = y", "x", "    x = y\n    ^"),
        ("a\tx", "x", "a    x\n     ^"),
        ("a\tx", "\t", "a    x\n ^^^^"),
        ("名前 = y", "y", "名前 = y\n       ^"),
        ("名前 = y", "前", "名前 = y\n  ^^"),
        ("ﾊａｔ y", "y", "ﾊａｔ y\n      ^"),
        ("cafe\u0301 y", "y", "cafe\u0301 y\n     ^"),
        ("cafe\u0301 y", "e\u0301", "cafe\u0301 y\n   ^"),
        ("cafe\u0301 y", "\u0301", "cafe\u0301 y\n   ^"),
        ("cafe\u0301 y", "cafe", "cafe\u0301 y\n^^^^"),
        ("a\u200bb y", "b", "a\u200bb y\n ^"),
        ("😀 y", "y", "😀 y\n   ^"),
        ("👩‍👩‍👧 y", "y", "👩‍👩‍👧 y\n   ^"),
        ("👍🏽 y", "y", "👍🏽 y\n   ^"),
        ("❤\ufe0f y", "y", "❤\ufe0f y\n   ^"),
        ("a\ufe0f y", "y", "a\ufe0f y\n  ^"),
        ("a🏽 y", "y", "a🏽 y\n    ^"),
        ("1\u20dd y", "y", "1\u20dd y\n  ^"),
        ("a\u00adb", "b", "a�b\n  ^"),
        ("🇦🇹 y", "y", "🇦🇹 y\n   ^"),
        ("\u1112\u1161\u11ab y", "y", "\u1112\u1161\u11ab y\n   ^"),
        ("a\x1b[2Jb", "b", "a␛[2Jb\n     ^"),
        ("a\x7fb", "\x7f", "a␡b\n ^"),
        ("a\x85b", "b", "a�b\n  ^"),
        ("a\rb", "b", "a␍b\n  ^"),
        ("a\ud800b", "b", "a�b\n  ^"),
        ("a\u202eb", "b", "a�b\n  ^"),
        ("a\u2028b", "b", "a�b\n  ^"),
    ],
)
def test_the_caret_is_below_the_character(line: str, part: str, expected: str) -> None:
    source = Source("a.pipe", line)

    report = body(finding(at(source, 1, part), ""))

    assert report == "\n  |\n1 | " + expected.replace("\n", "\n  | ") + "\n"


def test_each_character_of_a_layout_has_a_cell_and_so_has_the_end() -> None:
    assert lay_out("a\t字e\u0301") == ("a    字e\u0301", [(0, 1), (1, 5), (5, 7), (7, 8), (7, 8), (8, 9)])


def test_a_second_file_has_its_own_header() -> None:
    one = Source("one.pipe", "x = y\n")
    two = Source("lib/two.pipe", "\n" * 11 + "def y\n")
    expected = """
error: it is wrong  [some-rule KF999]
  --> one.pipe:1:5
   |
 1 | x = y
   |     ^ here
   |
  ::: lib/two.pipe:12:5
   |
12 | def y
   |     - there
   |
note: why
"""

    assert (
        shown(finding(at(one, 1, "y"), labels=(Label(at(two, 12, "y"), "there"),), notes=("why",)))
        == expected
    )


def test_a_long_line_is_cut_around_the_span() -> None:
    source = Source("a.pipe", "-" * 5_000_000 + "HERE" + "+" * 5_000_000)

    assert body(finding(at(source, 1, "HERE"))) == (
        f"\n  |\n1 | …{'-' * 60}HERE{'+' * 136}…\n  | {' ' * 61}^^^^ here\n"
    )


def test_a_label_that_was_cut_stands_at_the_mark_of_omission() -> None:
    source = Source("a.pipe", "there" + "-" * 1000 + "HERE")

    labels = (Label(at(source, 1, "there"), "far left"),)

    assert body(finding(at(source, 1, "HERE"), labels=labels)) == (
        f"\n  |\n1 | …{'-' * 196}HERE\n  | -{' ' * 196}^^^^ here\n  | |\n  | far left\n"
    )


def test_a_span_longer_than_what_is_shown_ends_with_it() -> None:
    source = Source("a.pipe", "x" * 1000)

    assert body(finding(at(source, 1, "x" * 1000))) == f"\n  |\n1 | {'x' * 200}…\n  | {'^' * 200} here\n"
