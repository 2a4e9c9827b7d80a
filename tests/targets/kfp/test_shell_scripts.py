"""Shell scripts on Kubeflow, run as its engine runs them: what they get, what they give, how they end."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.targets.kfp.launching import compiled, document, launched

SHELLS = [
    shell
    for shell in ("sh", "bash", "dash", "busybox sh", "zsh", "ksh")
    if shutil.which(shell.split()[0]) or shell in {"sh", "bash"}
]
HOSTILE = [
    "", "it's", 'a "b"\nc', "$(x) `date` $HOME ${y}", "--flag", "-n", "häß🎉", "{{ x }}", "x" * 100_000, "\\n\t\\",
    " a ", "*", "a\n\n", "%s %d", "!!", "~", "#",
]  # fmt: skip


def component(body: str, shell: str = "sh", extra: str = "") -> str:
    """Return a program of one step that runs a shell script, given as the body with `SCRIPT` for its language."""
    words = shell.split()
    language = words[0] if len(words) == 1 else json.dumps(words)
    text = body.replace("SCRIPT", f"script {language}")
    return f'edition 2026\n{extra}\ncomponent work {{\n  image = "tools"\n{text}\n}}\n'


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_values_arrive_as_they_are(tmp_path: Path, shell: str, text: str) -> None:
    plain = component('  in text: string\n  SCRIPT = \'printf "<%s>" "$text"\'', shell)
    assert launched(document(plain), "work", tmp_path, {"text": text}).log == f"<{text}>"
    wrapped = component(
        '  in text: string\n  SCRIPT = \'printf "%s\\n" "$text" > "$same"\'\n  out same: string', shell
    )
    ran = launched(document(wrapped), "work", tmp_path, {"text": text})
    assert (ran.error, ran.parameters) == ("", {"same": text})


def test_texts_of_values(tmp_path: Path) -> None:
    program = component("""
  in count: int
  in rate: float
  in on: bool
  in tags: list<string>
  in more: map<int>
  in note: string?
  SCRIPT = 'printf "[%s]" "$count" "$rate" "$on" "$tags" "$more" "$note"; env | grep -c "^note=$"'
