"""What the tests of the engine's model share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from .containers import Stubs
from .engine import Engine, Run
from .spec import Spec

Runner = Callable[..., Run]


@pytest.fixture
def run(tmp_path: Path) -> Runner:
    """Return a function that runs an IR with stubs: `run(spec, arguments, a={"x": 1}, b=StepFails())`."""

    def started(spec: Spec, arguments: dict[str, Any] | None = None, **stubs: Any) -> Run:  # noqa: ANN401
        named = {name.replace("_", "-"): stub for name, stub in stubs.items()}
        return Engine(Stubs(named), str(tmp_path)).run(spec, arguments)

    return started
