"""Manifests of `kubernetes(…)`: values as whole scalars and inside quotes."""

from __future__ import annotations

import json
import re

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from kfdsl.targets.argo.pods.manifests import _Writer

from .programs import manifest, refused, template

QUOTES = '''$"""
  # it's a "comment
  number: ${n}
  whole: ${s}
  list: [${s}, '${s}', "x"]
  double: "<${s}\\\\>"
  single: 'isn''t ${s}'
  plain: it's $$5
  block: |
    it's "text
  after: "$${s}"
"""'''
VALUES = st.text(alphabet="a'\"\\ \n:#{}[]$é,-|&*!%@`", max_size=12)


def resource(text: str) -> str:
    made = manifest(f"""
      param s: string = "a"
      param n: int = 3
      step a = kubernetes("create", manifest = {text})
    """)
    return str(template(made, "a")["resource"]["manifest"])


def filled(text: str, value: str, number: int) -> object:
    """Return the object: Argo puts values in, then Kubernetes reads the text as that of a variable."""

    def put(tag: re.Match[str]) -> str:
        if "asInt" in tag[0]:
            return str(number)
        written = json.dumps(value, ensure_ascii=False).replace("$", "$$")
        return written[1:-1] if "[1:-1]" in tag[0] else written

    known = re.sub(r"\{\{=.*?\}\}", put, text)
    return yaml.safe_load(re.sub(r"\$\$|\$\(\w+\)", lambda m: "$" if m[0] == "$$" else "LOST", known))


@given(VALUES)
def test_values_arrive_exactly(value: str) -> None:
    text = resource(QUOTES)

    assert filled(text, value, 3) == {
        "number": 3,
        "whole": value,
        "list": [value, value, "x"],
        "double": f"<{value}\\>",
        "single": f"isn't {value}",
        "plain": "it's $$5",
        "block": "it's \"text\n",
        "after": f"${value}",
    }


def test_a_map_keeps_the_types_of_its_values() -> None:
    text = resource('{ replicas = n, name = "${s}", list = [s, "$$(y)"], fixed = 2 }')

    assert filled(text, "v", 3) == {"replicas": 3, "name": "v", "list": ["v", "$$(y)"], "fixed": 2}


@pytest.mark.parametrize("line", ["name: x-${n}", "name: ${n}x", "text: |\n    ${n}\n  "])
def test_a_value_within_a_plain_scalar_is_refused(line: str) -> None:
    found = refused(f'param n: int = 3\nstep a = kubernetes("create", manifest = $"""\n  {line}\n  """)')

    assert found == ["a value in a manifest is a whole YAML scalar or stands inside a quoted one"]


def test_the_writer_keeps_constants() -> None:
    writer = _Writer()
    for piece in ("a: 'b' ", "# c'\n", 'd: "e\\""\n', "f: g'h\n"):
        writer.read(piece)

    assert "".join(text for _, text in writer.pieces()) == "a: 'b' # c'\nd: \"e\\\"\"\nf: g'h\n"
    assert writer.quotes == ""


def test_a_label_of_the_run_may_be_a_value_of_the_run() -> None:
    made = manifest(
        'param who: string = "ops"\nlabels = { owner = who, app = "x", both = "a-${who}" }\nstep a { args = [] }'
    )

    assert made["metadata"]["labels"] == {"app": "x"}
    labels = made["spec"]["workflowMetadata"]["labelsFrom"]
    assert labels["owner"] == {"expression": "workflow.parameters.who"}
    assert set(labels) == {"owner", "both"}


def test_an_annotation_of_the_run_is_a_constant() -> None:
    found = refused('param who: string = "ops"\nannotations = { note = "for ${who}" }\nstep a { args = [] }')

    assert found == ["an annotation of a run is a constant on Argo"]
