r"""Characters that Argo cannot put in the place of a simple placeholder.

Argo quotes a value by Go's rules and puts it into JSON, where `\a`, `\x1b` or `\U0010ffff` are no escapes: the run
ends with "invalid JSON". The result of an expression is quoted as JSON. So where a manifest holds such a character,
`{{inputs.parameters.x}}` is written `{{= inputs.parameters.x }}`, which gives the same text.
"""

from __future__ import annotations

import re
from typing import Any

from kfdsl.targets.argo import names
from kfdsl.targets.argo.objects import Object

_BROKEN = re.compile(
    "[\x00-\x07\x0b\x0e-\x1f\x7f\U00010000-\U0001f2ff\U0001f650-\U0001f67f\U0001f6c6-\U0001f8ff"
    "\U0001fa00-\U0001ffff\U0002a6d7-\U0010ffff]"
)
"""Controls, and of the higher planes all but blocks in which every character can be printed, as most emoji."""

_TAG = re.compile(r"\{\{((?:inputs\.parameters|workflow\.parameters|item)(?:\.[A-Za-z0-9_-]+)?)\}\}")


def repair(spec: Object) -> None:
    """Write the placeholders of a spec as expressions where its values ask for that."""
    templates = spec.get("templates")
    if isinstance(templates, list) and _is_broken([spec.get("arguments"), *map(_values, templates)]):
        for template in templates:
            _rewrite(template)


def _values(template: Any) -> list[object]:  # noqa: ANN401  # any template
    tasks = template["dag"]["tasks"] if "dag" in template else ()
    own = [template.get("inputs")]
    return own + [task.get(key) for task in tasks for key in ("arguments", "withItems", "withParam")]


def _is_broken(value: object) -> bool:
    match value:
        case str():
            return _BROKEN.search(value) is not None
        case dict():
            return any(map(_is_broken, value.values()))
        case list() | tuple():
            return any(map(_is_broken, value))
        case _:
            return False


def _rewrite(value: Any) -> Any:  # noqa: ANN401  # any part of a template
    match value:
        case str():
            return _TAG.sub(_expression, value) if "{{" in value else value
        case dict():
            for key, inner in value.items():
                # What is handed on as a whole is named, not replaced.
                if key not in ("valueFrom", "from", "withParam"):
                    value[key] = _rewrite(inner)
        case list():
            value[:] = map(_rewrite, value)
        case _:
            pass
    return value


def _expression(tag: re.Match[str]) -> str:
    root, _, name = tag[1].rpartition(".")
    path = (*root.split("."), name) if root else (name,)
    return "{{= " + names.path_text(path) + " }}"
