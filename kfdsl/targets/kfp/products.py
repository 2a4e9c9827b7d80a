"""Outputs of a script: where each is written, and what has to be done with it when the script has ended."""

from __future__ import annotations

from collections.abc import Container
from typing import Final

from kfdsl import ir, kinds
from kfdsl.node import Node
from kfdsl.targets.common.constants import NotConstant, constant
from kfdsl.targets.kfp.leaf import Leaf
from kfdsl.targets.kfp.refusal import Refused

_TOLD_BY_CONTENT: Final = frozenset(("Metrics", "ClassificationMetrics", "SlicedClassificationMetrics"))
"""Artifacts whose content is their metadata."""


class Product(Node):
    """An output.

    `path` is the engine's; `at` the author's own one, or empty. `is_text` tells that it is a value whose text
    loses one newline at its end, `printed` that it is what the step prints, `is_metadata` that its content is
    its metadata, `described` that the script may tell its metadata.
    """

    name: str
    variable: str
    path: str
    at: str
    default: ir.Constant
    is_artifact: bool
    is_text: bool
    is_metadata: bool
    printed: bool
    described: bool

    @property
    def tells(self) -> bool:
        """Tell whether the engine must be told about it, beside its file."""
        return self.is_metadata or self.described or (self.is_artifact and bool(self.at))


def of_script(script: ir.Script, leaf: Leaf) -> list[Product]:
    """Return the outputs of a body that runs a script."""
    return of_body(
        leaf,
        {
            value.base.name
            for _, value in script.variables
            if isinstance(value, ir.FieldOf) and isinstance(value.base, ir.OutputPath)
        },
    )


def of_body(leaf: Leaf, described: Container[str] = ()) -> list[Product]:
    """Return the outputs of a body; `described` are those whose metadata it may tell."""
    return [_product(entry, leaf, described=entry.name in described) for entry in leaf.body.outputs]


def _product(entry: ir.Output, leaf: Leaf, *, described: bool) -> Product:
    if isinstance(entry.type, kinds.Optional):
        raise Refused(
            entry.span,
            f"Kubeflow takes each output of a step as written: `{entry.name}` cannot be absent",
            "make the step conditional, or write an empty value",
        )
    kind = kinds.bare(entry.type)
    artifact = kinds.is_artifact(entry.type)
    at = constant(entry.at) if entry.at is not None else ""
    if not isinstance(at, str):
        raise Refused(entry.span, "a path is a constant on Kubeflow")
    default = next((value for key, value in entry.options if key == "default"), None)
    return Product(
        name=entry.name,
        variable=entry.name.replace("-", "_"),
        path=leaf.placeholder(ir.OutputPath(entry.name, entry.type, entry.span)),
        at=at,
        default=default,
        is_artifact=artifact,
        is_text=not artifact
        and (kinds.is_text(kind) or kind in (kinds.JSON, kinds.DURATION, kinds.QUANTITY)),
        is_metadata=isinstance(kind, kinds.Artifact) and kind.name in _TOLD_BY_CONTENT,
        printed=entry.value == "stdout",
        described=described,
    )


def input_place(entry: ir.Input) -> str:
    """Return the author's own path of an artifact that comes in, or an empty text."""
    at = constant(entry.at) if entry.at is not None else ""
    if not isinstance(at, str):
        raise Refused(entry.span, "a path is a constant on Kubeflow")
    return at


def add_metadata(leaf: Leaf) -> None:
    """Put the constant metadata of artifacts into their definitions."""
    for entry in leaf.body.outputs:
        made = {}
        for key, value in entry.metadata:
            known = constant(value)
            if isinstance(known, NotConstant):
                raise Refused(value.span, "metadata beside an output is a constant on Kubeflow")
            made[key] = known
        if made:
            definition, kind = leaf.outputs[entry.name]
            leaf.outputs[entry.name] = definition | {"metadata": made}, kind
