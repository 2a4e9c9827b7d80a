"""Golden drawings, and what other programs make of them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from xml.etree import ElementTree as ET

import jsonschema
import pytest

from kfdsl.graph import circles
from kfdsl.graph.model import Drawing

from .drawings import CASES, FORMATS, NAMES, ROOT, drawing, program, rendered

ENDINGS = {"text": "txt", "ascii": "ascii.txt", "mermaid": "mmd", "dot": "dot", "svg": "svg", "json": "json"}
SCHEMA = json.loads((ROOT / "docs" / "graph.schema.json").read_text(encoding="utf-8"))
MERMAID = os.environ.get("KFDSL_TEST_MERMAID", "")


def of_case(name: str) -> Drawing:
    found = drawing(program(CASES / f"{name}.pipe"))
    return circles.only(found) if name == "circles" else found


@pytest.fixture(autouse=True)
def _at_the_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("name", NAMES)
def test_a_drawing_is_as_expected(name: str, form: str, update: bool) -> None:  # noqa: FBT001  # a fixture
    text = rendered(of_case(name), form)
    file = CASES / f"{name}.{ENDINGS[form]}"

    if update:
        file.write_text(text, encoding="utf-8")
    assert text == file.read_text(encoding="utf-8")


def test_no_expectation_is_left_over() -> None:
    expected = {f"{name}.{ending}" for name in NAMES for ending in ("pipe", *ENDINGS.values())}

    assert {path.name for path in CASES.iterdir()} == expected


@pytest.mark.parametrize("name", NAMES)
def test_json_is_as_the_schema_says(name: str) -> None:
    validator = jsonschema.Draft202012Validator(SCHEMA)
    for found in (of_case(name), drawing(program(CASES / f"{name}.pipe"), params=False)):
        problems = [error.message for error in validator.iter_errors(json.loads(rendered(found, "json")))]

        assert problems == []


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("name", NAMES)
def test_ascii_is_ascii(name: str) -> None:
    assert rendered(of_case(name), "ascii").isascii()


@pytest.mark.parametrize("name", NAMES)
def test_svg_is_xml_that_needs_nothing_else(name: str) -> None:
    text = rendered(of_case(name), "svg")

    tags = {element.tag.rpartition("}")[2] for element in ET.fromstring(text).iter()}  # noqa: S314  # our own text
    assert tags <= {"svg", "title", "style", "rect", "g", "text", "path"}
    assert [word for word in ("href", "url(", "@import", "<script") if word in text] == []


@pytest.mark.skipif(shutil.which("dot") is None, reason="Graphviz (dot) is not installed")
@pytest.mark.parametrize("name", NAMES)
def test_graphviz_takes_the_dot(name: str) -> None:
    done = subprocess.run(
        ["dot", "-Tjson"], input=rendered(of_case(name), "dot").encode(), capture_output=True, check=False
    )

    assert (done.returncode, done.stderr.decode()) == (0, "")


@pytest.mark.skipif(not MERMAID, reason="KFDSL_TEST_MERMAID names no node_modules with mermaid and jsdom")
def test_mermaid_takes_the_flowcharts(tmp_path: Path) -> None:
    script = tmp_path / "parse.mjs"
    script.write_text(
        f"""
        import {{ createRequire }} from "module";
        const require = createRequire({json.dumps(MERMAID + "/x.js")});
        const {{ JSDOM }} = require("jsdom");
        const {{ window }} = new JSDOM("");
        Object.assign(globalThis, {{ window, document: window.document }});
        const mermaid = (await import({json.dumps(MERMAID + "/mermaid/dist/mermaid.core.mjs")})).default;
        for (const text of {json.dumps([rendered(of_case(name), "mermaid") for name in NAMES])}) {{
          const found = await mermaid.parse(text);
          console.log(found.diagramType);
        }}
        """
    )

    done = subprocess.run(["node", script], capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout.split()) == (0, ["flowchart-v2"] * len(NAMES)), done.stderr
