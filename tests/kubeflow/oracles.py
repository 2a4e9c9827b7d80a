"""The judges of an IR that are no part of kfdsl, where the environment names them.

`KFDSL_KFP_PYTHON`: an interpreter that has kfp and kfp-kubernetes, best also cel-python.
`KFDSL_KFPCOMPILE`: the model of the server's compiler; with `KFDSL_KFPCOMPILE_SCHEMA`, the messages of KFP.
The checks that kfp's own packages are driven by lie beside the project, in ../shared.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared"
GOLDENS = SHARED / "corpus" / "kfp"
CHECK_IR = SHARED / "oracle" / "kfp" / "check_ir.py"
SAME_IR = SHARED / "oracle" / "kfp" / "same_ir.py"

KFP_PYTHON = os.environ.get("KFDSL_KFP_PYTHON", "")
NO_KFP = "" if KFP_PYTHON else "KFDSL_KFP_PYTHON is not set: an interpreter that has kfp and kfp-kubernetes"
NO_GOLDENS = "" if GOLDENS.is_dir() else f"the pipelines that kfp compiled are not there: {GOLDENS}"
NO_CHECK = NO_KFP or ("" if CHECK_IR.is_file() else f"the checks of an IR are not there: {CHECK_IR}")

KFPCOMPILE = os.environ.get("KFDSL_KFPCOMPILE", "")
KFPCOMPILE_SCHEMA = os.environ.get("KFDSL_KFPCOMPILE_SCHEMA", "")
NO_KFPCOMPILE = "" if KFPCOMPILE else "KFDSL_KFPCOMPILE is not set: the model of the KFP server's compiler"

SECONDS = 600


def python(code: str, given: str = "", *arguments: str) -> str:
    """Run code with the interpreter that has kfp and return what it prints.

    Raises:
        RuntimeError: it failed; says how.
    """
    command = [KFP_PYTHON, "-W", "ignore", "-c", code, *arguments]
    done = subprocess.run(command, input=given, capture_output=True, text=True, timeout=SECONDS, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    return done.stdout


_CHECK = """
import json, runpy, sys
judge = runpy.run_path(sys.argv[1])["judge"]
print("\\n" + json.dumps({path: judge(path) for path in json.load(sys.stdin)}))
"""


def problems(files: Iterable[Path]) -> dict[str, list[str]]:
    """Return what kfp's packages and the rules of its server have against IRs, by file; all in one process.

    It is parsed strictly, loaded by kfp, compiled by it once more, used as a part of another pipeline, and linted.
    """
    answers: dict[str, dict[str, str | None]] = json.loads(
        python(_CHECK, json.dumps([str(path) for path in files]), str(CHECK_IR)).splitlines()[-1]
    )
    return {
        path: [f"{check}: {said}" for check, said in found.items() if said and not said.startswith("skipped")]
        for path, found in answers.items()
    }


def refusals(files: Iterable[Path]) -> dict[str, str]:
    """Return why the server would not create a run of an IR, by file, for those of which it would not."""
    command = [KFPCOMPILE, *(["--schema", KFPCOMPILE_SCHEMA] if KFPCOMPILE_SCHEMA else []), *map(str, files)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)
    if done.returncode not in {0, 1}:
        raise RuntimeError(done.stderr[-2000:])
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    return {line["file"]: f"{line.get('stage')}: {line['error']}" for line in lines if not line["ok"]}


def workflow(file: Path) -> Mapping[str, Any]:
    """Return the Argo workflow that the server would make of an IR."""
    command = [
        KFPCOMPILE,
        *(["--schema", KFPCOMPILE_SCHEMA] if KFPCOMPILE_SCHEMA else []),
        "--dump",
        str(file),
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=True)
    made: dict[str, Any] = json.loads(done.stdout.splitlines()[0])
    return made
