"""Files of other formats are one finding; wrong programs are none of them."""

from __future__ import annotations

import json

import pytest

from kfdsl import check_text

VALUES = {"epochs": 20, "layers": [1, 2]}
MANIFEST = {"apiVersion": "argoproj.io/v1alpha1", "kind": "Workflow", "spec": {"entrypoint": "a"}}
OTHER = {
    "a manifest": ("apiVersion: v1\nkind: Workflow\n", "YAML", "does not read one"),
    "with comments": ("# a\n\n---\n# b\nkind: Workflow\napiVersion: v1\n", "YAML", "does not read one"),
    "values": ("epochs: 20\nlayers:\n  - 1\n", "YAML", "--params"),
    "Windows": ("epochs: 20\r\nlayers:\r\n  - 1\r\n", "YAML", "--params"),
    "JSON": (json.dumps(VALUES), "JSON", "--params"),
    "a manifest of JSON": (json.dumps(MANIFEST, indent=2), "JSON", "does not read one"),
    "a list": ('[\n  {"a": 1}\n]\n', "JSON", "--params"),
    "kfp": ("from kfp import dsl\n\n@dsl.pipeline\ndef f():\n    pass\n", "Python", "kfdsl new"),
    "hera": (
        "from hera.workflows import Workflow\n\nwith Workflow() as w:\n    pass\n",
        "Python",
        "kfdsl new",
    ),
    "documented": ('"""Doc\n\nstring."""\nimport kfp.dsl as dsl\n', "Python", "kfdsl new"),
}
PROGRAMS = {
    "a wrong sign": "edition: 2026\n\npipeline p {\n  step s { image = 'a', command = ['b'] }\n}\n",
    "a step of YAML": "step: a\ncomponent c {\n  image = 'a'\n}\n",
    "an import": "import kfp\n\npipeline p {\n  step s { image = 'a', command = ['b'] }\n}\n",
    "a brace": '{\n"a"\npipeline p {\n}\n',
    "nearly one": "pipelin p {\n}\n",
    "a header without brace": "pipeline p:\n  step s:\n    image = 'a'\n",
}


@pytest.mark.parametrize("what", OTHER)
def test_other_format_is_one_finding(what: str) -> None:
    text, name, advice = OTHER[what]
    (found,) = check_text(text)

    assert (found.name, found.message) == ("other-format", f"this is {name}, not a program of kfdsl")
    assert any(advice in line for line in found.helps)


@pytest.mark.parametrize("what", PROGRAMS)
def test_wrong_programs_are_told_what_is_wrong(what: str) -> None:
    found = [d.name for d in check_text(PROGRAMS[what])]

    assert found
    assert "other-format" not in found
