"""What every target gives: one document, and where in the source its parts come from."""

from __future__ import annotations

from kfdsl.node import Node
from kfdsl.source import Span


class Manifest(Node):
    """One document; `source_map` leads from paths in it to the constructs that they come from."""

    kind: str
    name: str
    pipeline: str
    text: str
    source_map: dict[tuple[str | int, ...], Span]
