"""Which pipelines of a file are compiled."""

from __future__ import annotations

import pytest

from kfdsl.compiler import compile_text

STEP = 'image = "busybox", command = ["true"]'


def calling(name: str, *others: str) -> str:
    """Return a pipeline that calls others, each under a condition."""
    calls = "".join(f"  step {other}-call = {other}(n = n - 1) when n > 0\n" for other in others)
    return f"pipeline {name} {{\n  param n: int = 3\n  step work {{ {STEP} }}\n{calls}}}\n"


@pytest.mark.parametrize(
    ("pipelines", "chosen"),
    [
        ([("a", "b"), ("b",)], ["a"]),
        ([("a",), ("b",)], ["a", "b"]),
        ([("a", "a")], ["a"]),
        ([("a", "b"), ("b", "a")], ["a"]),
        ([("b", "a"), ("a", "b"), ("c",)], ["b", "c"]),
        ([("a", "b"), ("b", "c"), ("c", "a"), ("d", "d")], ["a", "d"]),
    ],
)
def test_pipelines_that_others_call_are_left_out(pipelines: list[tuple[str, ...]], chosen: list[str]) -> None:
    result = compile_text("edition 2026\n" + "".join(calling(*names) for names in pipelines))

    assert [d.message for d in result.diagnostics] == []
    assert [manifest.pipeline for manifest in result.manifests] == chosen
