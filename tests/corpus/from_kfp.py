"""The programs of docs/from-kfp.md: each example in `.pipe`, beside it in Python for the SDK, and their lengths."""

from __future__ import annotations

import re
from pathlib import Path

from .ratio import EXAMPLES, written

PAGE = Path(__file__).resolve().parents[2] / "docs" / "from-kfp.md"
PLACE = re.compile(r"^<!-- example: (?P<name>\S+) -->\n.*?^<!-- end -->$", re.MULTILINE | re.DOTALL)
PYTHON = re.compile(r"^```python\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)


def page() -> str:
    """Return the page with its programs made anew; what people wrote is kept."""
    return PLACE.sub(lambda found: _shown(found["name"]), PAGE.read_text(encoding="utf-8"))


def names() -> list[str]:
    """Return the examples that the page shows, in its order."""
    return [found["name"] for found in PLACE.finditer(PAGE.read_text(encoding="utf-8"))]


def python() -> dict[str, str]:
    """Return the Python that the page shows, by the names of the examples."""
    text = PAGE.read_text(encoding="utf-8")
    return {
        found["name"]: block["text"] for found in PLACE.finditer(text) for block in PYTHON.finditer(found[0])
    }


def _shown(name: str) -> str:
    ours, theirs = EXAMPLES / f"{name}.pipe", EXAMPLES / f"{name}.py"
    return f"""<!-- example: {name} -->

```pipe
{ours.read_text(encoding="utf-8")}```

```python
{theirs.read_text(encoding="utf-8")}```

{written(ours)} lines of `.pipe`, {written(theirs)} of Python.

<!-- end -->"""
