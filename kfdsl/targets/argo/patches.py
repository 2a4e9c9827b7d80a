"""`patch`: the author's YAML, checked against the schema and merged into a rendered object.

What is wrong with a patch is found at its place inside the text; so is what it overrides.
"""

from __future__ import annotations

import json
import re
from typing import Final

from kfdsl import ir
from kfdsl.diagnostics import Diagnostic
from kfdsl.source import Span
from kfdsl.targets.argo.schema import VERSIONS
from kfdsl.targets.argo.scope import Object

RAW: Final = "raw: "
"""How a value in a patch of the pod begins that is written without quotes."""

_QUOTED_RAW: Final = rf'"{RAW}(\{{\{{.*?\}}\}})"'


class Patched:
    """What the patches of one manifest did.

    `findings` are their mistakes and what they override. `spans` are the places of the maps of the manifest,
    which move where a map is merged.
    """

    __slots__ = ("_written", "findings", "spans", "version")

    def __init__(self, version: str = VERSIONS[0]) -> None:
        """Begin without patches."""
        self.version = version
        self.findings: list[Diagnostic] = []
        self.spans: dict[int, Span] = {}
        self._written: dict[
            int, tuple[Object, dict[str, Span]]
        ] = {}  # holds the maps, so that ids stay theirs

    @property
    def failed(self) -> bool:
        """Tell whether a patch has a mistake."""
        return any(found.severity == "error" for found in self.findings)

    def written(self, owner: Object, field: str) -> Span | None:
        """Return where a patch says a field of a map; None where it is not of a patch."""
        found = self._written.get(id(owner))
        return None if found is None else found[1].get(field)

    def any_written(self, owner: Object) -> Span | None:
        """Return where a patch says any field of a map."""
        found = self._written.get(id(owner))
        return None if found is None else next(iter(found[1].values()), None)

    def write(self, owner: Object, field: str, span: Span) -> None:
        """Note that a field comes of a patch."""
        self._written.setdefault(id(owner), (owner, {}))[1][field] = span

    def move(self, old: Object, new: Object) -> None:
        """Note that a map takes the place of another."""
        if id(old) in self.spans:
            self.spans[id(new)] = self.spans.pop(id(old))
        if id(old) in self._written:
            self._written[id(new)] = new, self._written[id(old)][1]


def apply(
    patches: tuple[ir.Patch, ...], made: Object, definition: str, patched: Patched, generated: Span
) -> None:
    """Merge what is written for Argo into an object of a definition; `patch pod` into its `podSpecPatch`.

    `generated` is where the object comes from.
    """
    for patch in patches:
        if patch.path[0] not in ("argo", "pod"):
            continue
        from kfdsl.targets.argo.patch_text import Text  # noqa: PLC0415  # YAML takes milliseconds to import
        from kfdsl.targets.argo.patching import Application  # noqa: PLC0415  # likewise

        text = Text(patch)
        patched.findings += text.problems
        if text.value is None:
            continue
        one = Application(text, patched, generated)
        if patch.path[0] == "pod":
            one.pod(made)
        else:
            one.whole(made, definition)


def finish_pod(made: Object, patched: Patched, generated: Span) -> None:
    """Check the patch of the pod, and take the quotes off what stands for numbers, lists and maps."""
    held = made.get("podSpecPatch")
    if not isinstance(held, str):
        return
    from kfdsl.targets.argo import checked  # noqa: PLC0415  # few pods are patched
    from kfdsl.targets.argo.schema.shape import Shape  # noqa: PLC0415  # likewise

    shape = Shape(patched.version, partial=True, placeholders=True)
    for problem in shape.problems(json.loads(held), {"$ref": "#/$defs/PodSpec"}):
        place = generated.head
        patched.findings.append(checked.internal(place, f"podSpecPatch, {problem.path}: {problem.message}"))
    made["podSpecPatch"] = re.sub(_QUOTED_RAW, lambda found: str(json.loads(f'"{found[1]}"')), held)
