"""What is shown below the title of a fix."""

from __future__ import annotations

import pytest

from kfdsl.diagnostics import Edit, Fix
from kfdsl.source import Source, Span

from .sample import at, body, churn, finding, fixed, point


def test_a_fix_of_another_file_names_it() -> None:
    one = Source("one.pipe", "x = y\n")
    two = Source("two.pipe", "def z\n")
    fix = Fix("rename both", (Edit(at(two, 1, "z"), "q"), Edit(at(one, 1, "y"), "q")))
    expected = """
  |
1 | x = y
  |     ^ here
  |
help: rename both
  |
1 | x = q
  |     ~
 ::: two.pipe:1:5
  |
1 | def q
  |     ~
"""

    assert body(finding(at(one, 1, "y"), fixes=(fix,))) == expected


def test_what_a_fix_adds_inside_a_line_is_marked_in_columns() -> None:
    source = churn({1: "\t名前 = a b"})
    expected = """
  |
1 |     名前 = 前a c
  |            ++  ~
"""

    assert fixed(source, Edit(at(source, 1, "a"), "前a"), Edit(at(source, 1, "b"), "c")) == expected


def test_a_deletion_inside_a_line_shows_both_lines() -> None:
    source = churn({1: "a = b, c"})
    expected = """
  |
1 - a = b, c
1 + a = b
"""

    assert fixed(source, Edit(at(source, 1, ", c"), "")) == expected


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_deleted_line_is_shown_alone(end: str) -> None:
    source = churn({1: "a", 2: "b", 3: "c"}, end)
    expected = """
  |
2 - b
"""

    assert fixed(source, Edit(Span(source, source.starts[1], source.starts[2]), "")) == expected


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_change_of_many_lines_shows_what_goes_and_comes(end: str) -> None:
    source = churn({1: "{", 2: "a", 3: "b", 4: "}"}, end)
    edit = Edit(Span(source, 0, len(source.text)), end.join(["{", "c", "d", "e", "}", ""]))
    expected = """
  |
2 - a
3 - b
2 + c
3 + d
4 + e
"""

    assert fixed(source, edit) == expected


def test_an_insertion_before_the_first_line_shows_the_line_after() -> None:
    source = churn({1: "a"})
    expected = """
  |
1 + new
2 | a
"""

    assert fixed(source, Edit(point(source, 1, 1), "new\n")) == expected


@pytest.mark.parametrize(("content", "added"), [("a", "\n}\n"), ("a\n", "}\n")])
def test_an_insertion_at_the_end_of_the_file_is_one_line(content: str, added: str) -> None:
    source = Source("a.pipe", content)
    expected = """
  |
1 | a
2 + }
"""

    assert fixed(source, Edit(Span(source, len(content), len(content)), added)) == expected


def test_edits_of_distant_lines_have_the_numbers_after_the_change() -> None:
    source = churn({1: "a", 2: "b", 3: "c", 9: "z"})
    edits = (Edit(at(source, 9, "z"), "y"), Edit(point(source, 2, 1), "new\n"))
    expected = """
   |
 1 | a
 2 + new
...
10 | y
   | ~
"""

    assert fixed(source, *edits) == expected


def test_edits_of_neighbouring_lines_show_no_line_twice() -> None:
    source = churn({1: "a", 2: "b"})
    expected = """
  |
1 | x
  | ~
2 + new
"""

    assert fixed(source, Edit(at(source, 1, "a"), "x"), Edit(point(source, 2, 1), "new\n")) == expected


def test_a_long_block_is_cut() -> None:
    source = churn(dict.fromkeys(range(1, 13), "gone"))

    assert fixed(source, Edit(Span(source, 0, len(source.text)), "")) == (
        "\n  |\n" + "".join(f"{number} - gone\n" for number in range(1, 9)) + "9 - …\n"
    )


def test_a_fix_without_edits_is_its_title() -> None:
    source = churn({1: "a"})

    assert fixed(source) == "\n"


def test_a_fix_of_a_long_line_is_cut_around_the_edit() -> None:
    source = Source("a.pipe", "-" * 5_000_000 + "HERE" + "+" * 5_000_000)

    assert fixed(source, Edit(at(source, 1, "HERE"), "THERE")) == (
        f"\n  |\n1 | …{'-' * 60}THERE{'+' * 136}…\n  | {' ' * 61}+\n"
    )


def test_an_edit_far_right_of_the_first_is_not_shown() -> None:
    source = Source("a.pipe", "HERE" + "-" * 1000 + "THERE")

    shown = fixed(source, Edit(at(source, 1, "HERE"), "a"), Edit(at(source, 1, "THERE"), "b"))

    assert shown == f"\n  |\n1 | a{'-' * 196}…\n  | ~\n"


def test_a_line_shown_before_an_insertion_may_follow_the_edit_before() -> None:
    source = churn({1: "a", 2: "b", 3: "c", 4: "d"})
    expected = """
  |
2 - b
2 + 1
3 + 2
4 + x
5 | c
6 + 3
"""
    edits = (
        Edit(point(source, 2, 1), "1\n2\n"),
        Edit(at(source, 2, "b"), "x"),
        Edit(point(source, 4, 1), "3\n"),
    )

    assert fixed(source, *edits) == expected


def test_an_empty_line_added_inside_the_file_is_shown() -> None:
    source = churn({1: "a", 2: "b"})
    expected = """
  |
1 | a
2 + new
3 +
"""

    assert fixed(source, Edit(point(source, 1, 2), "\nnew\n")) == expected


def test_an_insertion_into_an_empty_file_is_shown_alone() -> None:
    source = Source("a.pipe", "")

    assert fixed(source, Edit(Span(source, 0, 0), "new\n")) == "\n  |\n1 + new\n"


def test_numbers_after_the_change_are_those_of_each_file() -> None:
    one, two = Source("a.pipe", "x\n"), Source("b.pipe", "y\n")
    expected = """
  |
1 + new
2 | x
 ::: b.pipe:1:1
  |
1 | z
  | ~
"""

    assert fixed(one, Edit(Span(one, 0, 0), "new\n"), Edit(at(two, 1, "y"), "z")) == expected
