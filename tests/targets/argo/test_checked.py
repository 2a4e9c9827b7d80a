"""What is said of a whole object that does not fit."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from kfdsl.cli.commands import _code
from kfdsl.compiler import compile_text
from kfdsl.source import Source, Span
from kfdsl.targets.argo.schema.checked import findings
from kfdsl.targets.common.patches.patched import Patched

from .programs import HEAD

PROGRAM = f'{HEAD}  step a {{ command = ["true"] }}\n}}\n'
WHOLE = Span(Source("p.pipe", PROGRAM), 0, len(PROGRAM))


def broken(change: dict[str, Any]) -> Any:  # noqa: ANN401  # findings
    """Return what is said of a manifest that kfdsl did not make right."""
    (made,) = compile_text(PROGRAM).manifests
    manifest = yaml.safe_load(made.text)
    manifest["spec"]["templates"][1] |= change
    return findings(manifest, Patched(), made.source_map, WHOLE)


def test_a_bug_of_kfdsl_is_said_to_be_one_and_names_the_construct() -> None:
    (found,) = broken({"timeouts": "1s"})

    assert (found.code, found.name, found.severity) == ("KF390", "invalid-manifest", "error")
    assert found.message.endswith("spec.templates[1]: there is no field `timeouts`") or (
        "there is no field `timeouts`" in found.message
    )
    assert found.span.text == "a"
    assert _code([found]) == 70  # the code of a crash


def test_too_long_lists_are_said() -> None:
    (found,) = broken(
        {"metrics": {"prometheus": [{"name": "m", "help": "h", "counter": {"value": "1"}}] * 101}}
    )

    assert (found.name, found.span.text) == ("too-large", "a")


@pytest.mark.parametrize(
    ("target", "names"), [("argo", []), ("argo@4.0", ["not-in-version"]), ("argo@3.7", ["not-in-version"])]
)
def test_what_a_version_lacks_is_said_at_the_setting(target: str, names: list[str]) -> None:
    text = (
        f'{HEAD}  store s = s3("b", addressing = "path")\n'
        '  step a { command = ["cp", "a", f], out f: Artifact to s["k"] }\n}\n'
    )
    found = compile_text(text, target=target).diagnostics

    assert [one.name for one in found] == names
    assert [one.span.text for one in found] == ["addressing"] * len(names)
