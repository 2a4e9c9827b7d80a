"""Images and commands: what a container cannot do without, with advice from the rest of the file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from kfdsl import ir
from kfdsl import syntax as s
from kfdsl.diagnostics import Edit, Fix
from kfdsl.lower import settings_table
from kfdsl.lower.blocks import items_of, walk
from kfdsl.lower.context import Context
from kfdsl.nearest import nearest
from kfdsl.source import Source, Span


def check_runs(context: Context, name: s.Name, block: s.Block | None, body: ir.Body) -> None:
    """Report a step that has nothing to run."""
    if body.run is not None or body.patches or _misspelt(block, None):
        return
    fixes: tuple[Fix, ...] = ()
    if block is not None:
        fixes = (Fix("say what it runs", (_first_line(block, 'command = ["…"]'),), safe=False),)
    context.report(
        "missing-command",
        name.span,
        f"step `{name.text}` has nothing to run",
        label="needs `command`, `script` or a call",
        fixes=fixes,
        helps=("or run a component: `step x = component(…)`; `args = []` runs the image as it is",),
    )


class Images:
    """Reports steps without an image; remembers which one each file mostly uses."""

    def __init__(self, context: Context) -> None:
        """Start without files."""
        self.context = context
        self._trees: dict[int, s.File] = {}
        self._common: dict[int, str | None] = {}

    def know(self, source: Source, tree: s.File) -> None:
        """Remember the tree of a source, for advice about it."""
        self._trees[id(source)] = tree

    def check(
        self, name: s.Name, block: s.Block | None, merged: Mapping[str, ir.Expr | ir.RangeExpr], body: ir.Body
    ) -> None:
        """Report a step whose container has no image, in itself or by `defaults`."""
        if "image" in merged or body.patches or isinstance(body.run, ir.BuiltIn) or body.run is None:
            return
        if _misspelt(block, "image") or self._is_misspelt(name.span.source):
            return
        if isinstance(body.run, ir.Containers):
            lacking = [c for c in body.run.containers if c.settings.get("image") is None and not c.patches]
            if not lacking:
                return
            name = s.Name(lacking[0].name, lacking[0].span)
        common = self._most_used(name.span.source)
        fixes: tuple[Fix, ...] = ()
        if common and block is not None:
            line = _first_line(block, f'image = "{common}"')
            fixes = (Fix(f'other steps of this file use "{common}"', (line,), safe=False),)
        self.context.report(
            "missing-image",
            name.span,
            f"step `{name.text}` has no image",
            label='needs `image = "…"`, here or in `defaults`',
            fixes=fixes,
            helps=() if common else ('for example `image = "python:3.12-slim"`',),
        )

    def _most_used(self, source: Source) -> str | None:
        """Return the image that most items of a file name."""
        if id(source) not in self._common:
            tree = self._trees.get(id(source))
            self._common[id(source)] = _common_image(tree) if tree is not None else None
        return self._common[id(source)]

    def _is_misspelt(self, source: Source) -> bool:
        """Tell whether `defaults` of a file have a misspelt `image`, which has been reported."""
        tree = self._trees.get(id(source))
        if tree is None:
            return False
        pipelines = [d for d in tree.declarations if isinstance(d, s.Pipeline)]
        items = [*tree.declarations, *(i for p in pipelines for i in items_of(p.block))]
        return any(isinstance(i, s.Defaults) and _misspelt(i.block, "image") for i in items)


def _misspelt(block: s.Block | None, name: str | None) -> bool:
    """Tell whether a block has an unknown setting, which has been reported; one like `name`, if given."""
    known = {*settings_table.STEP, *settings_table.GRAPH, *settings_table.RUNS}
    unknown = [i.name.text for i in items_of(block) if isinstance(i, s.Setting) and i.name.text not in known]
    return any(name is None or nearest(word, (name,)) for word in unknown)


def _common_image(tree: s.File) -> str | None:
    counts = Counter(
        item.value.value
        for item in walk(tree.declarations)
        if isinstance(item, s.Setting) and item.name.text == "image" and isinstance(item.value, s.Text)
    )
    return min(counts, key=lambda image: (-counts[image], image)) if counts else None


def _first_line(block: s.Block, text: str) -> Edit:
    """Return the edit that puts a line first into a block."""
    source = block.span.source
    at = block.span.start + 1
    if (
        block.items
        and source.position(block.items[0].span.start).line > source.position(block.span.start).line
    ):
        first = block.items[0].span.start
        margin = source.text[source.text.rfind("\n", 0, first) + 1 : first]
        if margin.isspace():
            return Edit(Span(source, at, at), f"\n{margin}{text}")
    start = source.text.rfind("\n", 0, block.span.start) + 1
    line = source.text[start:at]
    margin = line[: len(line) - len(line.lstrip())] + "  "
    inner = source.text[at : block.span.end - 1]
    if "\n" in inner:
        return Edit(Span(source, at, at), f"\n{margin}{text}")
    return Edit(Span(source, at, at), f" {text}," if inner.strip() else f" {text} ")
