"""What the server of Kubeflow would refuse or change is an error, and all else arrives."""

from __future__ import annotations

import json

import pytest
import yaml

from kfdsl import compile_text
from kfdsl.targets.kfp.findings import Findings
from kfdsl.targets.kfp.storable import check
from kfdsl.targets.yaml_text import Value, flow

from .test_forms import program

TEXTS = [
    *(
        "",
        " a",
        "a ",
        "\ta\n",
        "\na\n\n",
        "a\n b\n\n c",
        "y",
        "No",
        "null",
        "~",
        "1e3",
        "12e4567",
        "0o7",
        "0x1F",
    ),
    *(
        "1_000",
        "12:30",
        "2026-01-01",
        "=",
        "<<",
        "---",
        "- a",
        "a: b",
        "# c",
        "'",
        '"',
        "\\",
        "%a",
        "@a",
        "!a",
    ),
    *(
        "&a",
        "*a",
        "|-",
        "{a}",
        "[a]",
        "é",
        "日本",
        "😀",
        "\u2028",
        "\ufeff",
        "\x00",
        "\x1b",
        "\r\n",
        "\u00a0",
    ),
]


def found(value: Value, platforms: Value = None) -> list[str]:
    """Return what is found of a value, as a default and in the platform's settings."""
    result = compile_text(program(), target="kfp")
    findings = Findings()
    (pipeline,) = result.program.pipelines if result.program is not None else ()
    parts = {"root": value, "platforms": platforms}
    check(pipeline, parts, flow(value), findings)
    return [one.helps[-1] for one in findings.found]


@pytest.mark.parametrize("text", TEXTS, ids=ascii)
def test_texts_arrive(text: str) -> None:
    result = compile_text(
        program(f"param a: string = {json.dumps(text)}", 'step x { image = "b", command = ["c", a] }'),
        target="kfp",
    )

    assert result.diagnostics == ()
    assert yaml.safe_load(result.text)["root"]["inputDefinitions"]["parameters"]["a"]["defaultValue"] == text


@pytest.mark.parametrize("char", ["\x7f", "\x80", "\x85", "\x9f", "\ufffe", "\uffff"], ids=ascii)
def test_characters_that_the_server_cannot_store(char: str) -> None:
    where = "it is `root.b[1]` of what is compiled"

    assert found({"b": ["a", f"a{char}b"]}) == [where]


@pytest.mark.parametrize("key", ["<<", "a\u2028b", "a\u2029", "\x85"], ids=ascii)
def test_keys_that_the_server_reads_as_something_else(key: str) -> None:
    assert found({"b": {key: 1}}) == [f"it is `root.b.{key}` of what is compiled"]


@pytest.mark.parametrize("key", ["<", "<<<", "a<<", "y", "null", "1e3"])
def test_keys_that_it_reads(key: str) -> None:
    assert found({key: "<<", "n": {key: "\u2028"}}) == []


@pytest.mark.parametrize(
    ("number", "kept"), [(2**53, True), (-(2**53), True), (2**53 + 1, False), (-(10**18), False)]
)
def test_integers_are_kept_as_far_as_doubles_have_them(number: int, kept: bool) -> None:  # noqa: FBT001  # a column
    assert (found({"a": number}) == []) == kept


@pytest.mark.parametrize(
    ("text", "read"), [("\na", False), ("\ta\nb", False), ("\t\n", False), ("\ta", True), ("a\n\tb", True)]
)
def test_texts_of_the_platform_do_not_begin_with_space(text: str, read: bool) -> None:  # noqa: FBT001  # a column
    assert (found({}, {"kubernetes": [text]}) == []) == read


def test_a_finding_is_at_the_place_of_the_text() -> None:
    text = program("param n: int = 9007199254740993", 'step x { image = "b", command = ["c", n] }')
    (problem,) = compile_text(text, target="kfp").diagnostics

    assert (problem.name, problem.span.text) == ("not-on-kfp", "9007199254740993")
    assert problem.span.start == text.index("9007")
