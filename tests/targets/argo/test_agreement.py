"""Three judges of everything that the repository compiles: our schema, the full CRDs of Argo 4, Argo's validator."""

from __future__ import annotations

import json
import os
import subprocess
from functools import cache
from pathlib import Path

import pytest

from kfdsl import Diagnostic
from kfdsl.compiler import analyze_file

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

ONLY_IN_4 = (
    "podResources", "resourceClaims", "executorPlugins", "pendingTimeout", "restartPolicyRules",
    "addressingStyle", "saveStreamViaFile", "plugin", "podCertificate", "fileKeyRef",
)  # fmt: skip
"""Fields that Argo's validator, which is that of 3.7, does not know."""


@cache
def outputs() -> dict[str, str]:
    """Return what each program compiles to; those that have only components or need values have nothing."""
    return {name: analyze_file(str(ROOT / name)).text for name in PROGRAMS}


def test_every_output_fits_our_schema() -> None:
    found: dict[str, list[Diagnostic]] = {
        name: [d for d in analyze_file(str(ROOT / name)).diagnostics if d.name == "invalid-manifest"]
        for name in PROGRAMS
    }

    assert len(PROGRAMS) > 150  # all of them are there
    assert {name: one for name, one in found.items() if one} == {}
    for name, text in outputs().items():
        for document in loaded(text):
            assert problems(document) == [], name


@pytest.mark.skipif(bool(NO_ORACLE), reason=NO_ORACLE)
def test_every_output_fits_the_crds() -> None:
    from jsonschema import Draft202012Validator  # noqa: PLC0415  # takes long to import

    validators = {
        path.name.partition(".")[0]: Draft202012Validator(json.loads(path.read_text(encoding="utf-8")))
        for path in ORACLE.glob("*.schema.json")
    }
    for name, text in outputs().items():
        for document in loaded(text):
            found = [error.message[:200] for error in validators[document["kind"]].iter_errors(document)]

            assert found == [], name


@pytest.mark.skipif(bool(NO_ARGOLINT), reason=NO_ARGOLINT)
def test_every_output_passes_the_validator_of_argo(tmp_path: Path) -> None:
    """What calls templates of other objects finds them among the upstream examples, as when they are applied."""
    for number, text in enumerate(outputs().values()):
        (tmp_path / f"{number}.yaml").write_text(text, encoding="utf-8")
    names = list(outputs())
    run = subprocess.run([ARGOLINT, str(tmp_path)], capture_output=True, text=True, check=False)
    lines = [json.loads(line) for line in run.stdout.splitlines()]
    found = {
        names[int(Path(line["file"]).stem)]: line["error"]
        for line in lines
        if not line["ok"] and not any(f'{field}"' in line["error"] for field in ONLY_IN_4)
    }

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
