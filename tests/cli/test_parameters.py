"""`--set` and `--params`."""

from __future__ import annotations

from pathlib import Path

import pytest

from kfdsl.cli.parameters import read, setting
from kfdsl.cli.problem import Problem


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("20", 20),
        ("-1.5e3", -1500.0),
        ("true", True),
        ("null", None),
        ("~", None),
        ("", None),
        ("[a, 1]", ["a", 1]),
        ("{a: {b: 1}}", {"a": {"b": 1}}),
        ("'1'", "1"),
        *(
            (word, word)
            for word in ("yes", "No", "on", "0o7", "017", "1_000", "12:30", "2026-01-01", "1h", ".5", "0x1f")
        ),
    ],
)
def test_only_the_words_of_json_are_not_strings(text: str, value: object, tmp_path: Path) -> None:
    file = tmp_path / "p.yaml"
    file.write_text(f"x: {text}\n")

    assert read(str(file), []) == {"x": value}


def test_settings_win_over_the_file_and_later_ones_over_earlier_ones(tmp_path: Path) -> None:
    file = tmp_path / "p.json"
    file.write_text('{"a": 1, "b": [true, null]}')

    assert read(str(file), [("a", "2"), ("a", "3")]) == {"a": "3", "b": [True, None]}


@pytest.mark.parametrize("text", ["- a\n", "1: x\n", "", "a: [\n", "a: !!python/name:os.system\n"])
def test_a_file_that_is_no_mapping_of_names_is_a_problem(text: str, tmp_path: Path) -> None:
    file = tmp_path / "p.yaml"
    file.write_text(text)

    with pytest.raises(Problem, match=r"p\.yaml"):
        read(str(file), [])


def test_a_value_may_hold_an_equals_sign_or_nothing() -> None:
    assert (setting("a=b=c"), setting("a=")) == (("a", "b=c"), ("a", ""))
