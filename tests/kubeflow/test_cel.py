"""Conditions and selectors; where cel-python is at hand, it must agree."""

from __future__ import annotations

import json

import pytest

from .cel import CelError, compiled, evaluate
from .inputs import selected
from .oracles import KFP_PYTHON, NO_KFP, python

VALUES = {
    "n": 5.0,
    "x": 0.5,
    "s": 'it\'s "q"',
    "yes": True,
    "xs": [1.0, 2.0, 3.0],
    "m": {"a": {"b": "c"}},
    "json": '{"a": [1, {"b": "x"}], "t": true}',
}
NAMES = {"inputs": {"parameter_values": VALUES}}
V = "inputs.parameter_values"

RIGHT = [
    (f"int({V}['n']) == 5", True),
    (f"{V}['n'] == 5.0", True),
    (f"{V}['n'] == 5", True),
    (f"{V}['n'] >= 5.0 && {V}['x'] < 0.75", True),
    (f"!({V}['n'] > 5.0) || {V}['yes']", True),
    (f"{V}['yes'] == true", True),
    (f"{V}['s'] == 'it\\'s \"q\"'", True),
    (f'{V}["s"] != "a\\nb\\u00e9"', True),
    (f"size({V}['xs']) > 0", True),
    (f"{V}['xs'].size() == 3", True),
    (f"2.0 in {V}['xs']", True),
    (f"'a' in {V}['m']", True),
    (f"'z' in {V}['m']", False),
    (f"{V}['m'].a.b == 'c'", True),
    (f"{V}['s'].startsWith('it') && {V}['s'].contains('q') && !{V}['s'].endsWith('x')", True),
    (f"{V}['s'].matches('^it.s')", True),
    (f"parseJson({V}['json'])['a'][1]['b'] == 'x'", True),
    (f"parseJson({V}['json']).t", True),
    (f"{V}['n'] > 3.0 ? {V}['x'] > 1.0 : true", False),
    (f"{V}['n'] + 1.0 == 6.0 && -{V}['x'] == -0.5", True),
    ("1 + 2 * 3 == 7 && 7 % 4 == 3 && -7 / 2 == -3", True),
    (f"string({V}['yes']) == 'true' && double('1.5') == 1.5", True),
    (f"'z' in {V} ? true : false", False),
    ("[1, 2] == [1, 2] && {'a': 1} == {'a': 1}", True),
    (f"{V}['gone'] == 1.0 || true", True),
    (f"false && {V}['gone'] == 1.0", False),
]
WRONG = [
    (f"'int({V}['n'])' == '1'", "syntax error"),
    (f"{V}['s'] == 'it's'", "syntax error"),
    (f"int({V}['n']) == '1'", "no matching overload"),
    (f"int({V}['n']) == 5.0", "no matching overload"),
    (f"{V}['gone'] == 1.0", "no such key"),
    (f"{V}['s'] > 1.0", "no such overload"),
    (f"{V}['n'] + 1 == 6.0", "no matching overload"),
    (f"{V}['n'] + 1 == 6", "no such overload"),
    (f"{V}['n'] && true", "no such overload"),
    ("nothing == 1", "undeclared reference"),
    ("frobnicate(1)", "undeclared reference"),
    (f"{V}['xs'][7] == 1.0", "index out of bounds"),
    ("1 == 1 1", "expected end"),
]


@pytest.mark.parametrize(("expression", "value"), RIGHT)
def test_an_expression_has_its_value(expression: str, value: object) -> None:
    assert evaluate(compiled(expression, frozenset(NAMES)), NAMES) is value


@pytest.mark.parametrize(("expression", "message"), WRONG)
def test_a_wrong_expression_is_an_error(expression: str, message: str) -> None:
    with pytest.raises(CelError, match=message):
        evaluate(compiled(expression, frozenset(NAMES)), NAMES)


_JUDGE = """
import json, sys
import celpy
from celpy import celtypes
cases, values = json.load(sys.stdin)
def parse(text): return celpy.json_to_cel(json.loads(text))
env = celpy.Environment()
names = {"inputs": celpy.json_to_cel({"parameter_values": values})}
found = []
for expression in cases:
    try:
        program = env.program(env.compile(expression), functions={"parseJson": parse})
        found.append(bool(program.evaluate(names)))
    except Exception as error:
        found.append(type(error).__name__)
print(json.dumps(found))
"""


@pytest.mark.skipif(not KFP_PYTHON, reason=NO_KFP)
def test_cel_python_agrees() -> None:
    """But for two limits of its own: it compares no double with an integer, and writes `True`."""
    answers = json.loads(python(_JUDGE, json.dumps([[case for case, _ in RIGHT], VALUES])))

    differing = [case for (case, value), answer in zip(RIGHT, answers, strict=True) if answer is not value]
    assert differing == [f"{V}['n'] == 5", f"string({V}['yes']) == 'true' && double('1.5') == 1.5"]


@pytest.mark.parametrize(
    ("value", "selector", "result"),
    [
        ('{"a": {"b": [1, 2]}}', 'parseJson(string_value)["a"]["b"][1]', 2.0),
        ({"a": [1.0]}, 'parseJson(string_value)["a"]', [1.0]),
        ({"a": "x"}, "struct_value.a", "x"),
        ([4.0, 5.0], "list_value[1]", 5.0),
        ([4.0, 5.0], "parseJson(string_value)[1]", 5.0),
        ("world", "'hello ' + string_value", "hello world"),
        (5.0, "'n' + string_value", "n5"),
        (5.0, "number_value + 1.0", 6.0),
        (
            {"state": "FAILED"},
            'parseJson(string_value)["state"] == "FAILED" ? "Failed" : "Succeeded"',
            "Failed",
        ),
        ([], "size(list_value) == 0", True),
    ],
)
def test_a_selector_makes_another_value_of_one(value: object, selector: str, result: object) -> None:
    assert selected(value, selector) == result


def test_a_selector_sees_the_kind_that_is_set_and_the_text_of_each() -> None:
    with pytest.raises(CelError, match="no such attribute: number_value"):
        selected("5", "number_value")
    with pytest.raises(CelError, match="null"):
        selected('{"a": null}', 'parseJson(string_value)["a"]')
