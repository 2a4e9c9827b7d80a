"""Commands: what runs is the author's own, so that nothing sees to what is promised of its files."""

from __future__ import annotations

from typing import Final

from kfdsl import ir
from kfdsl.targets.kfp import argv, environment, products
from kfdsl.targets.kfp.leaf import Leaf
from kfdsl.targets.kfp.products import Product
from kfdsl.targets.kfp.refusal import Refused
from kfdsl.targets.kfp.types import Object

_RESOLVED_LATE: Final = ("{{$.inputs.artifacts", "{{$.outputs")
"""Placeholders that are still there when the engine looks for the program to start."""
_SCRIPT: Final = "run a script: what is put around it sees to this"


def container(run: ir.Command, leaf: Leaf) -> Object:
    """Return the fields `command` and `args`."""
    if not run.command:
        raise Refused(
            run.span,
            "on Kubeflow a step says its command: the entrypoint of the image is not run",
            "write the entrypoint as `command`",
        )
    if not any(isinstance(item, ir.KubeflowWord) for item in (*run.command, *(run.args or ()))):
        _check(leaf)
    command = argv.words(run.command, leaf)
    args = argv.words(run.args or (), leaf)
    before = _before(leaf)
    if before:
        return {"command": [*before], "args": [*command, *args]}
    if command and command[0].startswith(_RESOLVED_LATE):
        raise Refused(
            run.command[0].span,
            "Kubeflow looks for the program to start before it knows paths of artifacts and outputs",
            "start a program of the image, such as `env`, in front of it",
        )
    made: Object = {"command": [*command]}
    return made | ({"args": [*args]} if args else {})


def _check(leaf: Leaf) -> None:
    """Report what is promised of the files of a step and can be kept only around a script."""
    for entry in leaf.body.inputs:
        if entry.at is not None:
            leaf.findings.refuse(entry.span, "Kubeflow has paths of its own for what a command gets", _SCRIPT)
    taken: list[str] = []
    for output, product in zip(leaf.body.outputs, products.of_body(leaf), strict=True):
        refused = _refused(product)
        if refused:
            leaf.findings.refuse(output.span, refused, _SCRIPT)
        elif product.is_metadata:
            taken.append(f"its interface does not show what `{product.name}` holds")
        elif product.is_artifact:
            taken.append(f"a missing `{product.name}` does not fail the step")
        elif product.is_text:
            taken.append(f"a newline at the end of `{product.name}` is kept")
    if taken:
        leaf.findings.differs(
            leaf.body.span.head,
            f"Kubeflow takes what a command writes as it is: {'; '.join(taken)}",
            _SCRIPT,
        )


def _refused(product: Product) -> str:
    if product.printed:
        return "Kubeflow does not keep what a command prints"
    if product.at:
        return "Kubeflow has paths of its own for what a command writes"
    return f"Kubeflow has no default for `{product.name}` of a command" if product.default is not None else ""


def _before(leaf: Leaf) -> list[str]:
    """Return the shell that sets variables and the folder of a command; empty where it needs neither."""
    variables = environment.at_run_time(leaf)
    workdir = leaf.settings.expr("workdir")
    spans = [*(value.span for _, value in variables), *([workdir.span] if workdir is not None else [])]
    if not spans:
        return []
    values = [argv.text_or_empty(value, leaf) for _, value in variables]
    given = " ".join(f'{name}="${n}"' for n, (name, _) in enumerate(variables, 1))
    parts = [f"export {given}"] if given else []
    if workdir is not None:
        values.append(argv.text(workdir, leaf))
        parts.append(f'cd "${len(values)}" || exit')
    leaf.findings.differs(
        spans[0],
        "Kubeflow has no field for this: the command is started by `sh`, which the image must have",
        "or give it to the program as an argument",
    )
    parts += [f"shift {len(values)}", 'exec "$@"']
    return ["sh", "-c", "; ".join(parts), leaf.task.name, *values]
