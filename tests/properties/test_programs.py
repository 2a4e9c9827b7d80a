"""Any correct program compiles, always to the same bytes, and to manifests that Argo takes."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from kfdsl.compiler import compile_text

from . import BOUNDED
from .programs import programs

ROOT = Path(__file__).parents[2]
ORACLE = Path(os.environ.get("KFDSL_SHARED", ROOT.parent / "shared")) / "oracle" / "argo"


@cache
def oracle() -> ModuleType:
    spec = importlib.util.spec_from_file_location("check", ORACLE / "check.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@settings(BOUNDED, max_examples=80)
@given(programs())
def test_any_correct_program_compiles(text: str) -> None:
    result = compile_text(text)

    assert [(d.code, d.message, d.span.line) for d in result.diagnostics if d.severity == "error"] == []
    assert result.text == compile_text(text).text


@pytest.mark.skipif(not ORACLE.exists(), reason=f"{ORACLE} is not here")
@settings(BOUNDED, max_examples=25)
@given(programs())
def test_any_manifest_fits_the_schema(text: str) -> None:
    documents = list(yaml.load_all(compile_text(text).text, oracle().Loader))

    assert documents
    for document in documents:
        problems = [e.message[:200] for e in oracle().validator(document["kind"]).iter_errors(document)]
        assert problems == []


COMPILE = """
import json, sys
from kfdsl.compiler import compile_text
print(json.dumps([compile_text(text).text for text in json.load(sys.stdin)]))
"""


@settings(BOUNDED, max_examples=3)
@given(st.lists(programs(), min_size=5, max_size=10))
def test_manifests_do_not_depend_on_the_hash_seed(texts: list[str]) -> None:
    ours = [compile_text(text).text for text in texts]
    for seed in ("1", "2"):
        theirs = subprocess.run(
            [sys.executable, "-c", COMPILE],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
            input=json.dumps(texts),
            capture_output=True,
            text=True,
            check=True,
        ).stdout

        assert json.loads(theirs) == ours
