"""A program in, right or wrong, the drawing of its pipelines out: `draw`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kfdsl import ir
from kfdsl.graph import reading, words
from kfdsl.graph.model import Drawing, Edge, Flow, Picture, Vertex, VertexKind, walk
from kfdsl.kinds import show
from kfdsl.source import Span

MOST = 50_000
"""Boxes of a drawing: pipelines that call each other twice, twenty levels deep, would have a million."""


class TooLargeError(Exception):
    """The drawing would have more than `MOST` boxes."""


def draw(program: ir.Program, *, depth: int | None = 0, params: bool = False) -> Drawing:
    """Return the drawing of a program.

    Called pipelines are drawn inside for `depth` levels, None for all. `params` adds a box for each param.

    Raises:
        TooLargeError: it would have more than `MOST` boxes.

    """
    size = _Size()
    libraries = (_Builder(size, params=params).library(library, depth) for library in program.libraries)
    pipelines = (_Builder(size, params=params).picture(pipeline, depth) for pipeline in program.pipelines)
    return Drawing((*libraries, *pipelines))


class _Size:
    """Counts the boxes of a drawing."""

    def __init__(self) -> None:
        self.boxes = 0

    def add(self) -> None:
        self.boxes += 1
        if self.boxes > MOST:
            raise TooLargeError


class _Builder:
    """Makes one pipeline's picture; `prefix` begins the ids of its vertices.

    `ids` has the vertex of each name that can be read, `found` the flows by target and source.
    """

    def __init__(self, size: _Size, *, params: bool) -> None:
        self.size = size
        self.params = params
        self.prefix = ""
        self.depth: int | None = 0
        self.taken: set[str] = set()
        self.ids: dict[str, str] = {}
        self.found: dict[str, dict[str, dict[tuple[str, str], Flow]]] = {}
        self.inner: list[Edge] = []

    def picture(self, pipeline: ir.Pipeline, depth: int | None) -> Picture:
        """Return a pipeline that is drawn by itself."""
        return self.sorted(self.root(pipeline, pipeline.name, depth))

    def library(self, library: ir.Library, depth: int | None) -> Picture:
        """Return a library: the steps and pipelines that others call, without edges between them."""
        self.prefix, self.depth = f"{library.name}/", depth
        children = []
        for member in library.members:
            ident = self.ident(member.name)
            if isinstance(member, ir.Pipeline):
                inside = _Builder(self.size, params=self.params)
                children.append(inside.root(member, ident, depth))
                self.inner += inside.edges()
            else:
                self.reads(ident, reading.flows(member, "data"))
                runs, outputs = words.of_body(member), _typed(member.outputs)
                children.append(
                    self.vertex(
                        ident,
                        "step",
                        member.name,
                        member.span.head,
                        runs=runs,
                        doc=member.doc,
                        outputs=outputs,
                    )
                )
        return self.sorted(
            self.vertex(
                library.name,
                "pipeline",
                library.name,
                library.name_span,
                runs="library",
                doc=library.doc,
                children=tuple(children),
            )
        )

    def sorted(self, root: Vertex) -> Picture:
        """Return a picture with its edges as their targets are written."""
        position = {vertex.id: number for number, vertex in enumerate(walk(root))}
        return Picture(root, tuple(sorted(self.edges(), key=lambda edge: position[edge.target])))

    def root(self, pipeline: ir.Pipeline, name: str, depth: int | None) -> Vertex:
        """Return a pipeline with all that is inside it; the edges there are kept for `edges`."""
        self.prefix, self.depth = f"{name}/", depth
        children: list[Vertex] = [*self.inputs(pipeline.params)]
        if pipeline.graph is not None:
            children += self.graph(pipeline.graph)
        elif pipeline.body is not None:
            children.append(self.body(pipeline, pipeline.body))
        children += self.handlers(pipeline.handlers, "")
        if pipeline.graph is not None:
            children += self.outputs(pipeline.outputs, "")
        return self.vertex(
            name,
            "pipeline",
            pipeline.name,
            pipeline.name_span,
            doc=pipeline.doc,
            outputs=_typed(pipeline.outputs),
            children=tuple(children),
        )

    def vertex(self, ident: str, kind: VertexKind, name: str, span: Span, **more: object) -> Vertex:
        """Return a vertex and count it."""
        self.size.add()
        return Vertex(ident, kind, name, span, **more)  # type: ignore[arg-type]  # the fields of Vertex

    def ident(self, name: str) -> str:
        """Return the id of something with this name; of two with one name only the first is found by it."""
        ident, number = self.prefix + name, 1
        while ident in self.taken:
            number += 1
            ident = f"{self.prefix}{name} {number}"
        self.taken.add(ident)
        self.ids.setdefault(name, ident)
        return ident

    def inputs(self, params: tuple[ir.Param, ...]) -> Iterator[Vertex]:
        """Yield the params, if they are asked for."""
        for param in params if self.params else ():
            ident = self.ident(reading.PARAM + param.name)
            yield self.vertex(ident, "param", param.name, param.span, type=show(param.type), doc=param.doc)

    def graph(self, graph: ir.Graph) -> Iterator[Vertex]:
        """Yield the vertices of a graph; handlers of steps follow them."""
        for node in graph.nodes:
            match node:
                case ir.Step():
                    step = self.step(node)
                    yield step
                    yield from self.handlers(node.handlers, node.name, step.id)
                case ir.Group():
                    yield self.group(node)
                case ir.Choice():
                    yield self.choice(node)

    def step(self, step: ir.Step) -> Vertex:
        """Return a step; one that calls a pipeline has that inside if it is to be seen."""
        ident = self.ident(step.name)
        children: tuple[Vertex, ...] = ()
        called = step.call
        opened = isinstance(called, ir.Pipeline) and self.depth != 0
        inside = _Builder(self.size, params=self.params)
        if isinstance(called, ir.Pipeline) and opened:
            children = inside.root(called, ident, None if self.depth is None else self.depth - 1).children
            self.inner += inside.edges()
        for name, value in step.arguments:
            target = inside.ids.get(reading.PARAM + name, ident)
            self.reads(target, reading.flows(value, "data"))
        self.reads(ident, reading.flows(step.settings, "data"))
        if isinstance(called, ir.Body) and not called.shared:
            self.reads(ident, reading.flows(called, "data"))
        self.header(ident, step.loop, step.after, step.when, step.needs)
        daemon = step.settings.expr("daemon")
        return self.vertex(
            ident,
            "step" if isinstance(called, ir.Body) else "pipeline",
            step.name,
            step.name_span,
            runs=words.runs(step),
            when=words.written(step.when.span) if step.when is not None else "",
            loop=words.clause(step.loop.span, "for") if step.loop is not None else "",
            after=reading.alternatives(step.after),
            doc=step.doc,
            outputs=() if isinstance(called, ir.PipelineRef) else _typed(called.outputs),
            daemon=isinstance(daemon, ir.Literal) and daemon.value is True,
            closed=isinstance(called, ir.Pipeline) and not opened,
            again=isinstance(called, ir.PipelineRef),
            children=children,
        )

    def body(self, pipeline: ir.Pipeline, body: ir.Body) -> Vertex:
        """Return the one step that a pipeline of one body is."""
        ident = self.ident(pipeline.name)
        for _, value in pipeline.arguments:
            self.reads(ident, reading.flows(value, "data"))
        self.reads(ident, reading.flows(body, "data"))
        outputs, span = _typed(body.outputs), pipeline.name_span
        return self.vertex(ident, "step", pipeline.name, span, runs=words.of_body(body), outputs=outputs)

    def header(
        self,
        ident: str,
        loop: ir.Loop | None,
        after: ir.Order | None,
        when: ir.Expr | None,
        needs: tuple[ir.Need, ...],
    ) -> None:
        """Keep what the clauses of a step or group read, and what it needs for no reason that is seen."""
        self.reads(ident, reading.order(after))
        self.reads(ident, reading.flows(loop, "loop"))
        self.reads(ident, reading.flows(when, "condition"))
        missing = [n for n in needs if n.step not in self.found.get(ident, ())]
        self.reads(ident, ((n.step, Flow("data" if n.data else "order", "", n.span)) for n in missing))

    def group(self, group: ir.Group) -> Vertex:
        """Return a group or `for` block."""
        ident = self.ident(group.name)
        self.header(ident, group.loop, group.after, group.when, group.needs)
        children = (
            *self.graph(group.graph),
            *self.handlers(group.handlers, group.name),
            *self.outputs(group.outputs, group.name),
        )
        return self.vertex(
            ident,
            "loop" if group.anonymous else "group",
            "for" if group.anonymous else group.name,
            group.span.head,
            when=words.written(group.when.span) if group.when is not None else "",
            loop=words.clause(group.loop.span, "for") if group.loop is not None else "",
            after=reading.alternatives(group.after),
            doc=group.doc,
            outputs=_typed(group.outputs),
            children=children,
        )

    def choice(self, choice: ir.Choice) -> Vertex:
        """Return an `if` with its branches."""
        ident = self.ident(f"if {choice.span.line}")
        branches = []
        for number, (condition, graph) in enumerate(choice.branches):
            self.reads(ident, reading.flows(condition, "condition"))
            branches.append(
                self.vertex(
                    self.ident(f"{ident.removeprefix(self.prefix)} branch {number + 1}"),
                    "branch",
                    "else" if condition is None else "if" if number == 0 else "elif",
                    condition.span if condition is not None else graph.span.head,
                    when=words.written(condition.span) if condition is not None else "",
                    children=tuple(self.graph(graph)),
                )
            )
        self.header(ident, None, None, None, choice.needs)
        return self.vertex(ident, "if", "if", choice.span.head, children=tuple(branches))

    def handlers(self, handlers: tuple[ir.Handler, ...], of: str, step: str = "") -> Iterator[Vertex]:
        """Yield handlers; `step` is the id of the step that they belong to, else they end what they stand in."""
        for handler in handlers:
            ident = self.ident(f"{of} on {handler.event}".strip())
            self.reads(ident, reading.flows(handler.when, "condition"))
            if step:
                self.inner.append(Edge(step, ident, (Flow("event", handler.event, handler.span.head),)))
            yield self.vertex(
                ident,
                "handler",
                f"on {handler.event}",
                handler.span.head,
                when=words.written(handler.when.span) if handler.when is not None else "",
                children=tuple(self.graph(handler.graph)),
            )

    def outputs(self, outputs: tuple[ir.GraphOutput, ...], of: str) -> Iterator[Vertex]:
        """Yield the outputs of a pipeline or group."""
        for output in outputs:
            ident = self.ident(f"{of} out {output.name}".strip())
            self.reads(ident, reading.flows(output.value, "data"))
            yield self.vertex(
                ident, "output", output.name, output.span, type=show(output.type), doc=output.doc
            )

    def reads(self, target: str, found: Iterable[tuple[str, Flow]]) -> None:
        """Keep what reaches a target."""
        for source, flow in found:
            flows = self.found.setdefault(target, {}).setdefault(source, {})
            flows.setdefault((flow.kind, flow.name), flow)

    def edges(self) -> tuple[Edge, ...]:
        """Return the edges, those whose source exists."""
        own = (
            Edge(self.ids[name], target, tuple(flows.values()))
            for target, sources in self.found.items()
            for name, flows in sources.items()
            if name in self.ids
        )
        return (*own, *self.inner)


def _typed(outputs: tuple[ir.Output, ...] | tuple[ir.GraphOutput, ...]) -> tuple[tuple[str, str], ...]:
    return tuple((output.name, show(output.type)) for output in outputs)
