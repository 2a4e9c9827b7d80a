"""Three judges of all outputs, for each version: our schema, the full CRDs of Argo 4, Argo's validator."""

from __future__ import annotations

import json
import os
import subprocess
from functools import cache
from pathlib import Path

import pytest

from kfdsl.compiler import Result, analyze_file
from kfdsl.targets.argo.schema import VERSIONS

from .test_schema import NO_ORACLE, ORACLE, ROOT, SHARED, loaded, problems

ARGOLINT = os.environ.get("KFDSL_ARGOLINT", "")
NO_ARGOLINT = "" if ARGOLINT else "KFDSL_ARGOLINT is not set: the path of Argo's own validator"

FOLDERS = ("examples", "tests/corpus/argo", "tests/cluster/cases", "tests/targets")
PROGRAMS = sorted(
    path.relative_to(ROOT).as_posix()
    for folder in FOLDERS
    for path in (ROOT / folder).rglob("*.pipe")
    if "errors" not in path.parts
)


@cache
def results(version: str) -> dict[str, Result]:
    """Return what each program compiles to; those that have only components or need values have no text."""
    return {name: analyze_file(str(ROOT / name), target=f"argo@{version}") for name in PROGRAMS}


def outputs(version: str) -> dict[str, str]:
    """Return the YAML of each program that has some."""
    return {name: result.text for name, result in results(version).items() if result.text}


def errors(version: str) -> dict[str, list[str]]:
    """Return the names of the errors of each program that has some."""
    found = {
        name: [one.name for one in result.diagnostics if one.severity == "error"]
        for name, result in results(version).items()
    }
    return {name: names for name, names in found.items() if names}


@pytest.mark.parametrize("version", VERSIONS)
def test_every_output_fits_our_schema(version: str) -> None:
    """What older versions lack is told; all else compiles for each of them."""
    newest = errors(VERSIONS[0])
    more = {name: names for name, names in errors(version).items() if name not in newest}

    assert len(outputs(version)) > 150  # all of them are there
    assert {name for names in more.values() for name in names} <= {"not-in-version"}
    assert not [name for names in errors(version).values() for name in names if name == "invalid-manifest"]
    for name, text in outputs(version).items():
        for document in loaded(text):
            assert problems(document, version) == [], name


@pytest.mark.parametrize("version", [version for version in VERSIONS if version != "3.7"])
@pytest.mark.skipif(bool(NO_ORACLE), reason=NO_ORACLE)
def test_every_output_fits_the_crds(version: str) -> None:
    from jsonschema import Draft202012Validator  # noqa: PLC0415  # takes long to import

    validators = {
        path.name.partition(".")[0]: Draft202012Validator(json.loads(path.read_text(encoding="utf-8")))
        for path in ORACLE.glob("*.schema.json")
    }
    for name, text in outputs(version).items():
        for document in loaded(text):
            found = [error.message[:200] for error in validators[document["kind"]].iter_errors(document)]

            assert found == [], name


@pytest.mark.skipif(bool(NO_ARGOLINT), reason=NO_ARGOLINT)
def test_every_output_passes_the_validator_of_argo(tmp_path: Path) -> None:
    """The validator is that of 3.7, which some fields came after.

    What calls templates of other objects finds them among the upstream examples, as when they are applied.
    """
    made = outputs("3.7")
    for number, text in enumerate(made.values()):
        (tmp_path / f"{number}.yaml").write_text(text, encoding="utf-8")
    names = list(made)
    run = subprocess.run([ARGOLINT, str(tmp_path)], capture_output=True, text=True, check=False)
    lines = [json.loads(line) for line in run.stdout.splitlines()]
    found = {names[int(Path(line["file"]).stem)]: line["error"] for line in lines if not line["ok"]}

    assert len(lines) > 150  # it has read them
    unknown = {name: error for name, error in found.items() if "not found" not in error}
    assert unknown == {}


@pytest.mark.skipif(bool(NO_ORACLE), reason=NO_ORACLE)
def test_what_the_crds_refuse_of_wrong_manifests_we_refuse() -> None:
    from jsonschema import Draft202012Validator  # noqa: PLC0415  # takes long to import

    cases = json.loads((SHARED / "corpus" / "argo-invalid" / "cases.json").read_text(encoding="utf-8"))
    refused = 0
    for case in cases:
        for document in loaded(case["yaml"]):
            kind = document.get("kind") if isinstance(document, dict) else None
            theirs = ORACLE / f"{kind}.schema.json"
            if not theirs.exists():
                continue
            schema = Draft202012Validator(json.loads(theirs.read_text(encoding="utf-8")))
            if not schema.is_valid(document):
                refused += 1

                assert problems(document), (case["test"], case["var"])

    assert refused
