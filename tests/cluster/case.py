"""Cases, `NAME.pipe` or `NAME.yaml` with `NAME.expect.yaml`, and their runs, some at a time."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from . import expectation

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .engine import Engine
    from .history import Run

HERE = Path(__file__).parent
TARGET = "argo@3.7"
"""The version of the engine; its full schemas refuse what only later ones have."""
_EXPECTED = ".expect.yaml"
AT_ONCE = 16
"""Runs side by side; a node holds about a hundred pods, and starts many at once more slowly than few."""
LIMIT = 300
"""Seconds for one of them to end."""


@dataclass(frozen=True, slots=True)
class Case:
    """A pipeline or a manifest, and what running it should do."""

    path: Path

    @property
    def name(self) -> str:
        """The file's name without its ending."""
        return self.path.stem

    @property
    def expected(self) -> expectation.Expectation:
        """What should happen."""
        return expectation.read(self.path.with_name(self.name + _EXPECTED))

    def manifest(self) -> str:
        """Return the YAML to submit.

        Raises:
            ValueError: the compiler refuses the pipeline; says why.
        """
        text = self.path.read_text(encoding="utf-8")
        if self.path.suffix != ".pipe":
            return text
        import kfdsl  # noqa: PLC0415  # manifests need no compiler

        folder = str(self.path.parent)
        result = kfdsl.compile_text(text, name=self.path.name, root=folder, target=TARGET)
        errors = [d for d in result.diagnostics if d.severity == "error"]
        if errors or not result.text:
            raise ValueError("\n".join(f"{d.span}: {d.code}: {d.message}" for d in errors) or "no output")
        return str(result.text)


def cases(folder: str, ending: str) -> tuple[Case, ...]:
    """Return the cases of a folder, by name."""
    found = (HERE / folder).glob(f"*{ending}")
    return tuple(Case(path) for path in sorted(found) if not path.name.endswith(_EXPECTED))


def orphans(folder: str) -> list[str]:
    """Return the expectations to which no case belongs."""
    names = {path.name.removesuffix(_EXPECTED) for path in (HERE / folder).glob(f"*{_EXPECTED}")}
    return sorted(names - {case.name for case in cases(folder, ".pipe") + cases(folder, ".yaml")})


@contextmanager
def running(engine: Engine, chosen: Iterable[Case]) -> Iterator[dict[Case, Future[Run]]]:
    """Run cases, `AT_ONCE` side by side; what goes wrong with one is raised by its own future."""
    workers = ThreadPoolExecutor(max_workers=AT_ONCE)
    try:
        yield {case: workers.submit(_run, engine, case) for case in chosen}
    finally:
        workers.shutdown(cancel_futures=True)


def _run(engine: Engine, case: Case) -> Run:
    return engine.submit(case.manifest(), case.expected.get("parameters")).wait(LIMIT)