""")
    given = {"count": 3, "rate": 1e-05, "on": True, "tags": ["a b", "c"], "more": {"a": 1}}
    ran = launched(document(program), "work", tmp_path, given)
    assert ran.log == '[3][1e-05][true][["a b","c"]][{"a":1}][]1\n'
    assert launched(document(program), "work", tmp_path, given | {"note": "n"}).log.endswith("[n]0\n")


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize(
    ("text", "code", "error"),
    [
        ('echo x > "$file"; exit 0', 0, ""),
        ('trap "echo x > $file" EXIT; exit 0', 0, ""),
        ('set -e; echo x > "$file"; false; true', 1, "exit status 1"),
        ('echo x > "$file"; exit 7', 7, "exit status 7"),
        ('echo x > "$file"; kill -9 $$', 137, "exit status 137"),
        ("exit 0", 1, "exit status 1"),
    ],
)
def test_the_script_ends_as_its_author_says(
    tmp_path: Path, shell: str, text: str, code: int, error: str
) -> None:
    ran = launched(document(component(f"  SCRIPT = '{text}'\n  out file: Dataset", shell)), "work", tmp_path)
    assert (ran.code, ran.error) == (code, error)
    assert ("output file was not written" in ran.log) == (text == "exit 0")


def test_outputs_are_read_as_their_types(tmp_path: Path) -> None:
    program = component('''
  SCRIPT = """
    echo 3 > "$whole"; echo 1e-05 > "$part"; echo false > "$yes"; echo '["a", 1]' > "$words"
    printf 'x\\n\\n' > "$label"
    echo '{"a": 1}' > "$any"
  """
  out whole: int
  out part: float
  out yes: bool
  out words: list<json>
  out label: string
  out any: json
''')
    ran = launched(document(program), "work", tmp_path)
    assert ran.error == ""
    wanted = {"whole": 3, "part": 1e-05, "yes": False, "words": ["a", 1], "label": "x\n", "any": '{"a": 1}'}
    assert ran.parameters == wanted


def test_a_value_that_was_not_written_fails_the_step(tmp_path: Path) -> None:
    number = launched(document(component("  SCRIPT = 'true'\n  out n: int")), "work", tmp_path)
    assert "failed to read output parameter 'n'" in number.error
    text = launched(document(component("  SCRIPT = 'true'\n  out n: string")), "work", tmp_path)
    assert (text.code, text.log) == (1, "output n was not written\n")


@pytest.mark.parametrize("shell", SHELLS)
def test_what_is_printed_is_an_output_and_is_shown(tmp_path: Path, shell: str) -> None:
    program = component(
        '''
  in n: int
  SCRIPT = """
    i=0
    while [ $i -lt "$n" ]; do printf 'é%.0s' 1 2 3 4 5 6 7 8 9 10; i=$((i + 1)); done
    echo; echo end
    exit "$code"
  """
  in code: int
  out said: string = stdout
''',
        shell,
    )
    ran = launched(document(program), "work", tmp_path, {"n": 1, "code": 0})
    assert (ran.log, ran.parameters) == ("éééééééééé\nend\n", {"said": "éééééééééé\nend"})
    failed = launched(document(program), "work", tmp_path, {"n": 1, "code": 9})
    assert (failed.code, failed.log) == (9, "éééééééééé\nend\n")
    long = launched(document(program), "work", tmp_path, {"n": 14_000, "code": 0})
    assert long.parameters["said"] == "é" * 131_069 + "\nend"
    assert len(long.log) == 140_005


def test_metadata_reaches_the_engine(tmp_path: Path) -> None:
    program = component('''
  SCRIPT = """
    echo m > "$model"; printf '{"rate": 0.5,\\n "name": "it%%'"'"'s"}\\n' > "$model_metadata"
    echo '{"accuracy": 0.9}' > "$scores"
    echo plain > "$other"
  """
  out model: Model { framework = "xgboost" }
  out scores: Metrics
  out other: Model { a = 1 }
''')
    ran = launched(document(program), "work", tmp_path)
    assert ran.error == "", ran.log
    assert {name: made["metadata"] for name, made in ran.artifacts.items()} == {
        "model": {"framework": "xgboost", "rate": 0.5, "name": "it%'s"},
        "scores": {"accuracy": 0.9},
        "other": {"a": 1},
    }


def test_paths_of_the_author(tmp_path: Path) -> None:
    own = f"{tmp_path}/it's own"
    program = component(f'''
  in data: Dataset at "{own}/in"
  SCRIPT = """
    printf '%s|' "$(cat "{own}/in")" "$data" "$made" > "$made"
    echo 3 > "{own}/n"
    echo label > "$label"
  """
  out made: Dataset at "{own}/out %s"
  out n: int at "{own}/n"
  out label: string at "{own}/label"
  out m: int {{ default = 5 }}
  out quote: string {{ default = "it's" }}
''')
    (tmp_path / "in").write_text("rows", encoding="utf-8")
    ran = launched(document(program), "work", tmp_path, {}, {"data": [{"uri": str(tmp_path / "in")}]})
    assert ran.error == "", ran.log
    assert ran.artifacts["made"]["content"] == f"rows|{own}/in|{own}/out %s|"
    assert ran.parameters == {"n": 3, "label": "label", "m": 5, "quote": "it's"}


@pytest.mark.parametrize("parser", ["python3", "jq"])
def test_a_list_of_artifacts_is_a_folder_in_order(
    tmp_path: Path, parser: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = component('''
  in models: list<Model>
  in one: Model
  SCRIPT = """
    for model in "$models"/*; do [ -e "$model" ] && printf '%s=' "$(basename "$model")" && cat "$model"; done
    readlink "$models"/000003 "$models"/000004
    echo "$one_uri $one_name $one_metadata"
  """
''')
    tools = tmp_path / "tools"
    tools.mkdir()
    needed = ("sh", "mktemp", "ln", "cat", "basename", "readlink", "tr", parser)
    for tool in needed:
        found = shutil.which(tool)
        if found is None:
            pytest.skip(f"{tool} is not installed")
        (tools / tool).symlink_to(Path(found).resolve() if tool != "python3" else Path("/usr/bin/env"))
    if parser == "python3":
        (tools / "python3").unlink()
        (tools / "python3").write_text(
            f'#!/bin/sh\nexec {__import__("sys").executable} "$@"\n', encoding="utf-8"
        )
        (tools / "python3").chmod(0o755)
    monkeypatch.setenv("PATH", str(tools))
    for number in range(3):
        (tmp_path / f"m {number}").write_text(f"{number}\n", encoding="utf-8")
    listed = [{"uri": str(tmp_path / f"m {number}")} for number in (2, 0, 1)]
    listed += [{"uri": "gs://b/k"}, {"uri": "oci://r/i:1"}]
    one = {"uri": "s3://b/m", "metadata": {"k": {"list": [1, "é"]}, "w": "x"}}
    ran = launched(document(program), "work", tmp_path, {}, {"models": listed, "one": [one]})
    wanted = '000000=2\n000001=0\n000002=1\n/gcs/b/k\n/oci/r_i:1/models\ns3://b/m 1 {"k":[1,"é"],"w":"x"}\n'
    assert (ran.error, ran.log) == ("", wanted)


def test_a_list_needs_a_program_that_reads_json() -> None:
    _, said = compiled(component("  in models: list<Model>\n  SCRIPT = 'ls \"$models\"'"))
    assert "KF312 on Kubeflow `$models` needs python3 or jq in the image" in said


def test_an_absent_artifact_is_empty(tmp_path: Path) -> None:
    program = component("  in old: Model?\n  SCRIPT = 'echo \"<$old>\"'")
    assert launched(document(program), "work", tmp_path).log == "<>\n"
    (tmp_path / "m").write_text("x", encoding="utf-8")
    given = launched(document(program), "work", tmp_path, {}, {"old": [{"uri": str(tmp_path / "m")}]})
    assert given.log == f"<{tmp_path}/m>\n"


def test_files_lie_beside_the_script(tmp_path: Path) -> None:
    program = component('''
  files = { "greet.sh" = "hello() { echo \\"it's $1\\"; }", "deep/er/a b.txt" = "text" }
  in who: string
  SCRIPT = """
    . "$script_dir/greet.sh"
    hello "$who"; cat "$script_dir/deep/er/a b.txt"
  """
''')
    assert launched(document(program), "work", tmp_path, {"who": "me"}).log == "it's me\ntext"


def test_other_interpreters_get_their_values_from_a_shell(tmp_path: Path) -> None:
    if shutil.which("node") is None:
        pytest.skip("node is not installed")
    program = component('''
  in text: string
  script node = """
    const fs = require("fs")
    fs.writeFileSync(process.env.label, process.env.text + "\\n")
  """
  out label: string
''')
    ran = launched(document(program), "work", tmp_path, {"text": "it's $(x)"})
    assert (ran.error, ran.parameters) == ("", {"label": "it's $(x)"})


def test_variables_and_the_folder_of_a_step(tmp_path: Path) -> None:
    program = f"""edition 2026
pipeline p {{
  param name: string
  step work {{
    image = "tools"
    env = {{ WHO = name, LONG = "${{name}}!" }}
    workdir = "{tmp_path}"
    script bash = 'echo "$WHO $LONG $PWD $#"'
  }}
}}
"""
    assert launched(document(program), "work", tmp_path, {"name": "it's"}).log == f"it's it's! {tmp_path} 0\n"


def test_more_than_nine_values(tmp_path: Path) -> None:
    names = [f"v{number}" for number in range(12)]
    ins = "\n".join(f"  in {name}: string" for name in names)
    program = component(
        f"{ins}\n  SCRIPT = 'echo {' '.join('$' + name for name in names)}' \n  out x: string = stdout"
    )
    ran = launched(document(program), "work", tmp_path, {name: name for name in names})
    assert ran.parameters == {"x": " ".join(names)}


def test_the_first_line_names_the_source() -> None:
    ir = document(component("  in a: int\n\n  SCRIPT = 'echo $a'"), "folder/churn.pipe")
    (container,) = (one["container"] for one in ir["deploymentSpec"]["executors"].values())
    assert container["command"][2] == 'export a="$1"; shift 1  # churn.pipe:7\necho $a'


def test_a_script_without_values_is_as_it_was_written() -> None:
    ir = document(component("  SCRIPT = 'echo $(date) $$ $(HOME)'"))
    (container,) = (one["container"] for one in ir["deploymentSpec"]["executors"].values())
    assert container == {"command": ["sh", "-c", "echo $(date) $$$$ $$(HOME)"], "image": "tools"}
