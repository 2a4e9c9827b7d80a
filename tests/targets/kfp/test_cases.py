"""Golden cases: `cases/NAME.pipe` compiles to `cases/NAME.yaml`, or is refused as `cases/NAME.txt` says."""

from __future__ import annotations

from pathlib import Path

import pytest

from kfdsl.compiler import analyze_file
from kfdsl.targets import kfp

CASES = Path(__file__).parent / "cases"
NAMES = sorted(file.stem for file in CASES.glob("*.pipe"))


def rendered(name: str) -> tuple[str, str]:
    """Return the documents of a case, and what was found, a line each."""
    program = analyze_file(str(CASES / f"{name}.pipe"), target=None).program
    assert program is not None
    texts, found = [], []
    for pipeline in program.pipelines:
        manifest, refused = kfp.render(pipeline, source_name=f"{name}.pipe")
        texts += [manifest.text] if manifest is not None else []
        found += [f"{d.span.line}: {d.severity} {d.code} {d.name}: {d.message}\n" for d in refused]
    return "---\n".join(texts), "".join(found)


@pytest.mark.parametrize("name", NAMES)
def test_a_case_is_compiled_as_expected(name: str, update: bool) -> None:  # noqa: FBT001  # a fixture
    text, found = rendered(name)
    for content, file in ((text, CASES / f"{name}.yaml"), (found, CASES / f"{name}.txt")):
        if update and (content or file.exists()):
            file.write_text(content, encoding="utf-8") if content else file.unlink()
        expected = file.read_text(encoding="utf-8") if file.exists() else ""
        assert content == expected


def test_every_expectation_belongs_to_a_case() -> None:
    assert {file.stem for file in CASES.iterdir()} == set(NAMES)
