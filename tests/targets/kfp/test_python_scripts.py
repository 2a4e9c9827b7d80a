"""Python scripts on Kubeflow, run as its launcher runs them: what they get, and what they give."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.targets.kfp.launching import document, launched

HEAD = "edition 2026\n"


def component(body: str, extra: str = "") -> str:
    """Return a program of one step with a body."""
    return f'{HEAD}{extra}\ncomponent work {{\n  image = "python:3.12-slim"\n{body}\n}}\n'


VALUES = component('''
  in text: string
  in count: int
  in rate: float
  in on: bool
  in tags: list<string>
  in more: map<int>
  in any: json
  in note: string?
  in data: Dataset
  script python = """
    import os
    result = [text, count, rate, on, tags, more, any, note, open(data).read()]
    kinds = [type(x).__name__ for x in result]
    shown = [os.environ["text"], os.environ["on"], os.environ["tags"]]
  """
  out result: json
  out kinds: list<string>
  out shown: list<string>
''')


@pytest.mark.parametrize(
    "text",
    [
        "",
        "it's",
        'a "b"\nc\n',
        "$(x) `date` $HOME",
        "--flag",
        "häß🎉",
        "{{ x }}",
        "x" * 100_000,
        "\\n\t",
        " a ",
    ],
)
def test_values_arrive_with_their_types(tmp_path: Path, text: str) -> None:
    (tmp_path / "in").write_text("rows", encoding="utf-8")
    given = {
        "text": text,
        "count": 3,
        "rate": 1e-05,
        "on": True,
        "tags": [text],
        "more": {"a": 1},
        "any": '{"k":1}',
    }
    ran = launched(document(VALUES), "work", tmp_path, given, {"data": [{"uri": str(tmp_path / "in")}]})
    assert (ran.error, ran.code) == ("", 0), ran.log
    assert json.loads(ran.parameters["result"]) == [
        text,
        3,
        1e-05,
        True,
        [text],
        {"a": 1},
        {"k": 1},
        None,
        "rows",
    ]
    assert ran.parameters["kinds"] == [
        "str",
        "int",
        "float",
        "bool",
        "list",
        "dict",
        "dict",
        "NoneType",
        "str",
    ]
    assert ran.parameters["shown"] == [
        text,
        "true",
        json.dumps([text], separators=(",", ":"), ensure_ascii=False),
    ]


def test_outputs_are_what_is_assigned(tmp_path: Path) -> None:
    program = component('''
  script python = """
    import sys
    whole, part, yes, words, label = 3, 1e-05, False, ["a"], "x\\n"
    sys.exit(0)
  """
  out whole: int
  out part: float
  out yes: bool
  out words: list<string>
  out label: string
''')
    ran = launched(document(program), "work", tmp_path)
    assert ran.parameters == {"whole": 3, "part": 1e-05, "yes": False, "words": ["a"], "label": "x\n"}


@pytest.mark.parametrize(
    ("text", "code"), [("import sys; sys.exit(7)", 7), ("1 / 0", 1), ("raise SystemExit", 1), ("x = 1", 1)]
)
def test_the_exit_code_is_that_of_the_script_and_a_missing_output_fails(
    tmp_path: Path, text: str, code: int
) -> None:
    ran = launched(document(component(f"  script python = '{text}'\n  out file: Dataset")), "work", tmp_path)
    assert ran.code == code
    assert ("output file was not written" in ran.log) == (text in {"x = 1", "raise SystemExit"})


def test_a_traceback_names_the_line_of_the_source(tmp_path: Path) -> None:
    program = component('  in n: int\n  script python = """\n    x = n\n\n    1 / 0\n  """')
    ran = launched(document(program, "churn.pipe"), "work", tmp_path, {"n": 1})
    assert 'File "work.py", line 3' in ran.log


def test_metadata_reaches_the_engine(tmp_path: Path) -> None:
    program = component('''
  in rate: float
  script python = """
    import json
    for path in (model, scores, confusion):
        json.dump({}, open(path, "w"))
    json.dump({"accuracy": 0.9, "rate": rate}, open(scores, "w"))
    json.dump({"confidenceMetrics": [{"confidenceThreshold": 0.5}]}, open(confusion, "w"))
    model_metadata = {"rate": rate}
  """
  out model: Model { framework = "xgboost", version = 2 }
  out scores: Metrics
  out confusion: ClassificationMetrics
''')
    ran = launched(document(program), "work", tmp_path, {"rate": 0.5})
    assert ran.code == 0, ran.log
    assert {name: made["metadata"] for name, made in ran.artifacts.items()} == {
        "model": {"framework": "xgboost", "version": 2, "rate": 0.5},
        "scores": {"accuracy": 0.9, "rate": 0.5},
        "confusion": {"confidenceMetrics": {"list": [{"confidenceThreshold": 0.5}]}},  # as the store keeps it
    }


def test_what_the_engine_tells_of_artifacts_is_a_variable(tmp_path: Path) -> None:
    program = component("""
  in model: Model
  script python = 'found = [model_uri, model_name, model_metadata["k"]]'
  out found: json
