"""Every hostile name can be used for everything, or is refused at its place with what to do."""

from __future__ import annotations

import json
import os
import re
import subprocess
from functools import cache
from pathlib import Path

import pytest
import yaml

from kfdsl.compiler import Result, compile_text

from .names import ALL, PAIRS, TOO_LONG

ARGOLINT = os.environ.get("KFDSL_ARGOLINT", "")
DNS = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?")

PROGRAMS = {
    "step": """
pipeline p {
  step NAME { image = "busybox", script sh = 'echo a > "$x"', out x: string }
  step other after NAME { image = "busybox", command = ["echo", NAME.x] }
  step third when NAME.x == "a" { image = "busybox", command = ["true"] }
}
""",
    "group": """
pipeline p {
  group NAME for i in [1, 2] {
    step inner { image = "busybox", script sh = 'echo "$i" > "$x"', out x: int }
    out x: int = inner.x
  }
  step other after NAME { image = "busybox", command = ["echo", json(NAME.*.x)] }
}
""",
    "pipeline": """
pipeline NAME {
  step inner { image = "busybox", command = ["true"] }
}
""",
    "called pipeline": """
pipeline NAME {
  param v: int
  step inner { image = "busybox", command = ["echo", "${v}"] }
}
pipeline p {
  step inner = NAME(v = 1)
}
""",
    "component": """
component NAME { in v: string, image = "busybox", command = ["echo", v] }
pipeline p {
  step one = NAME(v = "a")
  step two = NAME(v = "b") { timeout = 1min }
}
""",
    "param": """
pipeline p {
  param NAME: string = "a"
  step one { image = "busybox", command = ["echo", NAME, "<${NAME}>"] }
  step two when NAME == "a" { in x = NAME, image = "busybox", command = ["echo", x] }
}
""",
    "input and output": """
component c { in NAME: string, image = "busybox", command = ["echo", NAME] }
component d { image = "busybox", command = ["echo", NAME], out NAME: Artifact }
pipeline p {
  step one = c(NAME = "a")
  step two = d()
  step three { in two.NAME, image = "busybox", command = ["cat", NAME] }
}
""",
    "loop variable": """
pipeline p {
  step one for NAME in ["a", "b"] { image = "busybox", command = ["echo", NAME] }
  step two for NAME in [{ NAME = 1 }, { NAME = 2 }] { image = "busybox", command = ["echo", "${NAME.NAME}"] }
}
""",
    "resources": """
secret NAME = "the-secret"
pipeline p {
  step one { image = "busybox", command = ["true"], env = { A = NAME["k"] }, mount = { "/m" = NAME } }
}
""",
    "volume": """
pipeline p {
  volume NAME = empty()
  step one { image = "busybox", command = ["true"], mount = { "/m" = NAME } }
}
""",
    "constant": """
let NAME = "a"
pipeline p {
  step one { image = "busybox", command = ["echo", NAME, "${NAME}"] }
}
""",
}


@cache
def result(place: str, name: str) -> Result:
    return compile_text("edition 2026\n" + PROGRAMS[place].replace("NAME", name), name="p.pipe")


def errors(found: Result) -> list[str]:
    return [f"{d.code} {d.name}: {d.message}" for d in found.diagnostics if d.severity == "error"]


@pytest.mark.parametrize("name", ALL)
def test_a_name_is_used_or_refused(name: str) -> None:
    for place in PROGRAMS:
        found = result(place, name)
        for document in yaml.safe_load_all(found.text):
            names = [template["name"] for template in document["spec"]["templates"]]
            assert len(set(names)) == len(names)
            assert [n for n in names if not DNS.fullmatch(n) or len(n) > 63] == []
        if not found.text:
            refusals = [d for d in found.diagnostics if d.name in ("invalid-name", "name-clash")]
            assert [d.span.text for d in refusals] == [name], errors(found)


@pytest.mark.parametrize("pair", PAIRS)
def test_names_that_become_one_are_refused(pair: tuple[str, str]) -> None:
    steps = "\n".join(f'  step {name} {{ image = "busybox", command = ["true"] }}' for name in pair)

    found = errors(compile_text(f"edition 2026\npipeline p {{\n{steps}\n}}\n"))

    assert [e.split(":")[0].split()[1] for e in found] == ["name-clash"]


def test_a_name_may_be_long_but_not_too_long() -> None:
    for place in ("step", "component"):
        assert errors(result(place, TOO_LONG[1:])) == []
        assert [e.split(":")[0].split()[1] for e in errors(result(place, TOO_LONG))] == ["invalid-name"]


def test_most_names_are_used() -> None:
    used = [name for name in ALL if all(result(place, name).text for place in PROGRAMS)]

    assert len(used) >= 200


@pytest.mark.skipif(not ARGOLINT, reason="KFDSL_ARGOLINT is not set: the path of Argo's own validator")
def test_argo_accepts_all_names(tmp_path: Path) -> None:
    count = 0
    for place in PROGRAMS:
        for name in ALL:
            text = result(place, name).text
            if text:
                (tmp_path / f"{count:04} {place} {name}.yaml").write_text(text, encoding="utf-8")
                count += 1

    run = subprocess.run([ARGOLINT, "--per-file", str(tmp_path)], capture_output=True, text=True, check=False)

    answers = [json.loads(line) for line in run.stdout.splitlines()]
    assert [(a["file"], a["error"]) for a in answers if not a["ok"]] == []
    assert len(answers) == count
