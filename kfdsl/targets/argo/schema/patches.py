"""`patch argo` and `patch pod`: merged into a rendered object, and into what the engine applies to the pod."""

from __future__ import annotations

import json
import re
from typing import Final

from kfdsl import ir
from kfdsl.source import Span
from kfdsl.targets.argo.objects import Object
from kfdsl.targets.common.patches.patched import Patched

RAW: Final = "raw: "
"""How a value in a patch of the pod begins that is written without quotes."""

_QUOTED_RAW: Final = rf'"{RAW}(\{{\{{.*?\}}\}})"'


def apply(
    patches: tuple[ir.Patch, ...], made: Object, definition: str, patched: Patched, generated: Span
) -> None:
    """Merge what is written for Argo into an object of a definition; `patch pod` into its `podSpecPatch`.

    `generated` is where the object comes from.
    """
    for patch in patches:
        if patch.path[0] not in ("argo", "pod"):
            continue
        from kfdsl.targets.argo.schema.patching import ArgoPatch  # noqa: PLC0415  # YAML takes milliseconds to import

        one = ArgoPatch(patch, patched, generated)
        if patch.path[0] == "pod":
            one.pod(made)
        else:
            one.whole(made, definition)


def finish_pod(made: Object, patched: Patched, generated: Span) -> None:
    """Check the patch of the pod, and take the quotes off what stands for numbers, lists and maps."""
    held = made.get("podSpecPatch")
    if not isinstance(held, str):
        return
    from kfdsl.targets.argo import schema  # noqa: PLC0415  # few pods are patched
    from kfdsl.targets.argo.schema import checked  # noqa: PLC0415  # few pods are patched
    from kfdsl.targets.common.schema.shape import Shape  # noqa: PLC0415  # likewise

    shape = Shape(schema.schemas(), patched.version, partial=True, placeholder=is_placeholder)
    for problem in shape.problems(json.loads(held), {"$ref": "#/$defs/PodSpec"}):
        place = generated.head
        patched.findings.append(checked.internal(place, f"podSpecPatch, {problem.path}: {problem.message}"))
    made["podSpecPatch"] = re.sub(_QUOTED_RAW, lambda found: str(json.loads(f'"{found[1]}"')), held)


def is_placeholder(value: str) -> bool:
    """Tell whether a text is one `{{…}}` and nothing else."""
    if value.startswith(f"{RAW}{{{{"):
        return True  # kfdsl's own, which is written without quotes
    return value.startswith("{{") and value.endswith("}}") and value.count("{{") == 1
