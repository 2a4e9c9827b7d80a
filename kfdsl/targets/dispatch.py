"""Checked programs to manifests: each target by its name, imported when it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from kfdsl import ir
from kfdsl.codes import report
from kfdsl.diagnostics import Diagnostic
from kfdsl.node import Node, replace
from kfdsl.targets.known import Chosen

if TYPE_CHECKING:
    from kfdsl.targets.manifest import Manifest


class Order(Node):
    """What is asked of a target: a kind other than the program's, values of params by pipeline, what to allow."""

    kind: str | None
    values: Sequence[Mapping[str, ir.Constant]]
    allow: frozenset[str] = frozenset()


class Rendered(Node):
    """What a target made of a program, in order: libraries, then pipelines; and what it found."""

    target: Chosen
    manifests: tuple[Manifest, ...]
    diagnostics: tuple[Diagnostic, ...]


def render(program: ir.Program, target: Chosen, order: Order) -> Rendered:
    """Return the manifests of a program; where a pipeline has none, there are findings KF3nn."""
    manifests: list[Manifest] = []
    found: list[Diagnostic] = []
    for manifest, refused in _RENDERERS[target.name](program, target, order):
        found += refused
        if manifest is not None:
            manifests.append(manifest)
    return Rendered(target, tuple(manifests), tuple(found))


def compared(program: ir.Program, rendered: tuple[Rendered, ...]) -> tuple[Rendered, ...]:
    """Add what engines do differently by habit, where there are several of them."""
    if len({made.target.name for made in rendered}) == 1:
        return rendered
    from kfdsl.targets import habits  # noqa: PLC0415  # only for several targets

    more = habits.differences(program)
    return tuple(
        replace(made, diagnostics=(*made.diagnostics, *more)) if made.target.name == "kfp" else made
        for made in rendered
    )


Made = tuple["Manifest | None", tuple[Diagnostic, ...]]


def _argo(program: ir.Program, target: Chosen, order: Order) -> list[Made]:
    from kfdsl.targets import argo  # noqa: PLC0415  # jinja2 is needed only now

    made = [
        argo.render_library(library, source_name=program.name, version=target.version)
        for library in program.libraries
    ]
    return made + [
        argo.render(
            pipeline,
            source_name=program.name,
            kind=order.kind,
            version=target.version,
            parameters=values or None,
        )
        for pipeline, values in zip(program.pipelines, order.values, strict=True)
    ]


def _kfp(program: ir.Program, _: Chosen, order: Order) -> list[Made]:
    from kfdsl.targets import kfp  # noqa: PLC0415  # likewise

    made: list[Made] = [(None, (_no_library(library),)) for library in program.libraries]
    return made + [
        kfp.render(
            pipeline,
            source_name=program.name,
            kind=order.kind,
            parameters=values or None,
            allow=order.allow,
        )
        for pipeline, values in zip(program.pipelines, order.values, strict=True)
    ]


def _no_library(library: ir.Library) -> Diagnostic:
    return report(
        "not-on-kfp",
        library.name_span,
        "Kubeflow Pipelines have no libraries that others call on the cluster",
        helps=("import its components where they are used: they become part of each pipeline",),
    )


_RENDERERS: Final[Mapping[str, Callable[[ir.Program, Chosen, Order], list[Made]]]] = {
    "argo": _argo,
    "kfp": _kfp,
}
