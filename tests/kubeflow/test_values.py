"""Numbers and texts as Go writes and reads them."""

from __future__ import annotations

import pytest

from .values import doubled, driver_text, go_json, parse, proto_json, text


@pytest.mark.parametrize(
    ("value", "launcher", "driver"),
    [
        (5, "5", "5"),
        (0.00001, "0.00001", "1e-05"),
        (0.0001, "0.0001", "0.0001"),
        (1234567.5, "1234567.5", "1.2345675e+06"),
        (-123456.25, "-123456.25", "-123456.25"),
        (1e300, "1" + "0" * 300, "1e+300"),
        (2**53 + 1, "9007199254740992", "9007199254740992"),
        (1.5e-7, "0.00000015", "1.5e-07"),
        (True, "true", "true"),
        (None, "", ""),
        ("a\n", "a\n", "a\n"),
        ([1, "<b>", 0.1], '[1,"\\u003cb\\u003e",0.1]', '[1,"\\u003cb\\u003e",0.1]'),
        ({"b": [], "a": "é"}, '{"a":"é","b":[]}', '{"a":"é","b":[]}'),
    ],
)
def test_the_text_of_a_value_depends_on_who_writes_it(value: object, launcher: str, driver: str) -> None:
    assert text(doubled(value)) == launcher
    assert driver_text(doubled(value)) == driver


def test_only_encoding_json_escapes_for_html() -> None:
    assert (proto_json("a&b"), go_json("a&b")) == ('"a&b"', '"a\\u0026b"')


@pytest.mark.parametrize(
    ("written", "type_", "value"),
    [
        ("a\n", "STRING", "a\n"),
        (" 7\n", "NUMBER_INTEGER", 7.0),
        ("1e-3\n", "NUMBER_DOUBLE", 0.001),
        ("True\n", "BOOLEAN", True),
        ("0", "BOOLEAN", False),
        ('[1, {"a": 2}]\n', "LIST", [1.0, {"a": 2.0}]),
        ("{}", "STRUCT", {}),
    ],
)
def test_an_output_is_read_by_its_type(written: str, type_: str, value: object) -> None:
    assert parse(written, type_) == value


@pytest.mark.parametrize(
    ("written", "type_"),
    [("7.0", "NUMBER_INTEGER"), ("x", "NUMBER_DOUBLE"), ("yes", "BOOLEAN"), ("{}", "LIST"), ("[]", "STRUCT")],
)
def test_an_output_of_another_type_is_an_error(written: str, type_: str) -> None:
    with pytest.raises(ValueError, match=r"^.+$"):
        parse(written, type_)
