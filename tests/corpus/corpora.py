"""The ports, the originals they port, and the oracles that compare the two.

The originals and the oracles are not part of this repository: they lie in `../shared`, or where
`KFDSL_SHARED` says.
"""

from __future__ import annotations

import importlib.util
import os
import tomllib
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import ModuleType

HERE = Path(__file__).parent
DOCS = HERE.parents[1] / "docs"
SHARED = Path(os.environ.get("KFDSL_SHARED", HERE.parents[2] / "shared"))


@dataclass(frozen=True)
class Corpus:
    """The ports of what one engine has: `argo` or `kfp`."""

    engine: str

    @property
    def folder(self) -> Path:
        """The folder of the ports."""
        return HERE / self.engine

    @property
    def originals(self) -> Path:
        """The folder of the originals."""
        return SHARED / "corpus" / self.engine

    @property
    def oracles(self) -> Path:
        """The folder of the programs that compare."""
        return SHARED / "oracle" / self.engine

    @property
    def page(self) -> Path:
        """The page of the documentation that shows the differences."""
        return DOCS / f"{self.engine}-parity.md"

    def ports(self) -> list[str]:
        """Return the names of all ports, those in folders as `folder/name`."""
        return sorted(
            path.relative_to(self.folder).with_suffix("").as_posix() for path in self.folder.rglob("*.pipe")
        )

    def path(self, port: str) -> Path:
        """Return the file of a port."""
        return self.folder / f"{port}.pipe"

    def original(self, port: str) -> str:
        """Return the text of what a port is a port of."""
        return (self.originals / f"{port}.yaml").read_text(encoding="utf-8")

    def missing(self) -> str:
        """Say what is missing where the shared files are not there; empty where they are."""
        absent = [str(folder) for folder in (self.originals, self.oracles) if not folder.exists()]
        return f"no {' and '.join(absent)}: set KFDSL_SHARED to the folder with corpus/ and oracle/" * bool(
            absent
        )

    def accepted(self) -> dict[str, dict[str, str]]:
        """Return the accepted differences of each port: a glob over paths, and why."""
        text = (HERE / f"{self.engine}_differences.toml").read_text(encoding="utf-8")
        loaded: dict[str, dict[str, str]] = tomllib.loads(text)
        return loaded

    def noted(self, what: str) -> dict[str, str]:
        """Return ports of which something is said, by name: those that are `pending`, or `unrunnable`."""
        path = HERE / f"{self.engine}_{what}.toml"
        loaded: dict[str, str] = tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        return loaded

    def oracle(self, name: str) -> ModuleType:
        """Import a program of the oracle."""
        return _imported(self.oracles / f"{name}.py")


ARGO = Corpus("argo")
KFP = Corpus("kfp")


@cache
def _imported(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        message = f"{path} cannot be imported"
        raise ImportError(message)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def check(found: list[tuple[str, str]], accepted: dict[str, str]) -> None:
    """Fail where a difference is not accepted, and where an accepted one is not there."""
    surprising = [text for path, text in found if not any(fnmatchcase(path, glob) for glob in accepted)]
    stale = [glob for glob in accepted if not any(fnmatchcase(path, glob) for path, _ in found)]
    assert not surprising, "\n".join(surprising)
    assert stale == [], "accepted as a difference, but equal by now"
