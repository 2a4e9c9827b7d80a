"""A value is valid against the schema of `kfdsl params` if and only if kfdsl accepts it."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, ValidationError
from jsonschema.validators import extend

from kfdsl import ir
from kfdsl.compiler import analyze_text
from kfdsl.functions import matched
from kfdsl.given import Given
from kfdsl.kinds import Enum, Kind, ListOf, MapOf, Optional, Record, Scalar, show
from kfdsl.parameter_schema import schema
from kfdsl.parameters import check, missing
from kfdsl.source import Source, Span

NAMES = st.sampled_from(["a", "b", "c-d", "x"])
KINDS: st.SearchStrategy[Kind] = st.recursive(
    st.sampled_from(["string", "int", "float", "bool", "duration", "quantity", "json"]).map(Scalar)
    | st.lists(st.sampled_from(["s", "l", "1", "true", "null", ""]), min_size=1, unique=True).map(
        lambda m: Enum(tuple(m))
    ),
    lambda inner: (
        inner.map(ListOf)
        | inner.map(MapOf)
        | st.lists(
            st.tuples(NAMES, inner | inner.map(Optional)), min_size=1, max_size=3, unique_by=lambda f: f[0]
        ).map(lambda fields: Record(tuple(fields)))
    ),
    max_leaves=4,
)
WORDS = [
    "",
    "s",
    "1",
    "-1",
    "1.5",
    "1e3",
    "01",
    "1_0",
    "true",
    "1h",
    "1h30min",
    "5m",
    "5Mi",
    "1.5Gi",
    "-5s",
    "1h ",
    "h",
    "1E",
]
TEXTS = (
    st.sampled_from(WORDS)
    | st.text(max_size=3)
    | st.from_regex(r"\A[0-9._eE+-]{1,4}(?:ms|s|min|h|d|m|k|Ki|E)?\n?\Z")
)
NUMBERS = (
    st.integers(-3, 3)
    | st.sampled_from([2**63 - 1, 2**63, -(2**63), -(2**63) - 1, 1e3, 1.5, -0.5, 1e300, 10**30])
    | st.floats(allow_nan=False, allow_infinity=False)
)
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["a", "b", "c-d", "proto", "x"]), inner, max_size=3)
    ),
    max_leaves=5,
)


def fitting(kind: Kind) -> st.SearchStrategy[Any]:
    """Return values that are likely, not certain, to be of a type: without them nearly none would fit."""
    match kind:
        case Scalar("int" | "float"):
            return NUMBERS
        case Scalar("bool"):
            return st.booleans()
        case Enum(members):
            return st.sampled_from(members)
        case ListOf(item):
            return st.lists(fitting(item), max_size=3)
        case MapOf(item):
            return st.dictionaries(st.sampled_from(["a", "8080"]), fitting(item), max_size=2)
        case Record(fields):
            return st.fixed_dictionaries(
                {n: fitting(k) for n, k in fields if not isinstance(k, Optional)},
                optional={n: fitting(k) for n, k in fields if isinstance(k, Optional)},
            )
        case Optional(item):
            return st.none() | fitting(item)
        case Scalar("json"):
            return VALUES
        case _:
            return TEXTS


def _pattern(_: Any, pattern: str, text: Any, __: Any) -> Any:  # noqa: ANN401  # as jsonschema calls it
    """Read patterns as ECMA-262 does, whose `$` does not match before a last newline."""
    if isinstance(text, str) and not matched(text, pattern):
        yield ValidationError(f"{text!r} does not match {pattern!r}")


Validator = extend(Draft202012Validator, {"pattern": _pattern})  # type: ignore[no-untyped-call]  # its stubs lack it


def pipeline(*params: str) -> ir.Pipeline:
    lines = "\n".join(f"param {param}" for param in params)
    text = f'edition 2026\npipeline x {{\n{lines}\nimage = "a"\ncommand = ["b"]\n}}\n'
    result = analyze_text(text, target=None)
    assert result.program is not None, [d.message for d in result.diagnostics]
    return result.program.pipelines[0]


def accepted(one: ir.Pipeline, values: dict[str, Any]) -> bool:
    span = Span(Source("values", ""), 0, 0)
    given_ = Given(values, {(name,): span for name in values})
    _, found = check(ir.Program((one,), "x", one.span), given_)
    return not found and not missing(one, given_)


@settings(max_examples=400, deadline=None)
@given(st.data(), KINDS, st.sampled_from(["", "?"]))
def test_a_value_is_valid_if_and_only_if_it_is_accepted(data: st.DataObject, kind: Kind, mark: str) -> None:
    value = data.draw(fitting(kind) | VALUES)
    one = pipeline(f"p: {show(kind)}{mark}")
    rules = schema(one)
    Draft202012Validator.check_schema(rules)

    valid = Validator(rules).is_valid({"p": value})

    assert valid == accepted(one, {"p": value}), (show(kind), value, rules)


RULES = [
    "p: int where 1 <= p and p <= 5",
    "p: int where not (p > 2)",
    "p: int where 3 > p and p != 1",
    "p: int where p < 0 or p > 2 or p == 1",
    "p: int where p in [1, 2] or p % 2 == 0 and p > -2",
    "p: int where p >= -1 and p > 0 and p <= 9",
    "p: float where 0.5 < p and p <= 2",
    'p: string where len(p) > 1 and len(p) <= 2 or p == "s"',
    'p: string where matches(p, "^[0-9]+$")',
    'p: string where matches(p, "^\\\\d(?:a|b)?")',
    'p: string where ends_with(p, "h") or starts_with(p, "1.")',
    'p: string where "." in p and p != "1.5"',
    'p: string where p in ["s", "1h"] and not ("h" in p)',
    'p: enum("s", "l") where p != "l"',
    "p: list<int> where len(p) >= 1 and 1 in p",
    "p: list<int> where len(p) != 2 and len(p) < 3",
    "p: map<int> where len(p) == 1",
    'p: map<int> where "a" in p',
    "p: bool where p",
    "p: bool where not p",
    "p: bool where p == false",
]


@pytest.mark.parametrize("declaration", RULES)
def test_a_rule_is_said_exactly(declaration: str) -> None:
    one = pipeline(declaration)
    rules = schema(one)
    Draft202012Validator.check_schema(rules)
    assert "$comment" not in json.dumps(rules), "a rule that JSON Schema can say"

    @settings(max_examples=60, deadline=None)
    @given(fitting(one.params[0].type) | VALUES)
    def hold(value: Any) -> None:  # noqa: ANN401  # any
        assert Validator(rules).is_valid({"p": value}) == accepted(one, {"p": value}), (value, rules)

    hold()


@pytest.mark.parametrize(
    "declaration",
    [
        "p: duration where p <= 1h",
        "p: quantity where p < 1Gi",
        "p: int? where (p ?? 1) > 0",
        "p: int where p + 1 < 3",
        'p: string where p < "b"',
        'p: string where matches(p, "(?i)a")',
        'p: string where matches(p, "a\\\\z")',
    ],
)
def test_a_rule_that_json_schema_cannot_say_is_a_comment(declaration: str) -> None:
    rules = schema(pipeline(declaration))

    assert rules["properties"]["p"]["$comment"] == declaration.partition(": ")[2].partition(" ")[2]


def test_what_can_be_said_of_a_rule_is() -> None:
    rules = schema(pipeline("p: int where p > 0 and p + 1 < q", "q: int = 9"))

    assert rules["properties"]["p"] == {
        "$comment": "where p + 1 < q",
        "type": "integer",
        "exclusiveMinimum": 0,
        "maximum": 2**63 - 1,
    }


def test_a_name_that_is_no_param_or_missing_is_neither_valid_nor_accepted() -> None:
    one = pipeline("p: int", "q: int = 1", "r: int?")

    found = [
        (Validator(schema(one)).is_valid(values), accepted(one, values))
        for values in (
            {},
            {"p": 1},
            {"p": 1, "x": 2},
            {"q": 1},
            {"p": 1, "q": 2, "r": None},
            {"p": 1, "q": None},
        )
    ]

    assert found == [
        (False, False),
        (True, True),
        (False, False),
        (False, False),
        (True, True),
        (False, False),
    ]
    assert re.fullmatch(r"https://json-schema\.org/draft/2020-12/schema", schema(one)["$schema"])
