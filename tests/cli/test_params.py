"""`kfdsl params`: table, schema, template, and what is wrong with values."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from kfdsl.cli import main

from .conftest import ROOT

PROGRAM = """edition 2026

## Trains families
## of models.
pipeline churn {
  ## Table to read.
  param table: string where starts_with(table, "prod.") and len(table) < 100
  param epochs: int = 10 where 1 <= epochs and epochs <= 500
  param families: list<string> = ["a\\"b", "é"] where len(families) > 0
  param data: Dataset
  param timeout: duration = 1h where timeout <= 2h
  param size: enum("s", "l") = "s"
  param y: map<{ a: int, b: string? }>
  param opt: float?
  param level: string = app["level"]
  config app = "app"
  step s {
    image   = "busybox"
    command = ["echo", table]
  }
}

pipeline other {
  image   = "busybox"
  command = ["true"]
}
"""

TABLE = """churn: Trains families of models.

NAME      TYPE                         DEFAULT                WHERE                                             DESCRIPTION
table     string                       (required)             starts_with(table, "prod.") and len(table) < 100  Table to read.
y         map<{ a: int, b: string? }>  (required)
epochs    int                          10                     1 <= epochs and epochs <= 500
families  list<string>                 ["a\\"b", "é"]          len(families) > 0
data      Dataset                      (given at submission)
timeout   duration                     1h                     timeout <= 2h
size      enum("s", "l")               "s"
opt       float?                       (absent)
level     string                       app["level"]

other

It has no params.
"""  # noqa: E501  # a table

TEMPLATE = """# Values for `churn`, a pipeline of churn.pipe.
# Fill in what is required; take the `#` away from what is to differ from its default.
# Artifacts are given where the run is submitted: data.

# Table to read.
# string, where starts_with(table, "prod.") and len(table) < 100 (required)
table:

# map<{ a: int, b: string? }> (required)
"y":

# int, where 1 <= epochs and epochs <= 500
# epochs: 10

# list<string>, where len(families) > 0
# families: ["a\\"b", "é"]

# duration, where timeout <= 2h
# timeout: "1h"

# enum("s", "l")
# size: "s"

# float?
# opt: null

# string
# level:  # app["level"], known when it runs
"""


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    Path("churn.pipe").write_text(PROGRAM, encoding="utf-8")


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    code = main(["params", *arguments])

    shown = capsys.readouterr()
    assert (code, shown.err) == (0, "")
    return shown.out


def test_the_default_is_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert printed(capsys, "churn.pipe") == TABLE
    assert printed(capsys) == TABLE


def test_a_value_that_is_given_stands_in_the_table(capsys: pytest.CaptureFixture[str]) -> None:
    text = printed(capsys, "churn.pipe:churn", "--set", "epochs=7", "--set", "table=prod.x", "--set", "y={}")

    assert [line.split()[:3] for line in text.splitlines()[3:6]] == [
        ["table", "string", '"prod.x"'],
        ["y", "map<{", "a:"],
        ["epochs", "int", "7"],
    ]


def test_on_a_narrow_terminal_rules_and_descriptions_stand_below() -> None:
    ours, theirs = pty.openpty()
    subprocess.run(
        [sys.executable, "-m", "kfdsl", "params", "churn.pipe"],
        stdout=theirs,
        env={**os.environ, "PYTHONPATH": ROOT},
        check=True,
    )
    os.close(theirs)

    text = os.read(ours, 100_000).decode().replace("\r\n", "\n")

    os.close(ours)
    assert text.splitlines()[2:6] == [
        "NAME      TYPE                         DEFAULT",
        "table     string                       (required)",
        "    Table to read.",
        '    where starts_with(table, "prod.") and len(table) < 100',
    ]
    assert max(map(len, text.splitlines())) <= 80


def test_the_schema_says_types_defaults_rules_and_descriptions(capsys: pytest.CaptureFixture[str]) -> None:
    schema = json.loads(printed(capsys, "churn.pipe:churn", "--format", "json"))

    Draft202012Validator.check_schema(schema)
    assert (schema["title"], schema["description"]) == ("churn", "Trains families\nof models.")
    assert schema["required"] == ["table", "y"]
    assert "data" in schema["$comment"]
    properties = schema["properties"]
    assert properties["table"] == {
        "description": "Table to read.",
        "type": "string",
        "pattern": r"^prod\.",
        "maxLength": 99,
    }
    assert properties["epochs"] == {"default": 10, "type": "integer", "minimum": 1, "maximum": 500}
    assert properties["timeout"]["$comment"] == "where timeout <= 2h"
    assert properties["level"] == {"$comment": 'default: app["level"]', "type": "string"}


def test_a_template_has_what_is_required_first(capsys: pytest.CaptureFixture[str]) -> None:
    assert printed(capsys, "churn.pipe:churn", "--template") == TEMPLATE


def test_a_template_that_is_filled_in_compiles(capsys: pytest.CaptureFixture[str]) -> None:
    text = printed(capsys, "churn.pipe:churn", "--template")
    Path("empty.yaml").write_text(text, encoding="utf-8")
    filled = text.replace("table:\n", "table: prod.events\n").replace('"y":\n', '"y": {k: {a: 1}}\n')
    Path("filled.yaml").write_text(filled, encoding="utf-8")

    codes = [
        main(["compile", "churn.pipe:churn", "--params", name, "-o", f"{name}.out"])
        for name in ("empty.yaml", "filled.yaml")
    ]

    assert codes == [1, 0]
    shown = capsys.readouterr().err
    assert "empty.yaml:7:1" in shown
    assert "it has no value, and is a `string`" in shown
    parameters = yaml.safe_load(Path("filled.yaml.out").read_text())["spec"]["arguments"]["parameters"]
    assert parameters[0] == {"name": "table", "value": "prod.events", "description": "Table to read."}


def test_every_default_of_a_template_compiles_when_its_sign_is_taken_away(
    capsys: pytest.CaptureFixture[str],
) -> None:
    text = printed(capsys, "churn.pipe:churn", "--template")
    names = ("epochs", "families", "timeout", "size", "opt")
    lines = [
        line.removeprefix("# ")
        for line in text.splitlines()
        if line.startswith(tuple(f"# {n}:" for n in names))
    ]
    Path("values.yaml").write_text("\n".join([*lines, "table: prod.x", "'y': {}"]), encoding="utf-8")

    code = main(["compile", "churn.pipe:churn", "--params", "values.yaml", "-o", "a.yaml"])
    main(["compile", "churn.pipe:churn", "--set", "table=prod.x", "--set", "y={}", "-o", "b.yaml"])

    assert (code, len(lines), capsys.readouterr().err) == (0, 5, "")
    assert Path("a.yaml").read_text() == Path("b.yaml").read_text()


def test_a_template_in_json_has_what_is_given(capsys: pytest.CaptureFixture[str]) -> None:
    text = printed(capsys, "churn.pipe:churn", "--template", "--format", "json", "--set", "table=prod.x")

    assert json.loads(text) == {
        "table": "prod.x",
        "y": None,
        "epochs": 10,
        "families": ['a"b', "é"],
        "timeout": "1h",
        "size": "s",
    }


def test_values_are_checked(capsys: pytest.CaptureFixture[str]) -> None:
    Path("v.yaml").write_text("epochs: 501\ntabel: x\n")

    code = main(["params", "churn.pipe:churn", "--params", "v.yaml"])

    shown = capsys.readouterr()
    assert (code, shown.out) == (1, "")
    for part in (
        "v.yaml:1:9\n",
        "breaks its rule: 501",
        "did you mean `table`?",
        "`table` has no default, and no value is given for it",
        "`y` has no default",
        "4 errors in 1 file",
    ):
        assert part in shown.err


@pytest.mark.parametrize("form", [["--format", "json"], ["--template"]])
def test_a_file_of_several_pipelines_needs_a_name(
    form: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(["params", "churn.pipe", *form])

    shown = capsys.readouterr()
    assert (code, shown.out) == (2, "")
    assert "there are 2 pipelines (churn, other): say which, as FILE:PIPELINE" in shown.err


@pytest.mark.parametrize(
    ("text", "code", "message"),
    [
        ("pipeline x {\n", 1, "unclosed"),
        ("edition 2026\ncomponent a { image = 1 }\n", 1, "image"),
        ("edition 2026\nlet x = 1\n", 2, "there is no pipeline here"),
    ],
)
def test_a_file_without_params_to_show(
    text: str, code: int, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("churn.pipe").write_text(text)

    found = main(["params", "churn.pipe"])

    shown = capsys.readouterr()
    assert (found, shown.out, message in shown.err) == (code, "", True)
