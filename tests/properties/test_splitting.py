"""A graph that is split into several DAGs runs as it would in one, whatever fails in it."""

from __future__ import annotations

import random
import re
import zlib
from collections.abc import Callable
from typing import Any

import pytest
import yaml

from kfdsl.compiler import compile_text
from kfdsl.targets.argo import limits

from . import engine_model

SEEDS = range(120)
CAPS = (5, 8)


def program(seed: int) -> str:
    """Return a random program: chains, fans and anything between them, with all that waits and decides."""
    chance = random.Random(seed)  # noqa: S311  # a test
    lines = ["edition 2026", "pipeline p {", '  defaults { image = "busybox" }', '  param k: string = "yes"']
    made: list[tuple[str, bool]] = []
    reach = chance.choice([2, 4, 30])
    special = chance.choice([0.0, 0.05, 0.3])
    for number in range(chance.randint(6, 40)):
        near = made[-reach:]
        lines += _step(
            chance,
            f"s{number}",
            chance.sample(near, min(len(near), chance.choice([0, 1, 1, 2, 3]))),
            special,
            made,
        )
    if chance.random() < 0.5:
        lines += [
            f"  step last after {', '.join(name for name, _ in made)} {{",
            '    command = ["true"]',
            "  }",
        ]
    return "\n".join([*lines, "}", ""])


def _step(
    chance: random.Random,
    name: str,
    before: list[tuple[str, bool]],
    special: float,
    made: list[tuple[str, bool]],
) -> list[str]:
    """Return the lines of a step; note whether its output may be missing."""
    after: list[str] = []
    inputs: list[str] = []
    missing = False
    for other, optional in before:
        if chance.random() < special:
            result = chance.choice(["failed", "done", "succeeded", "skipped"])
            after.append(f"{other}.{result}")
            missing = missing or result != "done"
        elif chance.random() < 0.4:
            kind = ": int?" if optional else ""
            inputs.append(f"    in v{len(inputs)}{kind} = {other}.x")
        else:
            after.append(other)
    head = f"  step {name}"
    if len(after) > 1 and chance.random() < special:
        head += f" after ({' or '.join(one if '.' in one else f'{one}.done' for one in after)})"
        missing = True
    elif after:
        head += f" after {', '.join(after)}"
    if chance.random() < 0.2:
        head += f' when k == "{chance.choice(["yes", "no"])}"'
        missing = True
    body = [*inputs, "    out x: int", '    script sh = "true"']
    if chance.random() < special / 2:
        body.append('    continue_on = ["failure"]')
        missing = True
    elif chance.random() < special:
        body.append(f'    on failure {{ step h-{name} {{ command = ["true"] }} }}')
    made.append((name, missing))
    return [head + " {", *body, "  }"]


def manifest(text: str) -> dict[str, Any]:
    result = compile_text(text, name="p.pipe")
    assert [found.message for found in result.diagnostics if found.severity == "error"] == []
    loaded: dict[str, Any] = yaml.safe_load(result.text)
    return loaded


def _refused(text: str) -> bool:
    """Tell whether steps that name each other's results are too many for one DAG."""
    result = compile_text(text, name="p.pipe")
    return [found.name for found in result.diagnostics if found.severity == "error"] == ["too-many-steps"]


def failing(seed: int, share: float) -> Callable[[str], bool]:
    """Return which steps fail: the same ones in whatever DAG they stand."""
    return lambda name: zlib.crc32(f"{seed} {name}".encode()) / 2**32 < share


@pytest.mark.parametrize("seed", SEEDS)
def test_a_split_graph_runs_as_the_whole_one(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    text = program(seed)
    whole = manifest(text)
    bonded = re.search(r"after .*\w\.\w", text) is not None
    for cap in CAPS:
        with monkeypatch.context() as patched:
            patched.setattr(limits, "TASKS", cap)
            if bonded and _refused(text):
                continue
            split = manifest(text)

        assert all(len(one["dag"]["tasks"]) <= cap for one in split["spec"]["templates"] if "dag" in one)
        for number, share in enumerate((0.0, 0.1, 0.3, 0.3)):
            fails = failing(number, share)
            assert engine_model.run(split, fails) == engine_model.run(whole, fails), text
