"""What engines do by habit is noted where a program is checked for several of them."""

from __future__ import annotations

import pytest

from kfdsl import check_text

RUN = 'image = "busybox:1.36", command = ["true"]'
COMPONENT = f"component c {{ {RUN} }}\ncomponent kept {{ {RUN}, cache = false }}\n"


def noted(text: str, target: str = "argo,kfp") -> list[str]:
    """Return what is noted of caching."""
    found = check_text(f"edition 2026\n{text}", target=target)
    return [one.message.partition(" not set `cache`")[0] for one in found if "`cache`" in one.message]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"pipeline p {{ {RUN} }}", ["`p` does"]),
        (f"pipeline p {{ {RUN}, cache = false }}", []),
        (f"pipeline p {{ step a {{ {RUN} }} }}", ["`a` does"]),
        (f"pipeline p {{ step a {{ {RUN}, cache = false }} }}", []),
        (f"pipeline p {{\n  defaults {{ cache = false }}\n  step a {{ {RUN} }}\n}}", []),
        (f"pipeline p {{\n  step a {{ {RUN} }}\n  step b {{ {RUN} }}\n}}", ["2 steps (`a`, `b`) do"]),
        (
            "pipeline p {\n" + "".join(f"  step s{n} {{ {RUN} }}\n" for n in range(9)) + "}",
            ["9 steps (`s0`, `s1`, `s2`, `s3`, `s4`, …) do"],
        ),
        (f"{COMPONENT}pipeline p {{\n  step a = c()\n  step b = kept()\n}}", ["`a` does"]),
        (
            f"pipeline q {{ step a {{ {RUN} }} }}\npipeline p {{\n  step x = q()\n  step y = q()\n}}",
            ["`a` does"],
        ),
        (f"pipeline p {{\n  group g {{ step a {{ {RUN} }} }}\n}}", ["`a` does"]),
        (f"pipeline p {{\n  step w = wait(1min)\n  step a {{ {RUN}, cache = false }}\n}}", []),
    ],
)
def test_steps_that_set_no_cache_are_named(text: str, expected: list[str]) -> None:
    assert noted(text) == expected


@pytest.mark.parametrize("target", ["argo", "kfp", "argo@3.7,argo@4.1", "kfp,kfp@2.17"])
def test_one_engine_has_its_habit(target: str) -> None:
    assert noted(f"pipeline p {{ {RUN} }}", target) == []
