"""Every hostile value arrives in the container exactly as it was written, from every place where it can stand."""

from __future__ import annotations

import json
import os
import subprocess
from functools import cache
from pathlib import Path

import pytest
import yaml

from kfdsl.compiler import compile_text

from .following import Run
from .values import ALL

ARGOLINT = os.environ.get("KFDSL_ARGOLINT", "")

PROGRAM = """edition 2026

component relay {{
  in t: string
  image   = "busybox"
  command = ["echo", t]
}}

pipeline p {{
  param q: string = {0}

  defaults {{ image = "busybox" }}

  step plain  {{ env = {{ A = {0} }}, command = ["echo", {0}], args = [{0}] }}
  step given  {{ in x = {0}, command = ["echo", x, q, "<${{x}}|${{q}}>"] }}
  step called = relay(t = {0})
  step passed = relay(t = q)
  step each   for x in [{0}, "other"]               {{ command = ["echo", x] }}
  step field  for r in [{{ v = {0} }}, {{ v = "other" }}] {{ command = ["echo", r.v] }}
  step listed {{ command = ["echo", json([{0}]), {{ k = {0} }}] }}
  step shell  {{ in x = {0}, script sh = 'echo "$x"' }}
  step same   when q == {0}                          {{ command = ["true"] }}
}}
"""


def quoted(value: str) -> str:
    """Write a value as `"…"`: the escapes are those of JSON, and one for `${`."""
    return json.dumps(value, ensure_ascii=False).replace("${", "\\${")


@cache
def compiled(value: str) -> str:
    """Return the manifest of a program that holds a value everywhere."""
    result = compile_text(PROGRAM.format(quoted(value)), name="p.pipe")
    assert [f"{d.code} {d.message}" for d in result.diagnostics] == []
    return result.text


@pytest.mark.parametrize("value", ALL, ids=repr)
def test_a_value_arrives(value: str) -> None:
    run = Run(yaml.safe_load(compiled(value)))

    words, variables = run.container("plain")
    assert words[1:] == [value, value]
    assert variables["A"] == value
    assert run.container("given")[0][1:] == [value, value, f"<{value}|{value}>"]
    assert run.container("called")[0][1:] == [value]
    assert run.container("passed")[0][1:] == [value]
    assert [run.container("each", item)[0][1] for item in run.items("each")] == [value, "other"]
    assert [run.container("field", item)[0][1] for item in run.items("field")] == [value, "other"]
    assert [json.loads(word) for word in run.container("listed")[0][1:]] == [[value], {"k": value}]
    assert run.container("shell")[1]["x"] == value


def test_there_are_enough_values() -> None:
    assert len(ALL) >= 200


@pytest.mark.skipif(not ARGOLINT, reason="KFDSL_ARGOLINT is not set: the path of Argo's own validator")
def test_argo_accepts_all_values(tmp_path: Path) -> None:
    for number, value in enumerate(ALL):
        (tmp_path / f"{number:03}.yaml").write_text(compiled(value), encoding="utf-8")

    run = subprocess.run([ARGOLINT, "--per-file", str(tmp_path)], capture_output=True, text=True, check=False)

    answers = [json.loads(line) for line in run.stdout.splitlines()]
    assert [(a["file"], a["error"]) for a in answers if not a["ok"]] == []
    assert len(answers) == len(ALL)


def test_the_case_of_the_cluster_has_all_values() -> None:
    case = Path(__file__).parents[1] / "cluster" / "cases" / "hostile-values.pipe"

    assert [value for value in ALL if f"    {quoted(value)},\n" not in case.read_text(encoding="utf-8")] == []
