"""What is between `{{` and `}}` in a template is a YAML value, whatever it holds."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import DictLoader, ModuleLoader, TemplateNotFound, TemplateSyntaxError, UndefinedError
from markupsafe import Markup

from kfdsl import resources
from kfdsl.targets.rendering import comment, environment, render, to_yaml

if TYPE_CHECKING:
    from pathlib import Path

PROPERTY = settings(derandomize="CI" in os.environ, deadline=None)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


def rendered(template: str, **context: object) -> str:
    return environment().from_string(template).render(context)


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("a: {{ x }}\n", 'a: "<b> & \\"c\\": \'\\n"\n'),
        (
            "a: {{ [x | length, none, true, 1.5, {'on': 'on'}] }}\n",
            'a: [13, null, true, 1.5, {"on": "on"}]\n',
        ),
        ("a: {{ 'yes' }}\n", 'a: "yes"\n'),
        ("a: {{ 'a & b <c>' }}\n", "a: a & b <c>\n"),
        ("a: {{ '{{workflow.name}}' }}\n", 'a: "{{workflow.name}}"\n'),
        ("a: {{ 'yes' | upper }} # <&>\n", 'a: "YES" # <&>\n'),
        ("a: {{ 'yes' ~ 1 }}\n", "a: yes1\n"),
        ("a: {{ ['<', 'a'] | join(', ') }}\n", 'a: "<, a"\n'),
        ("a: {{ '{%s}' | format('<') }}\n", 'a: "{<}"\n'),
        ("{% macro m(v) %}k: {{ v }}{% endmacro %}a: {{ '{' }}\n{{ m('<') }}\n", 'a: "{"\nk: "<"\n'),
        ("{% set v %}- {{ 'no' }} & b{% endset %}{{ v }}\n", '- "no" & b\n'),
        ("{% for v in [1, 'off'] %}\n- {{ v }}\n{% endfor %}\n", '- 1\n- "off"\n'),
        ("  {% if true %}\n  a: &b 'x'\n  {% endif %}\n", "  a: &b 'x'\n"),
    ],
)
def test_braces_hold_values_and_the_rest_is_text(template: str, expected: str) -> None:
    assert rendered(template, x='<b> & "c": \'\n') == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("a", "    k: a\n"),
        ("a\nb\n", "    k: |\n      a\n      b\n"),
        ({"a": "<", "b": {}}, '    k:\n      a: "<"\n      b: {}\n'),
        ([{"a": 1}, {"b": 2}], "    k:\n    - a: 1\n    - b: 2\n"),
        (["python", "-c", "1"], '    k: [python, -c, "1"]\n'),
        ({}, "    k: {}\n"),
    ],
)
def test_block_leaves_no_space_at_the_end_of_a_line(value: object, expected: str) -> None:
    assert rendered("    k: {{- value | block(4) }}\n", value=value) == expected


@PROPERTY
@given(TEXTS)
def test_no_text_leaves_its_place(text: str) -> None:
    places = (
        "{{ x | comment }}",
        "a: {{ x }}",
        "b: { {{ x }}: {{ [x] }} }",
        "c:",
        "  k: {{- x | block(2) }}",
        "",
    )
    result = yaml.safe_load(rendered("\n".join(places), x=text))

    assert result == {"a": text, "b": {text: [text]}, "c": {"k": text}}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "#"),
        ("a\n\n  b: <c>\n", "# a\n#\n#   b: <c>"),
        ("a\r\nb\rc\x85d\u2028e\x0cf", "# a\n# b\n# c\n# d\n# e\n# f"),
        ("a\x00\ufeff\x1bé", "# a\\u0000\\ufeff\\u001bé"),
    ],
)
def test_comment_lines_hold_any_text(text: str, expected: str) -> None:
    assert comment(text) == expected


@pytest.mark.parametrize(
    "template",
    ["{{ x }}", "{{ x | block(2) }}", "{{ x | comment }}", "{{ d.x }}", "{{ d.x.y }}"],
)
def test_a_missing_name_is_an_error(template: str) -> None:
    with pytest.raises(UndefinedError, match="'x'"):
        rendered(template, d={})


def test_what_is_no_json_is_an_error() -> None:
    with pytest.raises(TypeError, match="no YAML for set"):
        rendered("{{ x }}", x={1})


def test_markup_passes() -> None:
    assert to_yaml(Markup("a: <b>")) == "a: <b>"


def test_an_unknown_template_is_an_error() -> None:
    with pytest.raises(TemplateNotFound, match=r"argo/none\.j2"):
        render("argo/none.j2")


def test_an_error_names_the_template(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resources, "read", lambda name: f"{name}\n{{% nonsense %}}")

    with pytest.raises(TemplateSyntaxError) as caught:
        render("argo/wrong.j2")
    assert (caught.value.name, caught.value.lineno) == ("argo/wrong.j2", 2)


def test_compiled_templates_give_the_same(tmp_path: Path) -> None:
    loader = DictLoader(
        {"a/b.j2": "a: {{ x }}\nb: {{ 'on' }}\n{% include 'c.j2' %}", "c.j2": "c: {{- x | block(0) }}\n"},
    )
    made = environment(loader)
    made.compile_templates(tmp_path, zip=None)
    compiled = environment(ModuleLoader(tmp_path))

    context = {"x": ["<\n", {"a": "no"}]}
    assert compiled.get_template("a/b.j2").render(context) == made.get_template("a/b.j2").render(context)
