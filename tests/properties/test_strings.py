"""A string that is written in a program arrives exactly as it was meant."""

# ruff: noqa: ANN401
# Manifests are read without their types.

from __future__ import annotations

import io
import re
import sys
from functools import cache
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from ruamel.yaml import YAML

from kfdsl.compiler import compile_text
from kfdsl.parse import parse
from kfdsl.source import Source
from kfdsl.syntax import Let, Text

from . import BOUNDED
from .literals import ODD, VALUES, literals, quoted


def read(literal: str) -> object:
    tree, problems = parse(Source("x.pipe", f"let x = {literal}\n"))
    assert problems == ()
    assert tree is not None
    (only,) = tree.declarations
    assert isinstance(only, Let)
    assert isinstance(only.value, Text)
    return only.value.value


@settings(BOUNDED, max_examples=300)
@given(VALUES)
def test_string_survives_to_the_tree_in_every_style(value: str) -> None:
    assert {name: read(text) for name, text in literals(value).items()} == dict.fromkeys(
        literals(value), value
    )


@pytest.mark.parametrize("value", ODD)
def test_odd_string_survives_to_the_tree_in_every_style(value: str) -> None:
    assert {name: read(text) for name, text in literals(value).items()} == dict.fromkeys(
        literals(value), value
    )


def test_every_character_survives_to_the_tree() -> None:
    every = "".join(chr(c) for c in range(sys.maxunicode + 1) if not 0xD800 <= c <= 0xDFFF)

    assert read(quoted(every)) == every
    assert read(quoted(every, escape_all=True)) == every


# ---- the compiled YAML


class Loader(yaml.SafeLoader):
    """Reads timestamps as strings, as Kubernetes does."""


Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in rules if tag != "tag:yaml.org,2002:timestamp"]
    for first, rules in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def pyyaml(text: str) -> Any:  # any manifest
    return yaml.load(text, Loader)  # noqa: S506  # a SafeLoader  # a SafeLoader


def ruamel(text: str) -> Any:  # any manifest
    return YAML(typ="safe", pure=True).load(io.StringIO(text))


READERS = {"PyYAML": pyyaml, "ruamel.yaml": ruamel}


def arrives(text: str) -> str:
    """Return what a container gets: `$$` becomes `$`, `$(KF_LB)` the value of that variable, `{`."""
    return re.sub(r"\$\$|\$\(KF_LB\)", lambda m: "$" if m[0] == "$$" else "{", text)


PROGRAM = """edition 2026

pipeline p {{
  param q: string = {0}

  step a {{
    image   = "busybox"
    env     = {{ A = {0} }}
    command = ["echo", {0}, q]
    args    = [{0}]
  }}
}}
"""


@cache
def compiled(literal: str) -> str:
    result = compile_text(PROGRAM.format(literal))
    assert result.diagnostics == ()
    return result.text


def places(manifest: Any) -> dict[str, str]:  # any manifest
    """Return the texts that a program's one literal becomes."""
    spec = manifest["spec"]
    (template,) = (t for t in spec["templates"] if "container" in t)
    container = template["container"]
    (variable,) = (v["value"] for v in container["env"] if v["name"] == "A")
    (parameter,) = (p["value"] for p in spec["arguments"]["parameters"] if p["name"] == "q")
    return {
        "env": arrives(variable),
        "command": arrives(container["command"][1]),
        "args": arrives(container["args"][0]),
        "default": arrives(parameter),
    }


@pytest.mark.parametrize("reader", READERS)
@settings(BOUNDED, max_examples=50)
@given(value=VALUES)
def test_string_survives_into_the_manifest(reader: str, value: str) -> None:
    found = places(READERS[reader](compiled(quoted(value))))

    assert found == dict.fromkeys(found, value)


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("value", ODD)
def test_odd_string_survives_into_the_manifest(reader: str, value: str) -> None:
    found = places(READERS[reader](compiled(quoted(value))))

    assert found == dict.fromkeys(found, value)


@pytest.mark.parametrize("reader", READERS)
def test_every_character_survives_into_the_manifest(reader: str) -> None:
    every = (
        "".join(chr(c) for c in range(0x3000) if not 0xD800 <= c <= 0xDFFF)
        + "\ud7ff\ue000\ufeff\ufffd\ufffe\uffff\U00010000\U0010ffff"
    )
    found = places(READERS[reader](compiled(quoted(every))))

    assert found == dict.fromkeys(found, every)
