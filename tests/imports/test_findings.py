"""Files that are not what they have to be, and parts that cannot be imported: what is said, and where."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from kfdsl.compiler import compile_file

from . import imported

USE = 'import "c.yaml" { c }\npipeline p { step s = c() }'
RUN = "{image: a, command: [b]}"


def said(folder: Path, file: str, use: str = USE) -> list[tuple[str, str, str]]:
    """Return name, place and message of what is found, notes left out; a place is a line and its text."""
    (folder / "c.yaml").write_text(file, encoding="utf-8")
    found = imported.findings(use, folder)
    return [
        (d.name, f"{d.span.source.name}:{d.span.line}", d.span.text) for d in found if d.severity == "error"
    ]


@pytest.mark.parametrize(
    ("file", "text", "message"),
    [
        ("a: [", "", "this is no YAML: did not find expected node content"),
        ("a: 'x", "", "this is no YAML: found unexpected end of stream"),
        ("\ta: 1", "\t", "this is no YAML: found character that cannot start any token"),
        ("a: \x01", "\x01", "YAML does not take this character"),
        ("", "", "this is no component of Kubeflow"),
        ("- a", "- a", "this is no component of Kubeflow"),
        ("a: 1", "a: 1", "this is neither a `component.yaml` nor a compiled pipeline"),
        ("kind: Workflow\napiVersion: argoproj.io/v1alpha1", "Workflow",
         "this is a `Workflow` of `argoproj.io/v1alpha1`"),
        ("name: &a [*a]\nimplementation: 1", "&a [*a]", "this holds itself"),
        ("? [a]\n: 1\n", "[a]", "a key is a text here"),
        ("<<: {a: 1}", "<<", "`<<` is no key that Kubeflow has"),
        ("implementation: !x {}", "!x {}", "the tag `!x` has no meaning here"),
        ("implementation: {}", "{}", "an `implementation` has a `container`"),
        ("implementation: x", "x", "`implementation` is a map"),
        ("inputs: []", "inputs: []", "a component has an `implementation`"),
        ("implementation: {container: {command: [a]}}", "{command: [a]}", "a container has an `image`"),
        ("implementation: {container: {image: a, entrypoint: b}}", "entrypoint", "`container` has no `entrypoint`"),
        ("implementation: {container: {image: [a]}}", "[a]", "`image` is a text"),
        ("implementation: {container: {image: a, command: b}}", "b", "`command` is a list"),
        ("implementation: {container: {image: a, command: [{inputValue: x}]}}", "{inputValue: x}",
         "the component has no input `x`"),
        ("implementation: {container: {image: a, command: [{outputPath: x}]}}", "{outputPath: x}",
         "the component has no output `x`"),
        ("implementation: {container: {image: a, command: [{inputvalue: x}]}}", "inputvalue",
         "a placeholder has no `inputvalue`"),
        ("implementation: {container: {image: a, command: [{a: 1, b: 2}]}}", "{a: 1, b: 2}",
         "an entry is a text or one placeholder"),
        ("implementation: {container: {image: a, command: [[b]]}}", "[b]",
         "an entry is a text or one placeholder"),
        ("implementation: {container: {image: a, command: [~]}}", "~", "an entry is a text"),
        ("implementation: {container: {image: a, command: [{if: {cond: true, then: x}}]}}",
         "{cond: true, then: x}", "an `if` has `cond: {isPresent: NAME}` and `then`"),
        ("implementation: {container: {image: a, command: ['{{$.inputs.parameter[x]}}']}}",
         "'{{$.inputs.parameter[x]}}'", "Kubeflow has no placeholder `{{$.inputs.parameter[x]}}`"),
        (f"inputs: [{{name: x, type: Integer, default: a}}]\nimplementation: {{container: {RUN}}}", "a",
         "this is the default of `int`"),
        (f"inputs: [{{name: x, type: Integer, default: 1.5}}]\nimplementation: {{container: {RUN}}}", "1.5",
         "this is the default of an `int`"),
        (f"inputs: [{{name: x, type: Bool, default: maybe}}]\nimplementation: {{container: {RUN}}}", "maybe",
         "this is the default of a `bool`"),
        (f"inputs: [{{name: x, type: JsonArray, default: '{{}}'}}]\nimplementation: {{container: {RUN}}}", "'{}'",
         "this is the default of a list"),
        (f"inputs: [{{name: x, optional: maybe}}]\nimplementation: {{container: {RUN}}}", "maybe",
         "`optional` is `true` or `false`"),
        (f"inputs: [{{type: Integer}}]\nimplementation: {{container: {RUN}}}", "{type: Integer}",
         "an input has a `name`"),
        (f"inputs: [{{name: '!?'}}]\nimplementation: {{container: {RUN}}}", "'!?'",
         "the name of an input has letters"),
    ],
)  # fmt: skip
def test_a_broken_file_is_reported_where_it_is_broken(
    tmp_path: Path, file: str, text: str, message: str
) -> None:
    (tmp_path / "c.yaml").write_text(file, encoding="utf-8")
    found = [d for d in imported.findings(USE, tmp_path) if d.severity == "error"]

    assert [(d.name, d.span.source.name, d.message) for d in found] == [
        ("invalid-component", "c.yaml", message)
    ]
    assert not text or found[0].span.text == text


@pytest.mark.parametrize(
    ("type_", "use", "word"),
    [
        ("String", "inputPath", "inputPath"),
        ("Integer", "inputUri", "inputUri"),
        ("Model", "inputValue", "inputValue"),
    ],
)
def test_an_input_is_read_as_what_it_is(tmp_path: Path, type_: str, use: str, word: str) -> None:
    """Kubeflow's SDK refuses these too, where the component is called."""
    file = (
        f"inputs: [{{name: x, type: {type_}, optional: true}}]\n"
        f"implementation: {{container: {{image: a, command: [b, {{{use}: x}}]}}}}"
    )

    assert ("invalid-component", "c.yaml:2", word) in said(tmp_path, file)


