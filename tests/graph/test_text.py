"""Text for terminals: widths, folding, cycles."""

from __future__ import annotations

import pytest

from kfdsl.graph import circles
from kfdsl.report.columns import lay_out

from .drawings import CASES, ROOT, drawing, drawn, program, rendered

STEP = 'step {} {{ image = "b", command = ["x", {}], out v: int = stdout }}\n'


def steps(needs: dict[str, list[str]]) -> str:
    body = "".join(STEP.format(name, ", ".join(f"{need}.v" for need in of)) for name, of in needs.items())
    return f"edition 2026\npipeline p {{\n{body}}}\n"


@pytest.mark.parametrize("width", [40, 60, 80, 200])
def test_lines_fit_the_terminal(width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    text = rendered(drawing(program(CASES / "everything.pipe")), "text", width=width)

    too_long = [line for line in text.splitlines() if lay_out(line).cells[-1][0] > width]
    assert [line for line in too_long if "everything.pipe" not in line] == []  # a path is not broken


def test_many_equal_steps_are_one_row() -> None:
    middle = {f"s{number:03}": ["a"] for number in range(500)}
    text = rendered(drawn(steps({"a": [], **middle, "z": list(middle)})), "text")

    assert "500 steps alike" in " ".join(text.replace("│", " ").split())
    assert len(text.splitlines()) < 12


def test_a_chain_of_a_thousand_steps_has_three_lines_each_at_most() -> None:
    chain = {f"s{number}": [f"s{number - 1}"] if number else [] for number in range(1000)}

    lines = rendered(drawn(steps(chain)), "text").splitlines()

    assert len(lines) <= 2 * 1000 + 2


def test_where_lines_would_be_too_many_words_say_it_all() -> None:
    roots: dict[str, list[str]] = {f"a{number}": [] for number in range(12)}
    readers = {f"b{number}": [f"a{number}", f"a{(number + 5) % 12}"] for number in range(12)}

    text = rendered(drawn(steps({**roots, **readers})), "text")

    assert [sign for sign in "│├╮╯" if sign in text] == []
    assert "← a3.v, a8.v" in text


def test_no_cycle_is_said() -> None:
    only = circles.only(drawn(steps({"a": [], "b": ["a"]})))

    assert rendered(only, "text") == "no dependency cycles\n"


def test_a_cycle_in_a_called_pipeline_is_told_once() -> None:
    text = (
        'edition 2026\npipeline q {\n step a after b { image = "b", args = [] }\n'
        ' step b after a { image = "b", args = [] }\n}\n'
        "pipeline p {\n step one = q()\n step two = q()\n}\n"
    )

    found = circles.only(drawn(text))

    assert rendered(found, "text").count("two steps wait for each other") == 1


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("step a after b {S}\nstep b after a {S}", [["p/a", "p/b"]]),
        ("step a after a {S}", [["p/a"]]),
        ("group g { step a after g {S} }", [["p/a"]]),
        ("group g {\nstep a {S}\nstep b after c {S}\n}\nstep c after a {S}", [["p/b", "p/c"]]),
        ("step a after b {S}\nstep b {S}", []),
    ],
)
def test_cycles_are_found(body: str, expected: list[list[str]]) -> None:
    text = f"edition 2026\npipeline p {{\n{body}\n}}\n".replace("{S}", '{ image = "b", args = [] }')

    assert [[edge.target for edge in circle] for circle in drawn(text).circles] == expected


def test_a_library_is_drawn_with_all_that_others_call() -> None:
    text = (
        'edition 2026\nlibrary shared {\n component hello { image = "b", args = [] }\n'
        ' pipeline twice {\n  step one = hello()\n  step two after one { image = "b", args = [] }\n }\n}\n'
    )

    lines = [line.split("  ")[0] for line in rendered(drawn(text), "text").splitlines()]
    assert lines == ["shared", "○ hello", "□ twice", "┃ ○ one", "┃ │", "┃ ○ two", "┃"]
