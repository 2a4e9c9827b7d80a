"""`--set` and `--params`."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from kfdsl.cli import main
from kfdsl.cli.parameters import read, setting
from kfdsl.cli.problem import Problem


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("20", 20),
        ("-1.5e3", -1500.0),
        ("true", True),
        ("null", None),
        ("~", None),
        ("[a, 1]", ["a", 1]),
        ("{a: {b: 1}}", {"a": {"b": 1}}),
        ("'1'", "1"),
        *(
            (word, word)
            for word in ("yes", "No", "on", "0o7", "017", "1_000", "12:30", "2026-01-01", "1h", ".5", "0x1f")
        ),
    ],
)
def test_only_the_words_of_json_are_not_strings(text: str, value: object, tmp_path: Path) -> None:
    file = tmp_path / "p.yaml"
    file.write_text(f"x: {text}\n")

    assert read([str(file)], []).values == {"x": value}


def test_settings_win_over_the_file_and_later_ones_over_earlier_ones(tmp_path: Path) -> None:
    file = tmp_path / "p.json"
    file.write_text('{"a": 1, "b": [true, null]}')

    found = read([str(file)], [("a", "2"), ("a", "3")])
    assert found.values == {"a": "3", "b": [True, None]}
    assert (found.place(("a",)), str(found.place(("b", 1)))) == (None, f"{file}:1:22")


OF_JSON = """edition 2026
pipeline p {
  param j: json where …
  step s { image = "a", command = ["b", json(j)] }
}
"""

WRONG = {
    "a list": (b"- a\n", "1:1: it must map names of parameters to values, as `epochs: 20`"),
    "a text": (b"abc", "1:1: it must map"),
    "no end": (b"a: [\n", "2:1: expected the node content"),
    "Python": (
        b"a: 1\nb: !!python/name:os.system\n",
        "2:4: the tag `!!python/name:os.system` is not read here",
    ),
    "no int": (b"a: !!int x\n", "1:4: `x` is no int"),
    "a name twice": (b"a: 1\nb: 2\na: 3\n", "3:1: `a` is given twice, first on line 1"),
    "a key twice": (b"a: {b: 1, b: 2}\n", "1:11: `b` is given twice, first on line 1"),
    "a list as a name": (b"? [a]\n: 1\n", "1:3: a name is a text, not a list or mapping"),
    "two documents": (b"a: 1\n---\nb: 1\n", "2:1: but found another document"),
    "a tab": (b"a:\n\tb: 1\n", "2:1: found character '\\t' that cannot start any token"),
    "a control character": (b"a: \x01\n", "1:4: the character U+0001 is not allowed here"),
    "UTF-16": ("a: 1\n".encode("utf-16"), "1: it is UTF-16; save it as UTF-8"),
    "no UTF-8": (b"a: 1\nb: \xff\n", "2: it is not UTF-8"),
    "half a pair": (b'a: "\\ud83d"\n', "1:4: half of a surrogate pair is no character"),
    "an alias in itself": (b"a: &x [*x]\n", "1:4: an alias stands inside of what it stands for"),
    "too deep": (b"a: " + b"[" * 50_000, "1:1: it is nested too deeply"),
    "laughs": (
        b"a: &a [1,1,1,1,1,1,1,1,1,1]\n"
        + b"".join(b"%c: &%c [%s]\n" % (n, n, b",".join([b"*%c" % (n - 1)] * 10)) for n in range(98, 106)),
        "its aliases stand for too many values",
    ),
    "large": (b"#" * 2**20 + b"\n", "it has more than 1 MiB"),
}


@pytest.mark.parametrize(("data", "message"), WRONG.values(), ids=WRONG)
def test_a_file_that_cannot_be_read_is_a_problem_with_its_place(
    data: bytes, message: str, tmp_path: Path
) -> None:
    file = tmp_path / "p.yaml"
    file.write_bytes(data)

    with pytest.raises(Problem) as caught:
        read([str(file)], [])

    shown = str(caught.value)
    assert message in shown
    assert shown.startswith(f"cannot read {file}")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"a": 1,}', "1:9: this is no JSON: "),
        ("a: 1", "1:1: this is no JSON: expecting value"),
        ('{"a": 1, "a": 2}', "1:10: `a` is given twice"),
    ],
)
def test_a_file_named_json_is_json(text: str, message: str, tmp_path: Path) -> None:
    file = tmp_path / "p.json"
    file.write_text(text)

    with pytest.raises(Problem) as caught:
        read([str(file)], [])

    assert message in str(caught.value)


def test_json_may_hold_tabs_and_surrogate_pairs(tmp_path: Path) -> None:
    file = tmp_path / "p.json"
    file.write_text('{\n\t"a":\t"\\ud83d\\ude00\\t\\/",\n\t"b": 1e3\n}\n')

    found = read([str(file)], [])

    assert (found.values, str(found.place(("b",)))) == ({"a": "\U0001f600\t/", "b": 1000.0}, f"{file}:3:7")


@pytest.mark.parametrize("data", [b"", b"# x: 1\n", b"\xef\xbb\xbf# x\n", b"---\n...\n"])
def test_a_file_of_comments_gives_nothing(data: bytes, tmp_path: Path) -> None:
    file = tmp_path / "p.yaml"
    file.write_bytes(data)

    assert read([str(file)], []).values == {}


def test_keys_are_texts_as_they_are_written(tmp_path: Path) -> None:
    file = tmp_path / "p.yaml"
    file.write_text("a: {8080: x, 1e3: y, true: z, ~: n, <<: m}\n")

    assert read([str(file)], []).values == {"a": {"8080": "x", "1e3": "y", "true": "z", "~": "n", "<<": "m"}}


PROGRAM = """edition 2026

