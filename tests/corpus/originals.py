"""The ports, the upstream examples they port, and the oracle that compares the two.

The originals and the oracle are not part of this repository: they lie in `../shared`, or where
`KFDSL_SHARED` says.
"""

from __future__ import annotations

import importlib.util
import os
import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from types import ModuleType

HERE = Path(__file__).parent
PORTS = HERE / "argo"
SHARED = Path(os.environ.get("KFDSL_SHARED", HERE.parents[2] / "shared"))
ORIGINALS = SHARED / "corpus" / "argo"
ORACLE = SHARED / "oracle" / "argo"


def ports() -> list[str]:
    """Return the names of all ports, those in folders as `folder/name`."""
    return sorted(path.relative_to(PORTS).with_suffix("").as_posix() for path in PORTS.rglob("*.pipe"))


def source(port: str) -> str:
    """Return the text of a port."""
    return (PORTS / f"{port}.pipe").read_text(encoding="utf-8")


def missing(path: Path) -> str:
    """Say what is missing where the shared files are not there; empty where they are."""
    return "" if path.exists() else f"no {path}: set KFDSL_SHARED to the folder with corpus/ and oracle/"


def known_differences() -> dict[str, dict[str, str]]:
    """Return the accepted differences of each port: a glob over paths, and why."""
    loaded: dict[str, dict[str, str]] = tomllib.loads((HERE / "differences.toml").read_text(encoding="utf-8"))
    return loaded


@cache
def oracle(name: str) -> ModuleType:
    """Import a program of the oracle."""
    spec = importlib.util.spec_from_file_location(name, ORACLE / f"{name}.py")
    if spec is None or spec.loader is None:
        message = f"{ORACLE / name}.py cannot be imported"
        raise ImportError(message)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def canonical(text: str) -> dict[str, Any]:
    """Return the oracle's canonical forms of the manifests in a text."""
    same = oracle("same_workflow")
    loaded = [one for one in yaml.load_all(text, same.Loader) if one]
    forms: dict[str, Any] = same.canonical_forms(
        [same.exact(one, same.brace_variables(one)) for one in loaded]
    )
    return forms


def differences(port: str, compiled: str) -> list[tuple[str, str]]:
    """Return where a compiled port and its original differ: the path and the two sides.

    Values that scripts read from variables instead of having them pasted in are no difference.
    """
    original = canonical((ORIGINALS / f"{port}.yaml").read_text(encoding="utf-8"))
    found = oracle("same_workflow").compare(canonical(compiled), original)
    return [
        (path, f"{path}\n    compiled: {ours!r}\n    original: {theirs!r}")
        for kind, path, ours, theirs in found
        if kind == "difference"
    ]


def schema_problems(text: str) -> list[str]:
    """Return what the closed schema of Argo finds wrong with manifests."""
    check = oracle("check")
    return [
        f"{'.'.join(map(str, error.absolute_path))}: {error.message[:200]}"
        for document in yaml.load_all(text, check.Loader)
        for error in check.validator(document["kind"]).iter_errors(document)
    ]
