"""Words of Argo's YAML in a program, and what kfdsl says of them."""

from __future__ import annotations

import pytest

from kfdsl import check_text

PROGRAM = """\
edition 2026

pipeline hello {{
  param name: string = "world"
  defaults {{ image = "busybox:1.36" }}
  step count {{
    script sh = 'echo "$name" | wc -c > "$n"'
    out n: int
  }}
  step show {{
    {line}
  }}
}}
"""


def said(line: str) -> list[tuple[str, str]]:
    """Return the findings of a program with this line in a step: what they are, and the first advice."""
    return [
        (d.name, d.helps[0] if d.helps else d.fixes[0].title)
        for d in check_text(PROGRAM.format(line=line), name="p.pipe")
    ]


@pytest.mark.parametrize(
    ("line", "name", "advice"),
    [
        (
            'command = ["echo", "${count.outputs.n}"]',
            "unknown-output",
            "an output is written `count.NAME`",
        ),
        (
            'command = ["echo", "${count.result}"]',
            "unknown-output",
            "what it prints is an output by `out NAME: string = stdout`",
        ),
        (
            'command = ["echo", "${steps.count.n}"]',
            "unknown-step",
            "an output of a step is written `STEP.NAME`",
        ),
        (
            'command = ["echo", "${inputs.name}"]',
            "unknown-step",
            "a `param` or `in` is written by its name alone",
        ),
        (
            'command = ["true"], withItems = [1, 2]',
            "unknown-setting",
            "write `step … for x in LIST`: it stands in the header",
        ),
        ('command = ["true"], retryStrategy = { limit = 3 }', "unknown-setting", "did you mean `retry`?"),
        ('command = ["true"], onExit = "x"', "unknown-setting", "write `on exit { … }`"),
    ],
)
def test_a_word_of_argo_is_answered_by_the_one_that_is_meant(line: str, name: str, advice: str) -> None:
    assert said(line) == [(name, advice)]