""")
    told = {"uri": "s3://b/m", "metadata": {"k": {"list": [1, {"outputFile": "no"}]}}}
    ran = launched(document(program), "work", tmp_path, {}, {"model": [told]})
    assert ran.code == 0, ran.log
    assert json.loads(ran.parameters["found"]) == ["s3://b/m", "1", [1, {"outputFile": "no"}]]


def test_a_list_of_artifacts_is_a_folder_in_order(tmp_path: Path) -> None:
    program = component('''
  in models: list<Model>
  script python = """
    import os
    found = [open(m).read() for m in models] + sorted(os.listdir(os.environ["models"]))
  """
  out found: list<string>
''')
    for number in range(3):
        (tmp_path / f"m{number}").write_text(str(number), encoding="utf-8")
    listed = [{"uri": str(tmp_path / f"m{number}")} for number in (2, 0, 1)]
    ran = launched(document(program), "work", tmp_path, {}, {"models": listed})
    assert ran.parameters["found"] == ["2", "0", "1", "000000", "000001", "000002"]
    none = launched(document(program), "work", tmp_path, {}, {"models": []})
    assert none.parameters["found"] == []


def test_texts_in_the_input_do_not_hide_what_the_engine_tells(tmp_path: Path) -> None:
    program = component('''
  in text: string
  in models: list<Model>
  script python = """
    open(m, "w").write(text)
    m_metadata = {"n": len(models)}
  """
  out m: Model
''')
    text = '"outputFile": "x", "artifacts": {"models": 1}, "outputs": {"outputFile":'
    ran = launched(document(program), "work", tmp_path, {"text": text}, {"models": [{"uri": "gs://a/b"}]})
    assert ran.code == 0, ran.log
    assert ran.artifacts["m"] == {"content": text, "metadata": {"n": 1}}


def test_an_absent_artifact_is_none(tmp_path: Path) -> None:
    program = component('''
  in old: Model?
  script python = """
    import os
    found = [old, os.environ["old"]]
  """
  out found: json
''')
    ran = launched(document(program), "work", tmp_path)
    assert json.loads(ran.parameters["found"]) == [None, ""]


def test_what_is_printed_is_an_output_and_is_shown(tmp_path: Path) -> None:
    program = component('''
  in n: int
  script python = """
    import subprocess, sys
    print("é" * n)
    sys.stdout.flush()
    subprocess.run(["echo", "from a child"])
    print("end")
  """
  out said: string = stdout
''')
    ran = launched(document(program), "work", tmp_path, {"n": 2})
    assert (ran.error, ran.code) == ("", 0), ran.log
    assert ran.parameters["said"] == "éé\nfrom a child\nend"
    assert ran.log == "éé\nfrom a child\nend\n"
    long = launched(document(program), "work", tmp_path, {"n": 200_000})
    assert long.parameters["said"] == "é" * 131_063 + "\nfrom a child\nend"  # 256 KiB end with the newline
    assert len(long.log) == 200_000 + 18


def test_paths_of_the_author(tmp_path: Path) -> None:
    program = component(f'''
  in data: Dataset at "{tmp_path}/own/in"
  script python = """
    import os
    open("{tmp_path}/own/n", "w").write("3")
    open(made, "w").write(open("{tmp_path}/own/in").read() + data + made)
  """
  out made: Dataset at "{tmp_path}/own/out"
  out n: int at "{tmp_path}/own/n"
  out m: int {{ default = 5 }}
''')
    (tmp_path / "in").write_text("rows", encoding="utf-8")
    ran = launched(document(program), "work", tmp_path, {}, {"data": [{"uri": str(tmp_path / "in")}]})
    assert ran.code == 0, ran.log
    assert ran.artifacts["made"]["content"] == f"rows{tmp_path}/own/in{tmp_path}/own/out"
    assert ran.parameters == {"n": 3, "m": 5}


def test_files_lie_beside_the_script(tmp_path: Path) -> None:
    program = component('''
  files = { "helper.py" = "def double(x): return 2 * x", "data/a.txt" = "it's" }
  script python = """
    import os
    from helper import double
    n = double(4)
    text = open(os.path.join(os.path.dirname(__file__), "data", "a.txt")).read()
  """
  out n: int
  out text: string
''')
    ran = launched(document(program), "work", tmp_path)
    assert ran.code == 0, ran.log
    assert ran.parameters == {"n": 8, "text": "it's"}


def test_values_of_the_environment_that_come_up_at_run_time(tmp_path: Path) -> None:
    program = (
        HEAD
        + '''
pipeline p {
  param name: string
  step work {
    image = "python:3.12"
    env = { WHO = name, FIXED = "f" }
    script python = """
      import os
      found = os.environ["WHO"]
    """
    out found: string
  }
}
'''
    )
    ran = launched(document(program), "work", tmp_path, {"name": "it's"})
    assert ran.parameters == {"found": "it's"}