pipeline x {
  param n: int = 1 where n < 10
  param e: enum("small", "large") = "small"
  param r: { name: string, sizes: list<int> } = { name = "a", sizes = [] }
  param s: string = ""
  param t: duration = 1h
  param m: map<int> = { }
  image   = "busybox"
  command = ["echo", string(n), e, r.name, s]
}
"""

MISTAKES = {
    "n: '5'": ("1:4", '`"5"` is no `int`', "leave out the quotes: 5"),
    "n: 10": ("1:4", "breaks its rule: 10", ""),
    "n:": ("1:1", "it has no value, and is a `int`", ""),
    "n: 0x10": ("1:4", '`"0x10"` is no `int`', ""),
    "n: 1e30": ("1:4", "`1e+30` is no `int`", "an int has 64 bits"),
    "n: 99999999999999999999": ("1:4", "is no `int`", "an int has 64 bits"),
    "ee: small": ("1:5", "which is no param of `x`", "did you mean `e`?"),
    "e: smal": ("1:4", '`"smal"` is no `enum("small", "large")`', 'did you mean "small"?'),
    "r:\n  name: a\n  sizes: [1, x]": ("3:14", '`"x"` is no `int`', ""),
    "r:\n  nam: a\n  sizes: []": ("2:8", "the record has no field `nam`", "did you mean `name`?"),
    "r: {name: a}": ("1:4", "the record lacks `sizes`", ""),
    "s: 1.10": ("1:4", "`1.1` is no `string`", "put it in quotes if it is a text"),
    "s: true": ("1:4", "`true` is no `string`", "put it in quotes if it is a text"),
    "t: 5m": ("1:4", '`"5m"` is no `duration`', ""),
    "m: {a: 1.5}": ("1:8", "`1.5` is no `int`", ""),
    "m: [1]": ("1:4", "`[1]` is no `map<int>`", ""),
}


@pytest.mark.parametrize("values", MISTAKES)
def test_a_value_that_does_not_fit_is_reported_where_it_stands(
    values: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    place, message, advice = MISTAKES[values]
    monkeypatch.chdir(tmp_path)
    Path("x.pipe").write_text(PROGRAM)
    Path("p.yaml").write_text(f"{values}\n")

    code = main(["compile", "x.pipe", "--params", "p.yaml"])

    shown = capsys.readouterr()
    assert (code, shown.out, f"p.yaml:{place}\n" in shown.err) == (1, "", True), shown.err
    assert message in shown.err
    assert advice in shown.err


def test_values_that_fit_reach_the_workflow(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("x.pipe").write_text(PROGRAM)
    Path("p.yaml").write_text("n: 3.0\ns: yes\nm: {8080: 1}\nt: 1h30min\nr: {name: 'no', sizes: [1e0]}\n")

    code = main(["compile", "x.pipe", "--params", "p.yaml", "--set", "e=large"])

    parameters = yaml.safe_load(capsys.readouterr().out)["spec"]["arguments"]["parameters"]
    assert (code, {p["name"]: p["value"] for p in parameters}) == (
        0,
        {
            "n": "3",
            "e": "large",
            "r": '{"name":"no","sizes":[1]}',
            "s": "yes",
            "t": "1h30min",
            "m": '{"8080":1}',
        },
    )


def test_of_several_files_the_last_wins_whole(tmp_path: Path) -> None:
    first, last = tmp_path / "a.yaml", tmp_path / "b.yaml"
    first.write_text("a: {b: 1, c: 2}\nd: 3\n")
    last.write_text("\na: {b: 5}\n")

    found = read([str(first), str(last)], [])

    assert found.values == {"a": {"b": 5}, "d": 3}
    places = [str(found.place(path)) for path in (("a", "b"), ("a", "c"), ("d",))]
    assert places == [f"{last}:2:8", f"{last}:2:4", f"{first}:2:4"]


def test_a_value_may_hold_an_equals_sign_or_nothing() -> None:
    assert (setting("a=b=c"), setting("a=")) == (("a", "b=c"), ("a", ""))


@pytest.mark.parametrize(
    ("text", "value"),
    [('{"a": 1}', '{"a":1}'), ('"x"', "x"), ("[1, null]", "[1,null]"), ("5", "5")],
)
def test_a_setting_of_a_json_param_is_json(
    text: str,
    value: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("x.pipe").write_text(OF_JSON.replace("where …", ""))

    assert main(["compile", "x.pipe", "--set", f"j={text}"]) == 0
    (parameter,) = yaml.safe_load(capsys.readouterr().out)["spec"]["arguments"]["parameters"]
    assert parameter["value"] == value


@pytest.mark.parametrize(
    ("text", "said"), [('{"a": 2}', 'its rule: {"a": 2}'), ("{a: 1}", "is written as JSON")]
)
def test_the_rule_of_a_json_param_sees_its_value(
    text: str,
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("x.pipe").write_text(OF_JSON.replace("…", "j == {a = 1}"))

    assert main(["compile", "x.pipe", "--set", 'j={"a": 1}']) == 0
    assert main(["compile", "x.pipe", "--set", f"j={text}"]) == 1
    assert said in capsys.readouterr().err
