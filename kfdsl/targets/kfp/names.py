"""Names for the engine: made from the author's, never from counters that another step could move."""

from __future__ import annotations

import re
from collections.abc import Container
from typing import Final

CHANNEL: Final = "pipelinechannel--"
"""What the names of inputs begin with that are passed through, as the SDK and its runner know them."""

_NO_LABEL: Final = re.compile(r"[^a-z0-9]+")


def label(name: str) -> str:
    """Return a name as Kubernetes and the SDK write it: small letters, digits and single hyphens."""
    return _NO_LABEL.sub("-", name.lower()).strip("-") or "x"


def free(name: str, taken: Container[str]) -> str:
    """Return the name, or the first of `name-2`, `name-3`, … that is not taken."""
    if name not in taken:
        return name
    number = 2
    while f"{name}-{number}" in taken:
        number += 1
    return f"{name}-{number}"
