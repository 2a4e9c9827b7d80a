"""A whole manifest held against the schema before it is written; what does not fit becomes findings.

The author is told of what a patch says, and of what the version lacks. All else is a bug of kfdsl.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from kfdsl.codes import report
from kfdsl.source import Span
from kfdsl.targets.argo.schema import VERSIONS, schemas
from kfdsl.targets.common.schema.shape import Shape

if TYPE_CHECKING:
    from kfdsl.diagnostics import Diagnostic
    from kfdsl.targets.common.patches.patched import Patched
    from kfdsl.targets.common.schema import Path
    from kfdsl.targets.common.schema.shape import Problem


_LISTED = ("tasks", "templates")
"""Lists whose lengths have been seen to: graphs are split, and where that fails it is a finding."""


def findings(
    manifest: dict[str, Any], patched: Patched, places: Mapping[Path, Span], whole: Span
) -> list[Diagnostic]:
    """Return what is wrong with a manifest; `places` lead from paths in it to constructs, `whole` is all."""
    schema = schemas().definitions[manifest["kind"]]
    found = []
    for problem in Shape(schemas(), patched.version).problems(manifest, schema):
        if problem.kind == "count" and (problem.path[-1] in _LISTED or patched.version == VERSIONS[-1]):
            continue  # the CRDs of 3.7 set no bounds
        found.append(_finding(problem, manifest, patched, places, whole))
    return found


def _finding(
    problem: Problem, manifest: dict[str, Any], patched: Patched, places: Mapping[Path, Span], whole: Span
) -> Diagnostic:
    place = _construct(problem.path, places) or whole
    if problem.kind == "count":
        message = f"`{_dotted(problem.path)}` has {problem.message}"
        return report("too-large", place.head, message)
    written = _written(problem, manifest, patched)
    if written is not None:
        return report(
            "invalid-patch", written, f"with this patch, in `{_dotted(problem.path)}`: {problem.message}"
        )
    if problem.kind == "version":
        helps = (f"`--target argo@{VERSIONS[0]}` compiles for a version that has it",)
        word = str(problem.path[-1])
        return report("not-in-version", _named(word, place), problem.message, helps=helps)
    return internal(place.head, f"{_dotted(problem.path)}: {problem.message}")


def internal(place: Span, message: str) -> Diagnostic:
    """Return the finding that kfdsl made what it may not."""
    return report(
        "invalid-manifest",
        place,
        f"internal: what kfdsl makes of this is not what Argo takes: {message}",
        helps=("this is a bug of kfdsl: please report it with the program",),
    )


def _written(problem: Problem, manifest: dict[str, Any], patched: Patched) -> Span | None:
    """Return where a patch says what does not fit, None where no patch does."""
    value: Any = manifest
    found = None
    for key in problem.path:
        if isinstance(value, dict):
            found = patched.written(value, str(key)) or found
        try:
            value = value[key]
        except (KeyError, IndexError):
            break
    inside = patched.any_written(value) if isinstance(value, dict) and problem.kind == "missing" else None
    return inside or found


def _construct(path: Path, places: Mapping[Path, Span]) -> Span | None:
    while path and path not in places:
        path = path[:-1]
    return places.get(path)


_SETTINGS = {"addressingStyle": "addressing", "saveStreamViaFile": "stream_via_file"}
"""Settings whose names are not those of their fields."""


def _named(field: str, place: Span) -> Span:
    """Return the setting that makes a field, if it stands once in the file; or the construct."""
    word = _SETTINGS.get(field) or re.sub(r"(?<!^)(?=[A-Z])", "_", field).lower()
    found = [*re.finditer(rf"(?<![\w-])({word})[ \t]*=", place.source.text)]
    return Span(place.source, found[0].start(1), found[0].end(1)) if len(found) == 1 else place.head


def _dotted(path: Path) -> str:
    return (
        "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in path).lstrip(".") or "the object"
    )
