"""Any correct program can be drawn in every format, and every need of it is an edge."""

from __future__ import annotations

import json
from xml.etree import ElementTree as ET

from hypothesis import given, settings

from kfdsl import ir
from kfdsl.compiler import analyze_text
from kfdsl.graph import build, circles, dot, machine, mermaid, svg, text

from . import BOUNDED
from .programs import programs


@settings(BOUNDED, max_examples=60)
@given(programs())
def test_any_correct_program_can_be_drawn(source: str) -> None:
    program = analyze_text(source, target=None).program
    assert program is not None

    drawing = circles.find(build.draw(program, depth=None, params=True))

    assert drawing.circles == ()
    assert ET.fromstring(svg.render(drawing)).tag.endswith("svg")  # noqa: S314  # our own text
    assert text.render(drawing, width=80, ascii_only=True).isascii()
    assert mermaid.render(drawing).count("\n  n") >= sum(len(p.edges) for p in drawing.pictures)
    assert dot.render(drawing).count('" -> "') == sum(len(p.edges) for p in drawing.pictures)
    nodes = {
        node["id"]
        for pipeline in json.loads(machine.render(drawing))["pipelines"]
        for node in pipeline["nodes"]
    }
    edges = {(edge.source, edge.target) for picture in drawing.pictures for edge in picture.edges}
    assert {end for edge in edges for end in edge} <= nodes
    for pipeline in program.pipelines:
        for step in pipeline.graph.steps() if isinstance(pipeline.graph, ir.Graph) else ():
            wanted = {(f"{pipeline.name}/{n.step}", f"{pipeline.name}/{step.name}") for n in step.needs}
            assert wanted <= edges
