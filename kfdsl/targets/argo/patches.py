"""`patch`: the author's YAML merged into a rendered object, as Kubernetes merges strategically."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Final

from kfdsl import ir
from kfdsl.codes import report
from kfdsl.source import Span
from kfdsl.targets.argo.refusal import Refused
from kfdsl.targets.argo.scope import Object

if TYPE_CHECKING:
    import yaml

KEYS: Final = {
    "volumeMounts": "mountPath",
    "volumeDevices": "devicePath",
    "ports": "containerPort",
    "hostAliases": "ip",
    "topologySpreadConstraints": "topologyKey",
}
"""What the items of a list are told apart by, where it is not `name`."""


@cache
def _loader() -> type[yaml.SafeLoader]:
    """Return what reads YAML as Kubernetes does: dates stay texts."""
    import yaml  # noqa: PLC0415  # takes milliseconds, and few pipelines have patches

    class Loader(yaml.SafeLoader):
        yaml_implicit_resolvers = {  # noqa: RUF012  # as PyYAML declares it
            first: [pair for pair in pairs if pair[0] != "tag:yaml.org,2002:timestamp"]
            for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
        }

    return Loader


def apply(patches: tuple[ir.Patch, ...], made: Object) -> None:
    """Merge what is written for Argo into an object; `patch pod` into its `podSpecPatch`."""
    for patch in patches:
        if patch.path[0] == "pod":
            held = made.get("podSpecPatch")
            base = json.loads(held) if isinstance(held, str) else {}
            whole = merged(base, parsed(patch))
            made["podSpecPatch"] = json.dumps(whole, ensure_ascii=False, separators=(",", ":"))
        elif patch.path[0] == "argo":
            whole = merged(made, parsed(patch))
            if isinstance(whole, dict):
                made.clear()
                made.update(whole)


def parsed(patch: ir.Patch) -> object:
    """Return the value of the text of a patch."""
    import yaml  # noqa: PLC0415  # see `_loader`

    try:
        value = yaml.load(patch.text, _loader())  # noqa: S506  # a subclass of SafeLoader
    except yaml.YAMLError as error:
        raise InvalidPatch(patch.span, f"the patch is not YAML: {_short(error)}") from error
    if not isinstance(value, dict):
        raise InvalidPatch(patch.span, "a patch is a map, as `metadata: …`")
    return value


def _short(error: yaml.YAMLError) -> str:
    problem = getattr(error, "problem", None) or str(error)
    mark = getattr(error, "problem_mark", None)
    return f"{problem} in line {mark.line + 1}" if mark is not None else str(problem)


class InvalidPatch(Refused):
    """The text of a patch cannot be read."""

    def __init__(self, span: Span, message: str) -> None:
        """Keep where and why."""
        super().__init__(span, message)

    @property
    def diagnostic(self) -> object:  # type: ignore[override]  # a Diagnostic
        """The finding."""
        return report("invalid-patch", self.span, self.message)


def merged(old: object, new: object, key: str = "") -> object:
    """Merge maps by key and lists of named things by name; null takes a field away; other values replace."""
    if isinstance(old, dict) and isinstance(new, dict):
        result = dict(old)
        for name, value in new.items():
            if value is None:
                result.pop(name, None)
            else:
                result[name] = merged(result.get(name), value, name)
        return result
    if isinstance(old, list) and isinstance(new, list):
        own = KEYS.get(key, "name")
        if all(isinstance(item, dict) and own in item for item in (*old, *new)):
            return _merged_lists(old, new, own)
    return new


def _merged_lists(old: list[Object], new: list[Object], own: str) -> list[object]:
    by_name = {item[own]: item for item in old}
    for item in new:
        by_name[item[own]] = merged(by_name.get(item[own]), item)  # type: ignore[assignment]  # of two maps, a map
    return list(by_name.values())
