"""Every IR of the suite before its judges: kfp's own packages, and a model of the server's compiler."""

from __future__ import annotations

from pathlib import Path

import pytest

from kfdsl.compiler import analyze_file

from .oracles import NO_CHECK, NO_KFPCOMPILE, ROOT, problems, refusals

FOLDERS = ("examples", "tests/corpus/kfp", "tests/cluster/cases", "tests/targets/kfp")


BROKEN = {
    # kfp itself writes what it cannot read: a default of several lines ends the comment of its header.
    "tests__cluster__cases__text-passed.pipe.0.yaml",
}
"""What kfp cannot compile once more."""

REFUSED = {
    # Text that Argo reads as its own has to be refused where it is written.
    "tests__cluster__cases__text-passed.pipe.0.yaml",
}
"""What compiles although the server would refuse it."""


def pipelines(text: str) -> list[str]:
    """Return the pipelines of a text, each with its settings of Kubernetes."""
    found: list[str] = []
    for document in text.split("\n---\n"):
        if "\npipelineInfo:" in document:
            found.append(document)
        else:
            found[-1] += f"\n---\n{document}"
    return found


@pytest.fixture(scope="module")
def irs(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Return the IRs of all programs that compile for Kubeflow, as files."""
    folder = tmp_path_factory.mktemp("irs")
    found = []
    for program in sorted(
        path for one in FOLDERS for path in (ROOT / one).rglob("*.pipe") if "errors" not in path.parts
    ):
        result = analyze_file(str(program), target="kfp")
        if result.text and not any(one.severity == "error" for one in result.diagnostics):
            name = str(program.relative_to(ROOT)).replace("/", "__")
            for number, text in enumerate(pipelines(result.text)):
                path = folder / f"{name}.{number}.yaml"
                path.write_text(text, encoding="utf-8")
                found.append(path)
    assert len(found) > 40  # all of them are there
    return found


@pytest.mark.skipif(bool(NO_CHECK), reason=NO_CHECK)
def test_kfp_loads_and_recompiles_each(irs: list[Path]) -> None:
    said = {Path(name).name: [one for one in found if one] for name, found in problems(irs).items()}
    others = {name: found for name, found in said.items() if found and name not in BROKEN}

    assert others == {}
    assert all(one.startswith("O3 ") for name in BROKEN for one in said[name])


@pytest.mark.skipif(bool(NO_KFPCOMPILE), reason=NO_KFPCOMPILE)
def test_the_server_would_create_a_run_of_each(irs: list[Path]) -> None:
    said = {Path(name).name: why for name, why in refusals(irs).items()}

    assert {name: why for name, why in said.items() if name not in REFUSED} == {}
    assert said.keys() >= REFUSED
