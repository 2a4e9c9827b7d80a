"""What is too large to be run: the engine gives all that a container runs to its driver as one argument."""

from __future__ import annotations

import json
from typing import Final

from kfdsl import ir
from kfdsl.targets.kfp.leaf import Leaf
from kfdsl.targets.kfp.refusal import TooLarge
from kfdsl.targets.kfp.types import Object

ARGUMENT: Final = 128 * 1024
"""Bytes of an argument on Linux, its ending zero included."""


def check(container: Object, leaf: Leaf) -> None:
    """Refuse a container that does not fit into one argument, as JSON.

    Raises:
        TooLarge: it does not.
    """
    size = len(json.dumps(container, ensure_ascii=False).encode("utf-8", "surrogatepass"))
    if size < ARGUMENT:
        return
    files = leaf.settings.expr("files")
    run = leaf.body.run
    what = (
        files.span
        if files is not None
        else run.span
        if isinstance(run, (ir.Script, ir.Command))
        else leaf.body.span
    )
    raise TooLarge(
        what,
        f"this makes {size // 1024} KiB of what `{leaf.step.name}` runs, which Kubeflow passes on as one argument: it"
        f" has less than {ARGUMENT // 1024} KiB",
        "build an image that has the files and the script, and start it by `command`",
    )
