"""Commands on Kubeflow, run as its engine runs them; and what is reported of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from kfdsl.compiler import analyze_text
from kfdsl.targets import kfp
from tests.targets.kfp.launching import compiled, document, launched

SHOW = '"sh", "-c", \'for one; do printf "[%s]" "$one"; done\', "sh"'


def component(body: str) -> str:
    """Return a program of one step; SHOW is a command that prints its arguments."""
    return f'edition 2026\ncomponent work {{\n  image = "tools"\n{body.replace("SHOW", SHOW)}\n}}\n'


@pytest.mark.parametrize(
    "text", ["", "it's", 'a "b"\n', "$(x) `d` $HOME", "-n", "é🎉", "{{ x }}", "*", "a$b"]
)
def test_values_are_arguments_as_they_are(tmp_path: Path, text: str) -> None:
    program = component('  in text: string\n  in n: int\n  command = [SHOW, text, "--x=${text}", "${n}"]')
    ran = launched(document(program), "work", tmp_path, {"text": text, "n": 3})
    assert ran.log == f"[{text}][--x={text}][3]"


@pytest.mark.parametrize(
    "text", ["$(HOME) $(PATH)", "$$(HOME) $$$ $$", "$(date) $(lower)", "$$$(A) $(A)$(A)", "$ $( ${x}"]
)
def test_constants_are_what_is_written(tmp_path: Path, text: str) -> None:
    program = component(f'  env = {{ A = "1", lower = "2" }}\n  command = [SHOW, \'{text}\']')
    environment = {"A": "1", "lower": "2", "HOME": "/home"}
    assert launched(document(program), "work", tmp_path, environment=environment).log == f"[{text}]"


LABELLED = [
    ('["--label", label] ?? []', "[--label][é\"'\n]", ""),
    (
        '["--label", label, "--twice=${label}"] ?? ["--none", "x"]',
        "[--label][é\"'\n][--twice=é\"'\n]",
        "[--none][x]",
    ),
    ('label ?? "none"', "[é\"'\n]", "[none]"),
    ('"<${label ?? "no"}>"', "[<é\"'\n>]", "[<no>]"),
    ('"--x=${label}" ?? ""', "[--x=é\"'\n]", "[]"),
]


@pytest.mark.parametrize(("entry", "given", "absent"), LABELLED)
def test_entries_that_may_be_absent(tmp_path: Path, entry: str, given: str, absent: str) -> None:
    ir = document(component(f'  in label: string?\n  command = [SHOW, {entry}, "end"]'))
    assert launched(ir, "work", tmp_path, {"label": "é\"'\n"}).log == f"{given}[end]"
    assert launched(ir, "work", tmp_path).log == f"{absent}[end]"


def test_params_of_the_pipeline_may_be_absent(tmp_path: Path) -> None:
    program = f"""edition 2026
pipeline p {{
  param label: string?
  step work {{ image = "tools", command = [{SHOW}, ["--label", label] ?? [], "<${{label ?? "no"}}>"] }}
}}
"""
    assert launched(document(program), "work", tmp_path).log == "[<no>]"
    assert launched(document(program), "work", tmp_path, {"label": "x"}).log == "[--label][x][<x>]"


def test_variables_and_the_folder_are_set_by_a_shell(tmp_path: Path) -> None:
    program = f"""edition 2026
pipeline p {{
  param name: string
  step work {{
    image = "tools"
    env = {{ WHO = name, WHERE = "${{name}}!" }}
    workdir = "{tmp_path}"
    command = ["sh", "-c", 'printf "[%s]" "$WHO" "$WHERE" "$PWD" "$0" "$@"', "it's", name]
  }}
}}
"""
    ir, said = compiled(program)
    assert (
        launched(ir, "work", tmp_path, {"name": 'a "b"'}).log == f'[a "b"][a "b"!][{tmp_path}][it\'s][a "b"]'
    )
    assert "KF312 Kubeflow has no field for this: the command is started by `sh`" in said


def test_what_is_computed_from_an_input_is_computed_before_the_step() -> None:
    program = (
        component('  in n: int = 3\n  in cfg: { image: string }\n  command = ["work", "${cfg.image}"]')
        + """
