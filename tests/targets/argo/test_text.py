"""What is written arrives in the container as it was meant: Kubernetes' expansion is played here."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kfdsl.targets.argo.expressions import text

HOSTILE = st.text(alphabet="${}()KF_LB=. aé\n\"'", max_size=20) | st.text(alphabet="${(", max_size=8)


def expanded(written: str, env: dict[str, str]) -> str:
    """Expand as Kubernetes does in command, args and env (third_party/forked/golang/expansion/expand.go)."""
    result, at = "", 0
    while at < len(written):
        rest = written[at:]
        name = re.match(r"\$\(([^)]*)\)", rest)
        if rest.startswith("$$"):
            result, at = result + "$", at + 2
        elif name:
            result, at = result + env.get(name[1], name[0]), at + name.end()
        else:
            result, at = result + rest[0], at + 1
    return result


ENV = {text.BRACE: "{", text.NONE: "", "K": "wrong", "F_LB": "wrong"}


@given(HOSTILE)
def test_an_encoded_text_arrives(value: str) -> None:
    assert expanded(text.encode(value), ENV) == value


@given(HOSTILE)
def test_a_shown_constant_arrives(value: str) -> None:
    assert expanded(text.shown(value), ENV) == value


@given(HOSTILE)
def test_no_tag_begins_in_what_is_written(value: str) -> None:
    assert "{{" not in text.encode(value)
    assert "{{" not in text.shown(value)


@given(HOSTILE.filter(lambda value: text.BRACE not in value))
def test_decoding_is_the_inverse(value: str) -> None:
    encoded = text.encode(value)

    decoded = encoded.replace(f"$({text.BRACE})" + "{", "{{").replace("$$", "$")
    assert decoded == value


@pytest.mark.parametrize("plain", ["costs $5", "echo $x", "${HOME}", "a$", "it's"])
def test_plain_text_stays_as_it_is(plain: str) -> None:
    assert text.shown(plain) == plain


@given(HOSTILE)
def test_a_value_is_never_taken_for_an_absent_one(value: str) -> None:
    assert text.encode(value) != text.ABSENT


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("heads", "'heads'"),
        ("it's", "fromBase64('aXQncw==')"),
        ("{{x}}", "fromBase64('e3t4fX0=')"),
        ("", "''"),
    ],
)
def test_literals_of_the_expression_language(value: str, code: str) -> None:
    assert text.literal(value) == code
