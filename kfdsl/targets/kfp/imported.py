"""Entries of imported commands: written as their file has them; what the backend would not fill in is noted."""

from __future__ import annotations

import re
from typing import Final

from kfdsl import ir, kinds
from kfdsl.targets.kfp.leaf import Leaf
from kfdsl.targets.kfp.text import OF_THE_ENGINE

_LEFT_AS_IT_IS: Final = re.compile(
    r"\{\{\$\.(?:outputs\.output_file|outputs\.output_metadata_uri|json_escape\[[0-9]+\]|pipeline_[a-z_]+|workspace_path"
    r"|(?:inputs|outputs)\.artifacts\['[^']*'\](?:\.metadata.*?)?"
    r"|inputs\.parameters\['[^']*'\]\.json_escape\[[0-9]+\])\}\}",
    re.DOTALL,
)
"""Placeholders of the IR that the launcher does not know in `command` and `args`."""


def written(item: ir.KubeflowWord, leaf: Leaf) -> str:
    """Return an entry as its file has it."""
    read = OF_THE_ENGINE.search(item.text)
    if read is not None:
        leaf.findings.unrunnable(
            item.span,
            f"`{read[0]}` begins a placeholder of Argo, which runs the steps for Kubeflow and would read it",
        )
    left = _LEFT_AS_IT_IS.search(item.text)
    if left is not None:
        leaf.findings.unrunnable(
            item.span, f"the open-source backend does not fill in `{left[0]}` in a command: it stays as it is"
        )
    for found in ir.walk(item):
        if isinstance(found, ir.IfPresent) and kinds.is_artifact(found.input.type):
            leaf.findings.unrunnable(
                item.span,
                "the open-source backend does not see whether an artifact is given: it takes the `else`",
            )
    return item.text
