"""Where a compiled port and the original, a workflow of Argo, differ."""

from __future__ import annotations

from typing import Any

import yaml

from .corpora import ARGO


def canonical(text: str) -> dict[str, Any]:
    """Return the oracle's canonical forms of the manifests in a text."""
    same = ARGO.oracle("same_workflow")
    loaded = [one for one in yaml.load_all(text, same.Loader) if one]
    forms: dict[str, Any] = same.canonical_forms(
        [same.exact(one, same.brace_variables(one)) for one in loaded]
    )
    return forms


def differences(port: str, compiled: str) -> list[tuple[str, str]]:
    """Return where a compiled port and its original differ: the path and the two sides.

    Values that scripts read from variables instead of having them pasted in are no difference.
    """
    original = canonical(ARGO.original(port))
    found = ARGO.oracle("same_workflow").compare(canonical(compiled), original)
    return [
        (path, f"{path}\n    compiled: {ours!r}\n    original: {theirs!r}")
        for kind, path, ours, theirs in found
        if kind == "difference"
    ]


def schema_problems(text: str) -> list[str]:
    """Return what the closed schema of Argo finds wrong with manifests."""
    check = ARGO.oracle("check")
    return [
        f"{'.'.join(map(str, error.absolute_path))}: {error.message[:200]}"
        for document in yaml.load_all(text, check.Loader)
        for error in check.validator(document["kind"]).iter_errors(document)
    ]
