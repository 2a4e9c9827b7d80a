"""Names for Argo: of templates and tasks, unique where they must be, and paths in tags and expressions."""

from __future__ import annotations

import re
from collections.abc import Container
from typing import Final

from kfdsl.lower.names import ENGINE_WORDS

_IDENTIFIER: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_OTHER: Final = re.compile(r"[^A-Za-z0-9-]+")
_PARAMETER_OTHER: Final = re.compile(r"[^A-Za-z0-9_-]+")
LENGTH: Final = 63


def template_name(name: str) -> str:
    """Return a name for a template: lower case, since pods are named by it."""
    return _plain(name).lower()


def task_name(name: str) -> str:
    """Return a name for a task; `depends` cannot hold words of the expression language."""
    plain = _plain(name)
    return f"{plain}-" if plain in ENGINE_WORDS else plain


def _plain(name: str) -> str:
    return _OTHER.sub("-", name).strip("-")[:LENGTH] or "x"


def parameter_name(name: str) -> str:
    """Return a name for a parameter or artifact."""
    return _PARAMETER_OTHER.sub("-", name) or "x"


def unique(name: str, taken: Container[str]) -> str:
    """Return the name, with a number where it is taken."""
    if name not in taken:
        return name
    number = 2
    while f"{name}-{number}" in taken:
        number += 1
    return f"{name}-{number}"


def path_text(path: tuple[str, ...], *, safe_from: int = 0) -> str:
    """Return a path in an expression; from the index `safe_from` on a missing part gives nil."""
    text = path[0]
    for index, part in enumerate(path[1:], 1):
        guard = "?" if safe_from and index >= safe_from else ""
        if _IDENTIFIER.fullmatch(part) and part not in ENGINE_WORDS:
            text += f"{guard}.{part}"
        else:
            text += f"?.['{part}']" if guard else f"['{part}']"
    return text
