"""Every edge that the checked program has is in each format."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import escape
from pathlib import Path

import pytest

from kfdsl import ir
from kfdsl.graph.model import Drawing, walk
from kfdsl.graph.nesting import Nesting

from .drawings import CASES, ROOT, drawing, program, rendered

EXAMPLES = sorted(path for path in (ROOT / "examples").glob("*/*.pipe") if path.parent.name != "errors")
FILES = [*EXAMPLES, *(path for path in sorted(CASES.glob("*.pipe")) if path.stem != "circles")]


def needs(graph: ir.Graph) -> Iterator[tuple[str, str]]:
    """Yield source and target of all needs of a graph; an `if` is called by its line."""
    for node in graph.nodes:
        name = f"if {node.span.line}" if isinstance(node, ir.Choice) else node.name
        yield from ((need.step, name) for need in node.needs)
        if isinstance(node, ir.Choice):
            for _, branch in node.branches:
                yield from needs(branch)
            continue
        if isinstance(node, ir.Group):
            yield from needs(node.graph)
        for handler in node.handlers:
            yield from needs(handler.graph)


@pytest.fixture(params=FILES, ids=lambda path: path.stem)
def found(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> tuple[ir.Program, Drawing]:
    monkeypatch.chdir(ROOT)
    path: Path = request.param
    known = program(path)
    return known, drawing(known)


def test_every_need_is_an_edge(found: tuple[ir.Program, Drawing]) -> None:
    known, drawn = found
    missing = []
    for pipeline, picture in zip(known.pipelines, drawn.pictures, strict=True):
        edges = {(edge.source, edge.target) for edge in picture.edges}
        graphs = [g for g in (pipeline.graph, *(h.graph for h in pipeline.handlers)) if g is not None]
        wanted = {(f"{pipeline.name}/{a}", f"{pipeline.name}/{b}") for g in graphs for a, b in needs(g)}
        missing += sorted(wanted - edges)

    assert missing == []


def test_json_has_every_edge(found: tuple[ir.Program, Drawing]) -> None:
    shown = [
        (edge["source"], edge["target"], [(flow["kind"], flow["name"]) for flow in edge["flows"]])
        for pipeline in json.loads(rendered(found[1], "json"))["pipelines"]
        for edge in pipeline["edges"]
    ]

    edges = (edge for picture in found[1].pictures for edge in picture.edges)
    assert shown == [(e.source, e.target, [(f.kind, f.name) for f in e.flows]) for e in edges]


def test_mermaid_has_every_edge(found: tuple[ir.Program, Drawing]) -> None:
    single = len(found[1].pictures) == 1
    vertices = [vertex for picture in found[1].pictures for vertex in walk(picture.root)]
    number = {vertex.id: f"n{at}" for at, vertex in enumerate(vertices[1:] if single else vertices)}

    shown = re.findall(
        r'^  (n\d+) (?:-->|-\.->)(?:\|"[^"]*"\|)? (n\d+)$', rendered(found[1], "mermaid"), re.MULTILINE
    )

    edges = (edge for picture in found[1].pictures for edge in picture.edges)
    assert shown == [(number[edge.source], number[edge.target]) for edge in edges]


def test_dot_has_every_edge(found: tuple[ir.Program, Drawing]) -> None:
    shown = re.findall(r'^  "([^"]*)" -> "([^"]*)" \[(.*)\]$', rendered(found[1], "dot"), re.MULTILINE)

    ends = []
    for tail, head, attributes in shown:
        outer = dict(re.findall(r'(ltail|lhead)="cluster ([^"]*)"', attributes))
        ends.append((outer.get("ltail", tail), outer.get("lhead", head)))
    assert ends == [
        (f"{at}/{edge.source}", f"{at}/{edge.target}")
        for at, picture in enumerate(found[1].pictures)
        for edge in picture.edges
    ]


def test_svg_has_every_edge(found: tuple[ir.Program, Drawing]) -> None:
    text = rendered(found[1], "svg")

    missing = []
    for picture in found[1].pictures:
        vertices = Nesting(picture).vertices
        for edge in picture.edges:
            between = f"{vertices[edge.source].name} → {vertices[edge.target].name}"
            folded = picture.root.name == "fan"
            if not folded and escape(between) not in text:
                missing.append(between)
    assert missing == []


def test_text_has_every_value(found: tuple[ir.Program, Drawing]) -> None:
    text = rendered(found[1], "text", width=10_000)

    missing = []
    for picture in found[1].pictures:
        vertices = Nesting(picture).vertices
        for edge in picture.edges:
            source = vertices[edge.source]
            for flow in edge.flows:
                name = source.name if source.kind == "param" else f"{source.name}.{flow.name}"
                if flow.kind == "data" and picture.root.name != "fan" and name not in text:
                    missing.append(name)
    assert missing == []
