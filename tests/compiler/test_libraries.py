"""Libraries of other files: called by reference, and not compiled again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import yaml

from kfdsl.compiler import compile_file

if TYPE_CHECKING:
    from pathlib import Path

TOOLS = """edition 2026
let version = "1.36"
component helper { in text: string, image = "busybox:${version}", command = ["echo", text] }
library tools {
  name = "tools-v2"
  component say { in text: string, image = "busybox:${version}", command = ["echo", text] }
  pipeline both {
    param text: string
    step a = say(text = text)
    step b = helper(text = text)
  }
}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "kfdsl.toml").write_text("")
    (tmp_path / "tools.pipe").write_text(TOOLS)
    return tmp_path


@pytest.mark.parametrize(
    ("imports", "call"),
    [
        ('import "tools.pipe" { tools }', "tools.say"),
        ('import "tools.pipe" { tools as t }', "t.say"),
        ('import "tools.pipe" as lib', "lib.tools.say"),
    ],
)
def test_call_of_another_file_is_a_reference(folder: Path, imports: str, call: str) -> None:
    main = folder / "main.pipe"
    main.write_text(f'edition 2026\n{imports}\npipeline main {{\n  step a = {call}(text = "a")\n}}\n')

    result = compile_file(str(main))

    assert result.diagnostics == ()
    (manifest,) = result.manifests
    (task,) = yaml.safe_load(manifest.text)["spec"]["templates"][0]["dag"]["tasks"]
    assert task["templateRef"] == {"name": "tools-v2", "template": "say"}


def test_templates_have_the_names_of_the_library_and_others_follow(folder: Path) -> None:
    result = compile_file(str(folder / "tools.pipe"))

    (manifest,) = result.manifests
    spec = yaml.safe_load(manifest.text)["spec"]
    assert [one["name"] for one in spec["templates"]] == ["say", "both", "helper"]
    assert [task["template"] for task in spec["templates"][1]["dag"]["tasks"]] == ["say", "helper"]


def test_what_a_library_does_not_declare_is_not_called_through_it(folder: Path) -> None:
    main = folder / "main.pipe"
    main.write_text(
        'edition 2026\nimport "tools.pipe" { tools }\n'
        'pipeline main {\n  step a = tools.helper(text = "a")\n}\n'
    )

    result = compile_file(str(main))

    assert [d.name for d in result.diagnostics] == ["unknown-component"]


@pytest.mark.parametrize(
    ("rest", "where"),
    [
        ("{ timeout = 1min }", "1min"),
        ("", ""),
        ('{ continue_on = ["failure"] }', ""),
    ],
)
def test_settings_of_a_template_stay_those_of_its_library(folder: Path, rest: str, where: str) -> None:
    main = folder / "main.pipe"
    main.write_text(
        'edition 2026\nimport "tools.pipe" { tools }\ndefaults { retry = 3 }\n'
        f'pipeline main {{\n  step a = tools.say(text = "a") {rest}\n}}\n'
    )

    result = compile_file(str(main))

    assert [(d.name, d.span.text) for d in result.diagnostics] == ([("not-on-argo", where)] if where else [])


def test_a_let_of_a_library_is_known_in_it_only(tmp_path: Path) -> None:
    path = tmp_path / "x.pipe"
    path.write_text(
        "edition 2026\n"
        'let tag = "1"\n'
        "library tools {\n"
        '  let full = "${image}:${tag}"\n'
        '  let tag = "2"\n'
        '  let image = "busybox"\n'
        '  component c { image = full, command = ["x", tag] }\n'
        "}\n"
        'pipeline p {\n  step u = tools.c()\n  step v { image = "a", command = ["x", tag] }\n}\n'
    )
    library, run = (yaml.safe_load(m.text) for m in compile_file(str(path)).manifests)

    (of_library,) = (t["container"] for t in library["spec"]["templates"] if "container" in t)
    (of_run,) = (t["container"] for t in run["spec"]["templates"] if "container" in t)
    assert (of_library["image"], of_library["command"]) == ("busybox:2", ["x", "2"])
    assert of_run["command"] == ["x", "1"]
    path.write_text(path.read_text().replace('"a", command = ["x"', '"a", command = ["x", full, tools.image'))
    assert [d.name for d in compile_file(str(path)).diagnostics] == ["unknown-name", "unknown-step"]