pipeline p {
  param cfg: { image: string }
  step work = work(cfg = cfg)
}
"""
    )
    ir = document(program)
    parameters = ir["root"]["dag"]["tasks"]["work"]["inputs"]["parameters"]
    assert [one.get("parameterExpressionSelector") for one in parameters.values()].count(
        'parseJson(string_value)["image"]'
    ) == 1


REFUSED = [
    ("command = ['x', '{{$.inputs}}']", "KF310 `{{$` begins a placeholder of Kubeflow"),
    ("command = ['x', '{{workflow.name}}']", "KF310 `{{workflow.` begins a placeholder of Argo"),
    ("command = ['x', '{{=1}}']", "KF310 `{{=` begins a placeholder of Argo"),
    ("command = ['x', '{\"IfPresent\": 1}']", "KF310 a text that begins like a choice"),
    ("args = ['x']", "KF310 on Kubeflow a step says its command"),
    ("in t: Artifact\n  command = [t, 'x']", "KF310 Kubeflow looks for the program to start before"),
    (
        "command = ['x', d]\n  out d: Dataset at '/d'",
        "KF310 Kubeflow has paths of its own for what a command writes",
    ),
    (
        "in d: Dataset at '/d'\n  command = ['x', d]",
        "KF310 Kubeflow has paths of its own for what a command gets",
    ),
    ("command = ['x']\n  out d: string = stdout", "KF310 Kubeflow does not keep what a command prints"),
    ("command = ['x', d]\n  out d: int { default = 1 }", "KF310 Kubeflow has no default for `d`"),
    ("command = ['x', d]\n  out d: int?", "KF310 Kubeflow takes each output of a step as written"),
    (
        "in m: list<Model>\n  command = ['x', m]",
        "KF311 Kubeflow's open-source backend gives a command only the first",
    ),
    (
        "in m: Model\n  command = ['x', json(m.metadata[\"k\"])]",
        "KF311 Kubeflow's open-source backend does not give",
    ),
    (
        "in m: Model?\n  command = ['x', ['-m', m] ?? []]",
        "KF311 Kubeflow's open-source backend chooses by values",
    ),
    (
        'in a: string?\n  in b: string?\n  command = [\'x\', "${a ?? "1"} ${b ?? "2"}"]',
        "KF311 Kubeflow's open-source backend does not put together",
    ),
    (
        "in a: string?\n  in b: string?\n  command = ['x', a ?? b ?? '1']",
        "KF310 Kubeflow can choose by one value",
    ),
    ("command = ['x', s]\n  out s: string", "KF312 Kubeflow takes what a command writes as it is: a newline"),
    (
        "command = ['x', m]\n  out m: Metrics",
        "KF312 Kubeflow takes what a command writes as it is: its interface",
    ),
]


@pytest.mark.parametrize(("body", "said"), REFUSED)
def test_what_a_command_cannot_have_is_reported(body: str, said: str) -> None:
    assert said in compiled(component(f"  {body}"))[1]


@pytest.mark.parametrize(
    ("body", "placeholder"),
    [
        ("in m: list<Model>\n  command = ['x', m]", "{{$.inputs.artifacts['m']}}"),
        (
            "in m: Model\n  command = ['x', json(m.metadata[\"k\"])]",
            "{{$.inputs.artifacts['m'].metadata['k']}}",
        ),
        (
            'in a: string?\n  in b: string?\n  command = [\'x\', "${a ?? "1"}-${b ?? "2"}"]',
            '"-", {"IfPresent": {"InputName": "b", "Then": "{{$.inputs.parameters[\'b\']}}", "Else": "2"}}]}',
        ),
    ],
)
def test_what_other_backends_run_is_rendered_where_it_is_allowed(body: str, placeholder: str) -> None:
    program = analyze_text(component(f"  {body}"), name="case.pipe", target=None).program
    assert program is not None
    manifest, _ = kfp.render(program.pipelines[0], source_name="case.pipe", allow=frozenset({"all"}))
    assert manifest is not None
    assert placeholder in manifest.text.replace('\\"', '"')


@pytest.mark.parametrize(
    ("body", "line"),
    [
        (f"  script sh = '{'x' * 131_072}'", 4),
        (f"  files = {{ a = '{'x' * 70_000}', b = '{'y' * 70_000}' }}\n  script python = 'pass'", 4),
    ],
)
def test_what_does_not_fit_into_an_argument_is_reported(body: str, line: int) -> None:
    ir, said = compiled(component(body))
    assert not ir
    assert said.startswith(f"{line}: KF302 this makes")
    assert "has less than 128 KiB" in said