def test_aliases_of_aliases_end_soon(tmp_path: Path) -> None:
    lines = "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 30))

    assert [(name, place) for name, place, _ in said(tmp_path, f"a0: &a0 x\n{lines}")] == [
        ("invalid-component", "c.yaml:6")
    ]


def test_two_inputs_of_one_name_are_reported(tmp_path: Path) -> None:
    ports = "inputs: [{name: x, optional: true}]\noutputs: [{name: %s}]\n"
    file = ports + f"implementation: {{container: {RUN}}}"

    assert [name for name, _, _ in said(tmp_path, file % "x")] == ["duplicate-name"]
    assert [name for name, _, _ in said(tmp_path, file % "X")] == ["name-clash"]


def test_a_key_that_is_given_twice_is_reported(tmp_path: Path) -> None:
    assert said(tmp_path, "name: c\nname: d\n") == [("duplicate-key", "c.yaml:2", "name")]


V1 = "inputs: [%s]\nimplementation: {container: {image: a, command: [b]}}"
V2 = """
components: {comp-c: {executorLabel: x, inputDefinitions: {parameters: {%s}}}}
deploymentSpec: {executors: {x: {%s}}}
"""
P = "---\nplatforms: {kubernetes: {deploymentSpec: {executors: {x: {nodeAffinity: []}}}}}"
C = "container: {image: a, command: [b]}"


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("implementation: {graph: {tasks: {}}}", "graph"),
        (V1 % "{name: x, type: PipelineTaskFinalStatus}", "PipelineTaskFinalStatus"),
        (V2 % ("", "importer: {artifactUri: {constant: u}}"), "importer"),
        (V2 % ("", "container: {image: '{{$.inputs.parameters[i]}}', command: [a]}"), "'{{$.inputs.parameters[i]}}'"),
        (V2 % ("s: {parameterType: TASK_FINAL_STATUS, isOptional: true}", C), "TASK_FINAL_STATUS"),
        (V2 % ("s: {parameterType: STRUCT, defaultValue: {a: null}, isOptional: true}", C), "null"),
        (V2 % ("", C) + P, "nodeAffinity"),
    ],
)  # fmt: skip
def test_what_cannot_be_imported_is_said_where_it_stands(tmp_path: Path, file: str, text: str) -> None:
    assert [(name, found) for name, _, found in said(tmp_path, file)] == [("untaken-part", text)]


def test_what_is_not_asked_for_is_not_reported() -> None:
    """A pipeline with a loop cannot be imported, its components can."""
    program = 'import "choose.yaml" as lib\npipeline p { step s = lib.say(text = "") }'

    assert [d.name for d in imported.findings(program, imported.FILES) if d.severity == "error"] == []
    found = imported.findings(program.replace('say(text = "")', "choose(flag = true)"), imported.FILES)
    assert {d.name for d in found if d.severity == "error"} == {"untaken-part"}


def test_a_component_that_could_not_be_imported_is_reported_once(tmp_path: Path) -> None:
    file = "implementation: {graph: {tasks: {}}}"
    program = 'import "c.yaml" as lib\npipeline p {\n step s = lib.c(x = 1)\n step t = lib.c(y = s.z)\n}'

    assert [name for name, _, _ in said(tmp_path, file, program)] == ["untaken-part"]


def test_an_imported_file_is_among_the_files_of_a_run(tmp_path: Path) -> None:
    (tmp_path / "x.pipe").write_text(f"edition 2026\n{USE}\n", encoding="utf-8")
    (tmp_path / "c.yaml").write_text(f"implementation: {{container: {RUN}}}", encoding="utf-8")
    (tmp_path / "kfdsl.toml").touch()

    files = compile_file(str(tmp_path / "x.pipe")).files

    assert [os.path.basename(file) for file in files] == ["x.pipe", "c.yaml"]
