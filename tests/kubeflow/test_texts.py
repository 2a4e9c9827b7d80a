"""Texts that look like something else reach the server's compiler as they are."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from kfdsl import compile_text

from . import oracles

TEXTS = [
    *(
        "",
        " a",
        "a ",
        "\ta\n",
        "\na\n\n",
        "a\n b\n\n c",
        "y",
        "No",
        "null",
        "~",
        "1e3",
        "12e4567",
        "0o7",
        "0x1F",
    ),
    *(
        "1_000",
        "12:30",
        "2026-01-01",
        "=",
        "<<",
        "---",
        "- a",
        "a: b",
        "# c",
        "'",
        '"',
        "\\",
        "%a",
        "@a",
        "!a",
    ),
    *(
        "&a",
        "*a",
        "|-",
        "{a}",
        "[a]",
        "é",
        "日本",
        "😀",
        "\u2028",
        "\ufeff",
        "\x00",
        "\x1b",
        "\r\n",
        "\u00a0",
    ),
]


@pytest.mark.skipif(bool(oracles.NO_KFPCOMPILE), reason=oracles.NO_KFPCOMPILE)
def test_the_reader_of_the_server_finds_the_texts(tmp_path: Path) -> None:
    """The workflow that is made of an IR holds what the reader of the server has read."""
    params = "\n".join(f"  param p{number}: string = {json.dumps(text)}" for number, text in enumerate(TEXTS))
    step = 'step x { image = "b", command = ["c", ' + ", ".join(f"p{n}" for n in range(len(TEXTS))) + "] }"
    result = compile_text(f"edition 2026\npipeline p {{\n{params}\n  {step}\n}}\n", target="kfp")
    assert result.diagnostics == ()
    file = tmp_path / "a.yaml"
    file.write_text(result.text, encoding="utf-8")

    assert oracles.refusals([file]) == {}
    assert set(TEXTS) - set(texts(oracles.workflow(file))) == set()


def texts(value: object) -> Iterator[str]:
    """Yield all texts in a value, those in texts that are JSON included."""
    if isinstance(value, str):
        yield value
        with contextlib.suppress(ValueError):
            inner = json.loads(value)
            if not isinstance(inner, str):
                yield from texts(inner)
    elif isinstance(value, (list, dict)):
        for one in value.values() if isinstance(value, dict) else value:
            yield from texts(one)
