"""A drawing in, JSON as docs/graph.schema.json says out: `render`."""

from __future__ import annotations

import json

from kfdsl.graph.model import Drawing, Edge, Flow, Picture, Vertex
from kfdsl.report.machine import Json, place, readable

FORMAT_VERSION = "1.0"


def render(drawing: Drawing) -> str:
    """Return one JSON object in ASCII, with a line for each pipeline, vertex, edge and cycle."""
    pictures = ",\n".join(_picture(picture) for picture in drawing.pictures)
    circles = [json.dumps([_step_of(edge) for edge in circle]) for circle in drawing.circles]
    view = "cycles" if drawing.partial else "all"
    return (
        f'{{"format_version": "{FORMAT_VERSION}", "view": "{view}", "pipelines": [{pictures}],\n'
        f'"cycles": [{_lines(circles)}]}}\n'
    )


def _picture(picture: Picture) -> str:
    root = picture.root
    vertices: list[str] = []
    waiting = [(child, root.id) for child in reversed(root.children)]
    while waiting:
        vertex, parent = waiting.pop()
        vertices.append(json.dumps(_vertex(vertex, parent)))
        waiting += [(child, vertex.id) for child in reversed(vertex.children)]
    about = json.dumps(
        {
            "id": root.id,
            "name": root.name,
            "doc": readable(root.doc),
            "span": place(root.span),
            "outputs": _outputs(root),
        }
    )
    edges = [json.dumps(_edge(edge)) for edge in picture.edges]
    return f'{about[:-1]},\n"nodes": [{_lines(vertices)}],\n"edges": [{_lines(edges)}]}}'


def _lines(parts: list[str]) -> str:
    return "\n" + ",\n".join(parts) + "\n" if parts else ""


def _vertex(vertex: Vertex, parent: str) -> Json:
    return {
        "id": vertex.id,
        "parent": parent,
        "kind": vertex.kind,
        "name": vertex.name,
        "span": place(vertex.span),
        "runs": readable(vertex.runs),
        "when": readable(vertex.when),
        "loop": readable(vertex.loop),
        "after": readable(vertex.after),
        "type": readable(vertex.type),
        "doc": readable(vertex.doc),
        "outputs": _outputs(vertex),
        "daemon": vertex.daemon,
        "collapsed": vertex.closed,
        "recursive": vertex.again,
    }


def _outputs(vertex: Vertex) -> list[Json]:
    return [{"name": name, "type": readable(kind)} for name, kind in vertex.outputs]


def _edge(edge: Edge) -> Json:
    flows: list[Json] = [_flow(flow) for flow in edge.flows]
    return {"source": edge.source, "target": edge.target, "cyclic": edge.cyclic, "flows": flows}


def _step_of(edge: Edge) -> Json:
    return {"source": edge.source, "target": edge.target, "flow": _flow(edge.flows[0])}


def _flow(flow: Flow) -> Json:
    return {"kind": flow.kind, "name": readable(flow.name), "span": place(flow.span)}
