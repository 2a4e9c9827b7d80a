"""Settings of a step: fields of its container, its task and its pod."""

from __future__ import annotations

from kfdsl import ir
from kfdsl.targets.argo.constants import NotConstant, constant
from kfdsl.targets.kfp import argv
from kfdsl.targets.kfp.dag import Task
from kfdsl.targets.kfp.leaf import Leaf
from kfdsl.targets.kfp.types import Object


def apply(leaf: Leaf, container: Object) -> None:
    """Put the settings of a step into its container, its task and its platform settings."""
    own = leaf.settings
    image = own.expr("image")
    if image is not None:
        container["image"] = argv.text(image, leaf)
    caching(own, leaf.task)
    display = own.expr("display")
    leaf.task.fields["taskInfo"] = {
        "name": argv.text(display, leaf) if display is not None else leaf.task.name
    }


def caching(own: ir.Settings, task: Task) -> None:
    """Say whether the engine may reuse what a task made before; as with its SDK, it may unless told otherwise."""
    cache = own.expr("cache")
    enabled = True if cache is None else constant(cache)
    if isinstance(enabled, NotConstant):
        enabled = True
    task.fields["cachingOptions"] = {"enableCache": True} if enabled else {}
